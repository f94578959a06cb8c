"""How far a person has come, as lines for people; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ragprep.cli.charts import bar, cut, sparkline
from ragprep.cli.layout import BLANK, LABEL, Line

if TYPE_CHECKING:
    from ragprep.types.practice import EntryState, Review
    from ragprep.types.progress import (
        DueEntry,
        Forecast,
        MissedPoint,
        Proposals,
        SectionProgress,
        Standing,
    )

_NAME, _BAR = 33, 16
"""Columns for a section's name and for a bar: a row has 76."""


def progress(shown: Standing) -> Iterator[Line]:
    """Show what is known, by section and by day, what is missed, and what to do today."""
    overall = shown.overall
    yield Line.of(f"{'':<{_NAME}}known{'':<{_BAR}}     tried      due", "faint")
    yield from (_section(section, section.name or "No section") for section in shown.sections)
    if len(shown.sections) != 1:
        yield _section(overall, "All")
    yield BLANK
    if shown.forecast is not None:
        yield _forecast(shown.forecast)
    yield _today(shown.due[0], shown.new)
    yield BLANK
    yield _by_day("Answers", shown.reviews, "the last {days} days: {all}, at most {most} a day")
    yield _by_day("Due", shown.due, "the next {days} days: {all}, {first} of them today")
    if shown.missed:
        yield BLANK
        yield Line.of("Points most often missed:", "heading")
        yield from map(_missed, shown.missed)
    if shown.proposals.given:
        yield BLANK
        yield _proposals(shown.proposals)


def due(entries: Sequence[DueEntry], new: int, today: date) -> Iterator[Line]:
    """Show what is due, the least likely to be recalled first, then when the next comes due."""
    now = [entry for entry in entries if entry.day <= today]
    for entry in now:
        recall = f"{entry.recall:>4.0%}  "
        yield Line(
            ((entry.label.ljust(LABEL), "label"), (recall, "faint"), (entry.question, "plain")),
            0,
            LABEL + 6,
        )
    if now:
        yield BLANK
    yield _today(len(now), new)
    if len(now) < len(entries):
        following = min(entry.day for entry in entries if entry.day > today)
        count = sum(entry.day == following for entry in entries)
        yield Line.of(f"Next: {count:,} on {following.isoformat()}.", "faint")


def history(reviews: Sequence[tuple[str, Review]], state: EntryState | None) -> Iterator[Line]:
    """Show reviews, each with the label of its entry; of a single entry its memory, too."""
    if not reviews:
        yield Line.of("Nothing was answered yet.")
    for label, review in reviews:
        rating = review.rating.name.lower() if review.rating else "not rated"
        changed = review.proposed not in (None, review.rating) and review.rating is not None
        shown_rating = f"{rating}{'*' if changed else ''}".ljust(LABEL + 5)
        score = f"{review.score:>3}  "
        yield Line(
            (
                (f"{review.day.isoformat()}  ", "faint"),
                (label.ljust(LABEL), "label"),
                (score, "heading"),
                (shown_rating, "plain"),
                (review.question, "plain"),
            ),
            0,
            12 + LABEL + 5 + LABEL + 5,
        )
    if any(r.proposed and r.rating and r.proposed != r.rating for _, r in reviews):
        yield Line.of("* another rating was proposed", "faint")
    if state is not None:
        yield BLANK
        yield Line.of(
            f"Answered {state.reviews} times, {state.lapses} of them Again. After "
            f"{state.stability:.0f} days without practice it is recalled with 90%."
        )


def _section(section: SectionProgress, name: str) -> Line:
    name = cut(name, _NAME - 2).ljust(_NAME)
    tried = f"{section.tried:>4,} of {section.entries:<4,}"
    due = f"{section.due:>5,}" if section.due else ""
    known = f"{section.known:>4.0%} ", bar(section.known, _BAR)
    return Line(
        ((name, "plain"), (known[0], "heading"), (known[1], "good"), (f"{tried}{due}", "faint"))
    )


def _forecast(forecast: Forecast) -> Line:
    day = forecast.until.isoformat()
    interval = f"{forecast.low:.0%} to {forecast.high:.0%}"
    more = f" ({interval}) with {forecast.a_day:,} answers a day, {forecast.idle:.0%} with none."
    known = f"{forecast.known:.0%}"
    return Line(((f"On {day} you know ", "plain"), (known, "heading"), (more, "plain")))


def _today(due: int, new: int) -> Line:
    tasks = [f"repeat {due:,}"] if due else []
    tasks += [f"meet {new:,} new"] if new else []
    return Line.of(f"Today: {' and '.join(tasks) or 'nothing is due'}.", "heading")


def _by_day(name: str, counts: Sequence[int], text: str) -> Line:
    told = text.format(days=len(counts), all=f"{sum(counts):,}", most=max(counts), first=counts[0])
    return Line(((name.ljust(9), "faint"), (f"{sparkline(counts)}  ", "good"), (told, "plain")))


def _missed(point: MissedPoint) -> Line:
    times = f"{point.missed} of {point.asked}".ljust(9)
    return Line(
        ((point.entry.ljust(LABEL), "label"), (times, "faint"), (point.text, "plain")),
        2,
        2 + LABEL + 9,
    )


def _proposals(proposals: Proposals) -> Line:
    changed = proposals.lowered + proposals.raised
    return Line.of(
        f"You changed {changed} of {proposals.given:,} proposed ratings: "
        f"{proposals.lowered} to a lower one, {proposals.raised} to a higher one."
    )
