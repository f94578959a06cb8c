"""The page Practice: a session as in the terminal, by forms; it works without any script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from ragprep.errors import ConfigError, RagprepError
from ragprep.types.practice import Rating, Reason
from ragprep.types.session import Answered, FollowUp, Stage
from ragprep.web.pages.grading import grade_shown
from ragprep.web.pages.html import page
from ragprep.web.pages.markdown import entry_html
from ragprep.web.pages.sittings import Outdated, Seat

if TYPE_CHECKING:
    from ragprep.practice.session import Session
    from ragprep.service import Prep

WHY = {Reason.DUE: "due", Reason.WEAK: "not known well yet", Reason.NEW: "new"}
KEYS = {Rating.AGAIN: "1 a", Rating.HARD: "2 h", Rating.GOOD: "3 g", Rating.EASY: "4 e"}
"""As in the terminal."""

MOST = 10_000
"""Questions or minutes: more than a week holds."""

SESSION = "/practice/session"

Text = Annotated[str, Form()]


@dataclass
class Sitting:
    """A session, and what the page shows of the step before.

    Attributes:
        session: that goes on.
        ended: whether the person ended it.
        draft: the answer to a second question that was begun.
        followed: the second answer, once it is graded.
        passed_over: the second question, where it was skipped.
    """

    session: Session
    ended: bool = False
    draft: str = ""
    followed: Answered | None = None
    passed_over: FollowUp | None = None


def router(
    prep: Prep, *, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
) -> APIRouter:
    """Return the routes of the page; `clock` gives the time, with a time zone."""
    routes = APIRouter(include_in_schema=False)
    seat: Seat[Sitting] = Seat()

    @routes.get("/practice")
    def start() -> Response:
        """Show what a session can be about, and the way back to one that goes on."""
        return _start(prep, seat)

    @routes.post("/practice")
    def begin(
        section: Text = "",
        guide: Text = "",
        new: Text = "",
        questions: Text = "",
        minutes: Text = "",
        forget: Text = "",
    ) -> Response:
        """Begin a session."""
        try:
            session = prep.practice(
                section=section or None,
                guide=guide or None,
                new=number(new, "new entries", least=0),
                questions=number(questions, "questions"),
                minutes=number(minutes, "minutes"),
                transcript=not forget,
                clock=clock,
            )
        except RagprepError as exc:
            return _start(prep, seat, exc)
        seat.begin(Sitting(session))
        return RedirectResponse(SESSION, 303)

    @routes.get(SESSION)
    def show() -> Response:
        """Show what the session waits for."""
        with seat.look() as sitting:
            return RedirectResponse("/practice", 303) if sitting is None else _shown(seat, sitting)

    @routes.post(SESSION)
    def step(action: Text = "", step: Text = "", answer: Text = "") -> Response:
        """Take an answer, a rating or a command; then show what follows."""
        text = typed(answer)
        try:
            with seat.take(step, text) as sitting:
                _obey(sitting, action, text)
        except Outdated as exc:
            return outdated(exc, SESSION) if exc.text else RedirectResponse(SESSION, 303)
        return RedirectResponse(SESSION, 303)

    @routes.post("/practice/draft")
    def keep(step: Text = "", answer: Text = "") -> Response:
        """Keep what has been typed so far, as long as its question is asked."""
        with seat.look() as sitting:
            if sitting is None or not seat.is_at(step):
                return Response(status_code=410)
            _keep(sitting, typed(answer))
        return Response(status_code=204)

    return routes


def typed(answer: str) -> str:
    """Return what was typed into a field; forms end its lines with CR LF."""
    return answer.replace("\r\n", "\n")


def number(text: str, name: str, *, least: int = 1) -> int | None:
    """Return the number that was typed into a field, None for an empty one.

    Raises:
        ConfigError: it is none, too small or too large.
    """
    if not text.strip():
        return None
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= MOST:
        raise ConfigError(
            f'"{text}" is no number of {name}.', remedy=f"Give one from {least} to {MOST:,}."
        )
    return value


def outdated(error: Outdated, current: str) -> Response:
    """Return the page that gives back what was typed into an outdated one."""
    return page("outdated.html", status=409, problem=error, current_step=current)


def scope(prep: Prep) -> dict[str, list[str]]:
    """Return the names of sections and guides that a session can be about."""
    entries = prep.entries()
    return {
        "sections": list(dict.fromkeys(part for entry in entries for part in entry.section)),
        "guides": list(dict.fromkeys(entry.guide for entry in entries)),
    }


def _obey(sitting: Sitting, action: str, text: str) -> None:
    """Do what a button says."""
    session, stage = sitting.session, sitting.session.stage
    followed, passed_over = None, None
    _keep(sitting, text)
    match action:
        case "answer" if stage is Stage.FOLLOW_UP:
            followed = session.follow_up(text)
        case "answer":
            session.answer(text)
        case "skip":
            if stage is Stage.FOLLOW_UP:
                passed_over = session.steps[-1].follow_up
            session.skip()
        case "undo":
            session.undo()
        case "end":
            sitting.ended = True
        case _:
            session.rate(_rating(action))
    sitting.followed, sitting.passed_over, sitting.draft = followed, passed_over, ""


def _keep(sitting: Sitting, text: str) -> None:
    """Keep what was typed: on the disk, or that of a second question as long as it is asked."""
    sitting.session.keep(text)
    if sitting.session.stage is Stage.FOLLOW_UP:
        sitting.draft = text


def _rating(action: str) -> Rating:
    try:
        return Rating[action.upper()]
    except KeyError as exc:
        raise ConfigError(f'There is no button "{action}".', remedy="Choose a rating.") from exc


def _start(prep: Prep, seat: Seat[Sitting], problem: RagprepError | None = None) -> Response:
    with seat.look() as sitting:
        going_on = sitting is not None and not _is_over(sitting)
    return page(
        "practice.html",
        current="Practice",
        status=422 if problem else 200,
        problem=problem,
        going_on=going_on,
        **scope(prep),
    )


def _shown(seat: Seat[Sitting], sitting: Sitting) -> Response:
    session = sitting.session
    if _is_over(sitting):
        counts = Counter(step.rating for step in session.steps)
        ratings = {rating: counts[rating] for rating in Rating if counts[rating]}
        return _page("practice_done.html", seat, sitting, ratings=ratings)
    assert session.question is not None
    answered, left = session.answered, None
    if session.ends is not None:
        left = max(0, int((session.ends - session.clock()).total_seconds()))
    return _page(
        "practice_session.html",
        seat,
        sitting,
        question=session.question,
        shown=grade_shown(answered.grade, answered.said) if answered else None,
        draft=sitting.draft if session.stage is Stage.FOLLOW_UP else session.question.draft,
        answer=entry_html(session.question.entry.answer),
        why=WHY[session.question.reason],
        keys=KEYS,
        left=left,
    )


def _page(template: str, seat: Seat[Sitting], sitting: Sitting, **values: Any) -> Response:
    followed = sitting.followed
    return page(
        template,
        current="Practice",
        followed=grade_shown(followed.grade, followed.said) if followed else None,
        session=sitting.session,
        sitting=sitting,
        step=seat.step,
        seconds=None if sitting.session.stage is Stage.RATING else seat.seconds,
        problem=seat.problem,
        **values,
    )


def _is_over(sitting: Sitting) -> bool:
    return sitting.ended or sitting.session.stage is Stage.DONE
