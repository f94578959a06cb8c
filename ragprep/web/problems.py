"""Errors as HTTP tells them: the status of each, and its body for programs (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ragprep import errors
from ragprep.errors import RagprepError

if TYPE_CHECKING:
    from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
SCHEMA = "See /api/v1/openapi.json for what may be sent where."
BROKEN = "Look at the messages of `ragprep web`, and report it with them."


class UnknownName(RagprepError):
    """A path names a conversation, a session or a build that is not, or no longer, known."""


STATUSES: dict[type[RagprepError], int] = {
    RagprepError: 503,  # of this machine, not of the request
    UnknownName: 404,
    errors.ConfigError: 422,
    errors.GuideError: 422,
    errors.UnknownEntry: 404,
    errors.IndexBusy: 409,
    errors.Overloaded: 503,
    errors.PracticeError: 409,  # a step that the session does not wait for
    errors.JournalDamaged: 503,
    errors.JournalNewer: 503,
    errors.JournalUnwritable: 503,
    errors.LLMError: 502,
    errors.LLMUnavailable: 503,
    errors.LLMTimeout: 504,
}
"""Of HTTP; an error that is not named has that of the nearest one above it in the tree."""


def status_of(error: RagprepError) -> int:
    """Return the status of HTTP that an error has."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def headers_of(error: RagprepError) -> dict[str, str]:
    """Return the headers of HTTP that an error has."""
    if isinstance(error, errors.Overloaded):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def problem_of(error: RagprepError) -> dict[str, Any]:
    """Return an error as a problem."""
    return problem(status_of(error), str(error), error.remedy, type(error).__name__)


def problem(status: int, detail: str, remedy: str, error: str = "") -> dict[str, Any]:
    """Return a problem.

    - `type`: "about:blank".
    - `title`, `status`: of HTTP.
    - `detail`: what happened, to which thing.
    - `remedy`: what to do next.
    - `error`: the name in the tree of `ragprep.errors`; "" where it is of HTTP alone.
    """
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "error": error,
    }


def response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    from starlette.responses import JSONResponse

    return JSONResponse(body, body["status"], headers, media_type=MEDIA_TYPE)
