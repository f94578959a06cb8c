"""What a practice session shows, as lines for people; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ragprep.cli.graded import INDENT, points
from ragprep.cli.layout import BLANK, Line, Style
from ragprep.types.practice import Rating, Reason
from ragprep.types.session import Answered, Question, Step
from ragprep.wire import section

if TYPE_CHECKING:
    from pathlib import Path

    from ragprep.types.guide import Entry
    from ragprep.types.session import FollowUp, InterviewReport

WHY = {Reason.DUE: "due", Reason.WEAK: "not known well yet", Reason.NEW: "new"}

COLUMN = 13
"""Columns of a rating and the day under it: "2026-12-24" and three between."""

HELP = (
    "Ctrl-D ends an answer; an empty one says that you do not know.",
    "Alone and with Enter: e editor, s skip, u undo, ? the entry, q end.",
)
"""Said once, on a terminal; each fits one row of 80 columns."""


RETRY = "      Enter tries again, s skips, q ends "


def event(shown: Question | Answered | Step) -> Iterator[Line]:
    """Show a question, the grade of an answer, or a review that was kept."""
    match shown:
        case Question():
            return question(shown)
        case Step():
            return step(shown)
    return answered(shown) if shown.follows is None else points(shown.grade.points)


def question(asked: Question) -> Iterator[Line]:
    """Show how far the session is, why this is asked, and the question."""
    recall = f", recalled with {asked.recall:.0%}" if asked.recall else ""
    where = f"{asked.number} of {asked.of}  {WHY[asked.reason]}{recall}"
    yield BLANK
    yield Line(((where, "faint"), (f"  {section(asked.entry)}".rstrip(), "faint")), 0, 2)
    label = f"{asked.entry.label.ljust(INDENT - 1)} "
    yield Line(((label, "label"), (asked.entry.question, "heading")), 0, INDENT)
    if asked.draft:
        yield Line.of("You began an answer; it goes on from here:", "faint", INDENT)


def draft(text: str) -> Iterator[Line]:
    """Show an answer that was begun, where no editor has it."""
    yield from (Line.of(line, indent=INDENT) for line in text.splitlines())


def answered(shown: Answered) -> Iterator[Line]:
    """Show the score, the one thing to fix first, and the ratings with the day under each."""
    grade = shown.grade
    style: Style = "good" if grade.score >= 60 else "fair" if grade.score >= 40 else "poor"
    band, _, counts = grade.verdict.partition(": ")  # bands have names of ratings and other bounds
    verdict = counts if grade.limit else f"{band}: {counts}"
    yield Line(((f"{grade.score} of 100  ", style), (verdict, "plain")), INDENT, INDENT)
    yield from (Line.of(remark, "fair", INDENT) for remark in grade.remarks)
    if shown.fix:
        yield Line((("Fix first: ", "heading"), (shown.fix, "plain")), INDENT, INDENT)
    if shown.proposal is not None:
        proposed = shown.proposal.rating
        ratings = [
            (f"{rating:d} {rating.name.title()}{' *' if rating is proposed else ''}", rating)
            for rating in Rating
        ]
        yield Line(
            tuple(
                (name.ljust(COLUMN), "heading" if rating is proposed else "plain")
                for name, rating in ratings
            ),
            INDENT,
        )
        days = "".join(f"{shown.proposal.due[rating]}".ljust(COLUMN) for rating in Rating)
        yield Line.of(days.rstrip(), "faint", INDENT)
        if proposed is None:
            yield Line.of(
                "The grade is too unsure to propose a rating: choose one.", "fair", INDENT
            )


def key_question(shown: Answered) -> str:
    """Return what asks for a rating."""
    proposed = shown.proposal.rating if shown.proposal else None
    if proposed is None:
        return "      How well did you know it? 1-4 or a h g e "
    return f"      Enter takes {proposed.name.title()}, 1-4 or a h g e another "


def step(shown: Step) -> Iterator[Line]:
    """Show what was kept, and the second question."""
    due = shown.answered.proposal.due[shown.rating] if shown.answered.proposal else None
    yield Line.of(f"{shown.rating.name.title()}: again on {due}.", "faint", INDENT)
    if shown.follow_up is not None:
        yield Line.of(shown.follow_up.text, "heading", INDENT)


def passed_over(shown: FollowUp) -> Iterator[Line]:
    """Show the points that were left out, in the guide's words."""
    for point in shown.rubric.points:
        yield Line((("      ", "faint"), ("- ", "faint"), (point.point.text, "plain")), 0, 8)


def summary(steps: Sequence[Step], skipped: int) -> Iterator[Line]:
    """Show how many were answered and how they were rated."""
    counts = Counter(shown.rating for shown in steps)
    rated = ", ".join(f"{counts[r]} {r.name.title()}" for r in Rating if counts[r])
    passed = f"; {skipped} skipped" if skipped else ""
    yield BLANK
    yield Line.of(f"{len(steps)} answered{f': {rated}' if rated else ''}{passed}.", "heading")


def interview_help(questions: int, minutes: float) -> str:
    """Return what a mock interview is, in a line."""
    count = f"{questions} question{'s' if questions > 1 else ''}"
    return f"{count} in {minutes:g} minutes; Ctrl-D ends an answer, s passes, q ends the interview."


def interview_question(entry: Entry, number: int, of: int, seconds: float) -> Iterator[Line]:
    """Show a question of a mock interview, and the time for it."""
    minutes = max(1, round(seconds / 60))
    yield BLANK
    where = f"{number} of {of}  about {minutes} minute{'s' if minutes > 1 else ''}"
    yield Line.of(where, "faint")
    yield Line.of(entry.question, "heading")


def interview_result(report: InterviewReport, file: Path) -> Iterator[Line]:
    """Show the mean score, what to work on, and where the report is."""
    yield BLANK
    yield Line.of(f"{report.score} of 100 on average. To work on:", "heading")
    for item in report.to_work_on:
        yield Line(
            ((f"{item.entry.label.ljust(INDENT - 1)} ", "label"), (item.entry.question, "plain")),
            0,
            INDENT,
        )
        yield Line.of(item.what, "faint", INDENT)
    yield Line.of(f"The report is in {file}.")
