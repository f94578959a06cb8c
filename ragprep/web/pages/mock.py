"""The page Mock: an interview against the clock, without feedback until its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from ragprep.errors import ConfigError, RagprepError
from ragprep.practice.report import to_markdown, to_page
from ragprep.web.pages.grading import grade_shown
from ragprep.web.pages.html import page
from ragprep.web.pages.practice import Text, number, outdated, scope, typed
from ragprep.web.pages.sittings import Outdated, Seat

if TYPE_CHECKING:
    from ragprep.practice.mock import Interview
    from ragprep.service import Prep
    from ragprep.types.session import InterviewReport

MINUTES = 30
"""As in the terminal."""

INTERVIEW, REPORT = "/mock/interview", "/mock/report"


@dataclass
class Sitting:
    """An interview, and its report once it is over."""

    interview: Interview
    report: InterviewReport | None = None


def router(
    prep: Prep, *, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
) -> APIRouter:
    """Return the routes of the page; `clock` gives the time, with a time zone."""
    routes = APIRouter(include_in_schema=False)
    seat: Seat[Sitting] = Seat()

    @routes.get("/mock")
    def start() -> Response:
        """Show what an interview can be about, and the way back to one that goes on."""
        return _start(prep, seat)

    @routes.post("/mock")
    def begin(
        minutes: Text = "",
        questions: Text = "",
        section: Text = "",
        guide: Text = "",
        forget: Text = "",
    ) -> Response:
        """Begin an interview."""
        try:
            interview = prep.mock(
                minutes=number(minutes, "minutes") or MINUTES,
                questions=number(questions, "questions"),
                section=section or None,
                guide=guide or None,
                transcript=not forget,
                clock=clock,
            )
        except RagprepError as exc:
            return _start(prep, seat, exc)
        seat.begin(Sitting(interview))
        return RedirectResponse(INTERVIEW, 303)

    @routes.get(INTERVIEW)
    def show() -> Response:
        """Show the question that is asked."""
        with seat.look() as sitting:
            if sitting is None:
                return RedirectResponse("/mock", 303)
            return RedirectResponse(REPORT, 303) if sitting.report else _asked(seat, sitting)

    @routes.post(INTERVIEW)
    def step(action: Text = "", step: Text = "", answer: Text = "") -> Response:
        """Take an answer; after the last one grade them all."""
        text = typed(answer)
        try:
            with seat.take(step, text) as sitting:
                _obey(sitting, action, text)
        except Outdated as exc:
            return outdated(exc, INTERVIEW) if exc.text else RedirectResponse(INTERVIEW, 303)
        return RedirectResponse(INTERVIEW, 303)

    @routes.post("/mock/draft")
    def keep(step: Text = "", answer: Text = "") -> Response:
        """Keep what has been typed so far, as long as its question is asked."""
        with seat.look() as sitting:
            if sitting is None or not seat.is_at(step) or sitting.report:
                return Response(status_code=410)
            sitting.interview.keep(typed(answer))
        return Response(status_code=204)

    @routes.get(REPORT)
    def report() -> Response:
        """Show what came of the interview."""
        with seat.look() as sitting:
            if sitting is None or sitting.report is None:
                return RedirectResponse("/mock", 303)
            return page(
                "mock_report.html",
                current="Mock",
                report=sitting.report,
                grades=[
                    grade_shown(answer.grade, answer.said) if answer.grade else None
                    for answer in sitting.report.answers
                ],
            )

    @routes.get("/mock/report.{ending}")
    def download(ending: str) -> Response:
        """Return the report as a file: Markdown, or a page of HTML."""
        with seat.look() as sitting:
            if sitting is None or sitting.report is None or ending not in FILES:
                return RedirectResponse("/mock", 303)
            written, kind = FILES[ending]
            name = f"interview-{sitting.report.began:%Y-%m-%d}.{ending}"
            return Response(
                written(sitting.report),
                media_type=kind,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )

    return routes


FILES = {"md": (to_markdown, "text/markdown"), "html": (to_page, "text/html")}


def _obey(sitting: Sitting, action: str, text: str) -> None:
    """Do what a button says.

    Raises:
        ConfigError: there is no such button.
        RagprepError: the report cannot be made; the answers are there for another try.
    """
    interview = sitting.interview
    if action not in {"answer", "pass", "end"}:
        raise ConfigError(f'There is no button "{action}".', remedy="Choose one that is there.")
    if interview.asked is not None and (action != "end" or text.strip()):
        interview.answer("" if action == "pass" else text.strip())
    if action == "end" or interview.question is None:
        sitting.report = interview.report()


def _start(prep: Prep, seat: Seat[Sitting], problem: RagprepError | None = None) -> Response:
    with seat.look() as sitting:
        return page(
            "mock.html",
            current="Mock",
            status=422 if problem else 200,
            problem=problem,
            minutes=MINUTES,
            going_on=sitting is not None and sitting.report is None,
            reported=sitting is not None and sitting.report is not None,
            **scope(prep),
        )


def _asked(seat: Seat[Sitting], sitting: Sitting) -> Response:
    interview = sitting.interview
    place = len(interview.answers)
    values: dict[str, Any] = {"question": None, "about": 0}
    if interview.asked is not None:
        left = max(0.0, interview.time_left.total_seconds())
        values = {"question": interview.asked, "about": max(1, round(left / 60))}
    return page(
        "mock_question.html",
        current="Mock",
        interview=interview,
        number=place + 1,
        left=max(0, int((interview.ends - interview.clock()).total_seconds())),
        step=seat.step,
        seconds=seat.seconds,
        problem=seat.problem,
        **values,
    )
