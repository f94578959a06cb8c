"""The ASGI app: pages, static files and API over one `Prep`, behind the guard."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import RagprepError
from ragprep.slots import Slots
from ragprep.web.guard import Guard
from ragprep.web.later import Later
from ragprep.web.problems import UnknownName, headers_of, status_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from ragprep.service import Prep

UPLOADS = ("/guides/upload", "/api/v1/guides/upload")
"""Paths to which a file may be sent."""

GRADES = min(4, max(1, (os.cpu_count() or 1) - 1))
"""At once. A grade keeps a core busy for ten times as long as a search (benchmarks/warm.py), so one
core is left to searches and pages; more than four at a time would be for more than one person."""

WAITING = 16
"""Grades that may wait, each in a thread of the 40 that serve everything. A guess: the last one
comes after two seconds."""

PREFIX = "/api/v1"
"""Of the API's paths."""

PATIENCE_S = 0.2
"""With an update of the index: enough after an edit of the shipped guide, and not felt."""


def create_app(
    prep: Prep,
    *,
    token: str,
    hosts: Container[str],
    folders: Sequence[Path] = (),
    mcp: bool = False,
) -> ASGIApp:
    """Return the app.

    Args:
        prep: the guides.
        token: that a browser or a program has to show.
        hosts: values of the header Host that are ours, each with its port, in lower case.
        folders: in which guides may be added by path, besides those that are known.
        mcp: serve the Model Context Protocol too, which needs the extra `mcp`.
    """
    app = site(prep, folders=folders, mcp=mcp)
    return Guard(app, token=token, hosts=hosts, uploads=UPLOADS)


def site(prep: Prep, *, folders: Sequence[Path] = (), mcp: bool = False) -> FastAPI:
    """Return pages, API, static files and what `mcp` adds, without the guard."""
    from fastapi import FastAPI, Request, Response
    from starlette.exceptions import HTTPException

    from ragprep.web.assets import Assets
    from ragprep.web.jobs import Jobs
    from ragprep.web.llm_queue import LLMQueue
    from ragprep.web.pages import ask, entry, guides, mock, practice, progress
    from ragprep.web.pages.html import STATIC, error_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(RagprepError)
    async def tell(request: Request, error: RagprepError) -> Response:
        shown = error_page(error, status_of(error), fragment="hx-request" in request.headers)
        shown.headers.update(headers_of(error))
        return shown

    @app.exception_handler(HTTPException)
    async def tell_of_http(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith(PREFIX):  # a path with a line break reaches no mount
            from ragprep.web.api.app import of_http

            return await of_http(request, error)
        told = UnknownName(
            f"{request.method} {request.url.path}: {error.detail}.",
            remedy="Choose a page of the navigation.",
        )
        return error_page(told, error.status_code, fragment="hx-request" in request.headers)

    prep = prep.shared(slots=Slots(GRADES, waiting=WAITING), patience_s=PATIENCE_S)
    jobs, queue = Jobs(), LLMQueue()
    for routes in (
        ask.router(prep, queue),
        entry.router(prep, queue),
        *(page.router(prep) for page in (practice, mock, progress)),
        guides.router(prep, jobs, folders),
    ):
        app.include_router(routes)

    def api() -> ASGIApp:
        from ragprep.web.api.app import create_api

        return create_api(prep, jobs, queue, folders=folders)

    app.mount(PREFIX, Later(api))
    app.mount("/static", Assets(directory=STATIC))
    if mcp:
        from ragprep.web.mcp import add_mcp

        add_mcp(app, prep, queue)
    return app
