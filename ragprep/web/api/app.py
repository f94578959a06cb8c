"""The API's app: its routes, its errors as problems, and its OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from ragprep import __version__
from ragprep.errors import ConfigError, RagprepError
from ragprep.web import problems
from ragprep.web.api import answering, guides, interviewing, practising, reading
from ragprep.web.api.schemas import Problem
from ragprep.web.app import PREFIX

if TYPE_CHECKING:
    from ragprep.service import Prep
    from ragprep.web.jobs import Jobs
    from ragprep.web.llm_queue import LLMQueue

DESCRIPTION = """\
The same results as `--json` prints, over HTTP, for programs on this machine.
Every request shows the token of `ragprep web`: `Authorization: Bearer TOKEN`.
GET changes nothing. Bodies have at most 256 KiB, uploads at most 50 MB.
"""


def create_api(prep: Prep, jobs: Jobs, queue: LLMQueue, *, folders: Sequence[Path] = ()) -> FastAPI:
    """Return the app, to be mounted at `PREFIX`.

    Args:
        prep: the guides.
        jobs: in which the index is built.
        queue: before the language model.
        folders: in which guides may be added by path, besides those that are known.
    """
    api = FastAPI(
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        generate_unique_id_function=lambda route: route.name,
        dependencies=[Depends(_only_known)],
    )
    for routes in (
        reading.router(prep, queue),
        answering.router(prep, queue),
        guides.router(prep, jobs, folders),
        practising.router(prep),
        interviewing.router(prep),
    ):
        api.include_router(routes)
    api.add_exception_handler(RagprepError, _ours)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, of_http)
    api.add_exception_handler(Exception, _bug)
    api.openapi = lambda: document(api)  # type: ignore[method-assign]
    return api


def document(api: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document."""
    shown = get_openapi(
        title="ragprep",
        version=__version__,
        description=DESCRIPTION,
        routes=api.routes,
        servers=[{"url": PREFIX}],
    )
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shown["components"]["schemas"]["Problem"] = schema
    shown["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    shown["security"] = [{"token": []}]
    return shown


def _only_known(request: Request) -> None:
    """Refuse a parameter that the route has not: it would be a mistake unseen."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name not in known:
            raise ConfigError(
                f"There is no parameter {name!r} here.",
                remedy=f"There are: {', '.join(sorted(known))}." if known else "Leave it out.",
            )


async def _ours(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, RagprepError)
    return problems.response(problems.problem_of(error), problems.headers_of(error))


async def _malformed(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, RequestValidationError)
    parts = [f"{_place(item['loc'])}: {item['msg']}" for item in error.errors()]
    body = problems.problem(422, "; ".join(parts) + ".", problems.SCHEMA)
    return problems.response(body)


async def of_http(request: Request, error: Exception) -> Response:
    """Return an error of HTTP itself, such as an unknown path, as a problem."""
    assert isinstance(error, HTTPException)
    detail = f"{request.method} {request.url.path}: {error.detail}."
    body = problems.problem(error.status_code, detail, problems.SCHEMA)
    return problems.response(body, dict(error.headers or {}))


async def _bug(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return problems.response(problems.problem(500, "The server made a mistake.", problems.BROKEN))


def _place(loc: Sequence[str | int]) -> str:
    """Return where a mistake is: "query top", "body question"."""
    return " ".join(str(part).encode("utf-8", "replace").decode() for part in loc)
