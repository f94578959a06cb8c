"""Sessions of practice: each has a name, and each request takes one step of it.

A request says what the session waits for, as the person does in the terminal: an answer, a rating,
an answer to the second question. Reviews are kept for good before they are returned.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from ragprep import wire
from ragprep.errors import PracticeError
from ragprep.practice.session import Session
from ragprep.types.practice import Rating, RatingName
from ragprep.types.session import Stage
from ragprep.web.api import schemas
from ragprep.web.api.sessions import Sessions
from ragprep.web.api.shared import RETURNS_NOTHING, Body, Name, NamePath, TextBody, returns

if TYPE_CHECKING:
    from ragprep.service import Prep

Waiting = schemas.QuestionEvent | schemas.AnswerEvent | schemas.ReviewEvent | schemas.EndEvent
"""What a session waits to have answered: a question, a grade, or a review with its second
question."""


class SessionBody(Body):
    """What a session is about: see `ragprep practice --help`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"questions": 3, "new": 3}]})

    section: Name | None = None
    guide: Name | None = None
    new: int | None = Field(None, ge=0, le=1000)
    questions: int | None = Field(None, ge=1, le=1000)
    minutes: float | None = Field(None, gt=0, le=1440)
    transcript: bool = True


class RatingBody(Body):
    """A rating; the proposed one when null."""

    rating: RatingName | None = None


def router(
    prep: Prep, *, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
) -> APIRouter:
    """Return the routes; `clock` gives the time, with a time zone."""
    routes = APIRouter()
    sessions: Sessions[Session] = Sessions(
        "There is no such session, or no longer; its reviews are kept.",
        remedy="Begin one: POST /api/v1/practice.",
    )

    @routes.post(
        "/practice", **returns(Waiting, wire.practice, status=201, location="The session.")
    )
    def begin_practice(body: SessionBody) -> Response:
        """Begin a session; returns its first question."""
        session = prep.practice(**body.model_dump(), clock=clock)
        place = {"Location": f"/api/v1/practice/{sessions.begin(session)}"}
        return JSONResponse(_waiting(session), 201, place)

    @routes.get("/practice/{name}", **returns(Waiting, wire.practice))
    def show_practice(name: NamePath) -> Response:
        """Show what a session waits for."""
        with sessions.step(name) as session:
            return JSONResponse(_waiting(session))

    @routes.put("/practice/{name}/draft", **RETURNS_NOTHING)
    def keep_draft(name: NamePath, body: TextBody) -> Response:
        """Keep an answer that was begun."""
        with sessions.step(name) as session:
            session.keep(body.answer)
        return Response(status_code=204)

    @routes.post("/practice/{name}/answer", **returns(schemas.AnswerEvent, wire.practice))
    def answer_question(name: NamePath, body: TextBody) -> Response:
        """Grade an answer to the question, or to the second question; the latter is kept."""
        with sessions.step(name) as session:
            if session.stage is Stage.FOLLOW_UP:
                return JSONResponse(wire.practice(session.follow_up(body.answer)))
            return JSONResponse(wire.practice(session.answer(body.answer)))

    @routes.post("/practice/{name}/rating", **returns(schemas.ReviewEvent, wire.practice))
    def rate_answer(name: NamePath, body: RatingBody) -> Response:
        """Keep the answer with a rating."""
        with sessions.step(name) as session:
            rating = Rating[body.rating.upper()] if body.rating else None
            return JSONResponse(wire.practice(session.rate(rating)))

    @routes.post("/practice/{name}/skip", **returns(Waiting, wire.practice))
    def skip_question(name: NamePath) -> Response:
        """Go on to the next question."""
        with sessions.step(name) as session:
            session.skip()
            return JSONResponse(_waiting(session))

    @routes.post("/practice/{name}/undo", **returns(schemas.UndoEvent, wire.undone))
    def undo_step(name: NamePath) -> Response:
        """Take the last answer or rating back."""
        with sessions.step(name) as session:
            if not session.undo():
                raise PracticeError("There is nothing to take back.", remedy="Go on.")
            assert session.question is not None
            return JSONResponse(wire.undone(session.question, session.stage))

    @routes.delete("/practice/{name}", **returns(schemas.EndEvent, wire.practice))
    def end_practice(name: NamePath) -> Response:
        """End a session; an answer without a rating stays as a draft."""
        with sessions.step(name) as session:
            sessions.end(name)
            return JSONResponse(wire.practice(session))

    return routes


def _waiting(session: Session) -> dict[str, Any]:
    """Return the event that a session is at."""
    match session.stage:
        case Stage.ANSWER if session.question:
            return wire.practice(session.question)
        case Stage.RATING if session.answered:
            return wire.practice(session.answered)
        case Stage.FOLLOW_UP:
            return wire.practice(session.steps[-1])
    return wire.practice(session)
