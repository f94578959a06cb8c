"""Mock interviews, each with a name and an answer a request, and the day of the real one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, ConfigDict, Field

from ragprep import wire
from ragprep.errors import PracticeError
from ragprep.practice.mock import Interview
from ragprep.types.guide import Entry
from ragprep.types.session import InterviewReport
from ragprep.web.api import schemas
from ragprep.web.api.sessions import Sessions
from ragprep.web.api.shared import RETURNS_NOTHING, Body, Name, NamePath, TextBody, returns

if TYPE_CHECKING:
    from ragprep.service import Prep

Shown = schemas.InterviewQuestionJson | schemas.InterviewJson

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class InterviewBody(Body):
    """What a mock interview is about: see `ragprep mock --help`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"minutes": 10, "questions": 2}]})

    section: Name | None = None
    guide: Name | None = None
    minutes: float = Field(30, gt=0, le=1440)
    questions: int | None = Field(None, ge=1, le=1000)
    transcript: bool = True


def _written_day(value: object) -> object:
    """Let a day pass only as the document says: a date is also read from numbers otherwise."""
    if not (isinstance(value, str) and DAY.fullmatch(value)):
        raise ValueError("write it as 2026-12-20")
    return value


class DayBody(Body):
    """The day of the real interview, later than today."""

    until: Annotated[date, Field(strict=False), BeforeValidator(_written_day)]


@dataclass
class Sitting:
    """An interview, and its report once it is over."""

    interview: Interview
    report: InterviewReport | None = None

    def finish(self) -> None:
        """Grade what was answered, once.

        Raises:
            PracticeError: an answer cannot be kept; another try goes on with that one.
        """
        self.report = self.report or self.interview.report()


def router(
    prep: Prep, *, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
) -> APIRouter:
    """Return the routes; `clock` gives the time, with a time zone."""
    routes = APIRouter()
    interviews: Sessions[Sitting] = Sessions(
        "There is no such interview, or no longer; what was graded is kept.",
        remedy="Begin one: POST /api/v1/mock.",
    )

    @routes.post(
        "/mock", **returns(Shown, interview_json, status=201, location="The mock interview.")
    )
    def begin_interview(body: InterviewBody) -> Response:
        """Begin a mock interview; returns its first question."""
        sitting = Sitting(prep.mock(**body.model_dump(), clock=clock))
        place = {"Location": f"/api/v1/mock/{interviews.begin(sitting)}"}
        return JSONResponse(interview_json(sitting), 201, place)

    @routes.get("/mock/{name}", **returns(Shown, interview_json))
    def show_interview(name: NamePath) -> Response:
        """Show the question that is asked, or the report of an interview that is over."""
        with interviews.step(name) as sitting:
            return JSONResponse(interview_json(sitting))

    @routes.put("/mock/{name}/draft", **RETURNS_NOTHING)
    def keep_interview_draft(name: NamePath, body: TextBody) -> Response:
        """Keep an answer that was begun."""
        with interviews.step(name) as sitting:
            _asked(sitting)
            sitting.interview.keep(body.answer)
        return Response(status_code=204)

    @routes.post("/mock/{name}/answer", **returns(Shown, interview_json))
    def answer_interview(name: NamePath, body: TextBody) -> Response:
        """Take an answer, "" to pass; returns the next question, or after the last the report.

        When the time is up the question that is asked is the last one.
        """
        with interviews.step(name) as sitting:
            _asked(sitting)
            sitting.interview.answer(body.answer.strip())
            if sitting.interview.question is None:
                sitting.finish()
            return JSONResponse(interview_json(sitting))

    @routes.post("/mock/{name}/finish", **returns(schemas.InterviewJson, wire.interview))
    def finish_interview(name: NamePath) -> Response:
        """End an interview: what was answered is graded and kept, and the report returned."""
        with interviews.step(name) as sitting:
            sitting.finish()
            return JSONResponse(interview_json(sitting))

    @routes.delete("/mock/{name}", **RETURNS_NOTHING)
    def forget_interview(name: NamePath) -> Response:
        """Forget an interview; without a report, answers stay as drafts."""
        with interviews.step(name):
            interviews.end(name)
        return Response(status_code=204)

    @routes.put("/interview", **RETURNS_NOTHING)
    def set_day(body: DayBody) -> Response:
        """Keep the day of the interview, before which everything is asked; /progress shows it."""
        prep.set_interview(body.until, clock=clock)
        return Response(status_code=204)

    @routes.delete("/interview", **RETURNS_NOTHING)
    def remove_day() -> Response:
        """Remove the day of the interview."""
        prep.set_interview(None, clock=clock)
        return Response(status_code=204)

    return routes


def interview_json(sitting: Sitting) -> dict[str, Any]:
    """Return what a mock interview has come to.

    - While a question is asked: `number`, `of`, `seconds` (for it; below 0 when the time is up),
      `entry`, `question`, `section`.
    - When it is over: its report, as of `ragprep mock --json`.
    """
    if sitting.report is not None:
        return wire.interview(sitting.report)
    interview, entry = sitting.interview, _asked(sitting)
    seconds = interview.time_left.total_seconds()
    return wire.interview_question(
        entry, len(interview.answers) + 1, len(interview.entries), seconds
    )


def _asked(sitting: Sitting) -> Entry:
    """Return the entry that is asked.

    Raises:
        PracticeError: none is.
    """
    entry = sitting.interview.asked
    if sitting.report is not None or entry is None:
        raise PracticeError(
            "No question waits for an answer.", remedy="Get the report: POST .../finish."
        )
    return entry
