"""The ASGI app: pages, static files and API over one `Prep`, behind the guard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, IndexBusy, JournalBusy, RagprepError, UnknownEntry
from ragprep.web.guard import Guard

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from ragprep.service import Prep

UPLOADS = ("/guides/upload",)
"""Paths to which a file may be sent."""

STATUSES: tuple[tuple[type[RagprepError], int], ...] = (
    (UnknownEntry, 404),
    (ConfigError, 422),
    (IndexBusy, 409),
    (JournalBusy, 409),
)
"""Of HTTP; 503 for the other errors: they are of this machine, not of the request."""


def create_app(
    prep: Prep, *, token: str, hosts: Iterable[str], folders: Sequence[Path] = ()
) -> ASGIApp:
    """Return the app.

    Args:
        prep: the guides.
        token: that a browser or a program has to show.
        hosts: values of the header Host that are ours, each with its port.
        folders: in which guides may be added by path, besides those that are known.
    """
    return Guard(site(prep, folders=folders), token=token, hosts=hosts, uploads=UPLOADS)


def site(prep: Prep, *, folders: Sequence[Path] = ()) -> FastAPI:
    """Return pages and static files, without the guard."""
    from fastapi import FastAPI, Request, Response
    from starlette.staticfiles import StaticFiles

    from ragprep.web.jobs import Jobs
    from ragprep.web.pages import ask, entry, guides, mock, practice, progress
    from ragprep.web.pages.html import STATIC, error_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(RagprepError)
    async def tell(request: Request, error: RagprepError) -> Response:
        return error_page(error, status_of(error), fragment="hx-request" in request.headers)

    jobs = Jobs()
    for routes in (
        *(page.router(prep) for page in (ask, entry, practice, mock, progress)),
        guides.router(prep, jobs, folders),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def status_of(error: RagprepError) -> int:
    """Return the status of HTTP that an error has."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 503)
