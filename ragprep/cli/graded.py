"""A grade as lines for people; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ragprep.cli.layout import BLANK, Line, Style
from ragprep.types.grade import PointStatus

if TYPE_CHECKING:
    from ragprep.types.grade import Evidence, Grade, PointGrade, Rubric

MARKS: dict[PointStatus, tuple[str, Style]] = {
    PointStatus.COVERED: ("+", "good"),
    PointStatus.PARTIAL: ("~", "fair"),
    PointStatus.MISSING: ("-", "faint"),
    PointStatus.CONTRADICTED: ("x", "poor"),
}
INDENT = 6


def grade(made: Grade) -> Iterator[Line]:
    """Show score and verdict, a line a point, what was wrong, what to read, how it adds up."""
    yield Line(((f"{made.entry.ljust(INDENT - 1)} ", "label"), (made.question, "heading")), 0, 6)
    style: Style = "good" if made.score >= 60 else "fair" if made.score >= 40 else "poor"
    sure = f"  confidence {made.confidence:.2f}"
    yield Line(((f"{made.score} of 100  ", style), (made.verdict, "plain"), (sure, "faint")), 6, 6)
    for remark in made.remarks:
        yield Line.of(remark, "fair", INDENT)
    yield BLANK
    for heading, members in groupby(made.points, key=lambda point: point.heading):
        if heading:
            yield Line.of(f"{heading}:", indent=INDENT)
        for point in members:
            yield from _point(point)
    if made.wrong:
        yield BLANK
        yield Line.of("Wrong, by the guide:", "heading")
        yield from (Line.of(f'"{_flat(wrong)}"', indent=2) for wrong in made.wrong)
    if made.read_next:
        yield BLANK
        yield Line.of("Read next:", "heading")
        for label, question in made.read_next:
            yield Line(((f"{label.ljust(INDENT - 1)} ", "label"), (question, "plain")), 2, 8)
    yield BLANK
    yield from _sums(made)


def rubric_notes(rubric: Rubric) -> Iterator[Line]:
    """Show what of an entry's points is enough, and what a file beside the guide changes."""
    for place, group in enumerate(rubric.groups):
        size = sum(point.group == place for point in rubric.points)
        if size:  # else its points were left out, or another group has them
            required = f"{group.name}: any {group.required} of {size} are enough."
            yield Line.of(required, "faint", INDENT)
    for one in rubric.points:
        said = [f"weight {one.weight:g}"] if one.weight != 1 else []
        said += ["added beside the guide"] if not one.point.line else []
        said += [f"also accepted: {'; '.join(one.accepted)}"] if one.accepted else []
        if said:
            yield Line.of(f"{one.point.text}: {', '.join(said)}.", "faint", INDENT)
    yield from (Line.of(warning, "fair", INDENT) for warning in rubric.warnings)


def _point(point: PointGrade) -> Iterator[Line]:
    mark, style = MARKS[point.status]
    number = f"{point.line:>4}  " if point.line else "      "
    status = f"  {point.status} {point.credit:g}"
    yield Line(
        ((number, "faint"), (f"{mark} ", style), (point.point, "plain"), (status, style)), 0, 8
    )
    note = f" ({point.note})" if point.note else ""
    if point.evidence is not None:
        yield Line(((f'"{_flat(point.evidence)}"', "faint"), (note, "poor")), 8, 8)
    opinion = point.opinion
    if opinion is not None and (opinion.changed or opinion.status is not point.status):
        said = "moved it one step" if opinion.changed else "not moved"
        quote = f', quoting "{opinion.quote}"' if opinion.quote else ", without a quote"
        yield Line.of(f"second opinion: {opinion.status}{quote}; {said}", "fair", 8)


def _sums(made: Grade) -> Iterator[Line]:
    """Show the terms of the score, single points together."""
    plain = [term for term in made.sums if term.needed]
    penalties = sum(term.earned for term in made.sums if not term.needed)
    whole = {text for text, _, _ in made.whole}
    singles = [t for t in plain if "(any " not in t.text and t.text not in whole]
    parts = []
    if singles:
        earned, needed = (sum(getattr(t, key) for t in singles) for key in ("earned", "needed"))
        parts.append(f"points {earned:g} of {needed:g}")
    parts += [f"{t.text} {t.earned:g} of {t.needed:g}" for t in plain if t not in singles]
    if penalties:
        parts.append(f"contradicted {penalties:g}")
    limit = f", at most {made.limit}" if made.limit < 100 else ""
    second = f", second opinion by {made.second}" if made.second else ""
    yield Line(
        (
            (f"{made.score} = 100 x ({_join(parts)}){limit}", "faint"),
            (f"  judged by {made.judge}{second}", "faint"),
        ),
        0,
        2,
    )


def _join(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _flat(words: Evidence) -> str:
    return " ".join(words.text.split())
