"""A grade as lines for people; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ragprep.cli.layout import BLANK, Line, Style
from ragprep.types.grade import PointStatus, TermKind

if TYPE_CHECKING:
    from ragprep.types.grade import Evidence, Grade, PointGrade, Rubric

MARKS: dict[PointStatus, tuple[str, Style]] = {
    PointStatus.COVERED: ("+", "good"),
    PointStatus.PARTIAL: ("~", "fair"),
    PointStatus.MISSING: ("-", "faint"),
    PointStatus.CONTRADICTED: ("x", "poor"),
}
WORDS = {
    PointStatus.COVERED: "said",
    PointStatus.PARTIAL: "said in part",
    PointStatus.MISSING: "not said",
    PointStatus.CONTRADICTED: "contradicted",
}
INDENT = 6


def grade(shown: Grade, *, verbose: bool = False) -> Iterator[Line]:
    """Show score and verdict, what to fix first, a line a point, what was wrong, what to read.

    Args:
        shown: the grade.
        verbose: whether all numbers are shown, and how the score adds up.
    """
    yield Line(((f"{shown.entry.ljust(INDENT - 1)} ", "label"), (shown.question, "heading")), 0, 6)
    style: Style = "good" if shown.score >= 60 else "fair" if shown.score >= 40 else "poor"
    sure = f"  confidence {shown.confidence:.2f}" if verbose else ""
    yield Line(
        ((f"{shown.score} of 100  ", style), (shown.verdict, "plain"), (sure, "faint")), 6, 6
    )
    for remark in shown.remarks:
        yield Line.of(remark, "fair", INDENT)
    if shown.fix:
        yield Line((("Fix first: ", "heading"), (shown.fix, "plain")), INDENT, INDENT)
    yield BLANK
    yield from points(shown.points, verbose=verbose)
    if shown.wrong:
        yield BLANK
        yield Line.of("Wrong, by the guide:", "heading")
        yield from (Line.of(f'"{_flat(wrong)}"', indent=2) for wrong in shown.wrong)
    if shown.read_next:
        yield BLANK
        yield Line.of("Read next:", "heading")
        for label, question in shown.read_next:
            yield Line(((f"{label.ljust(INDENT - 1)} ", "label"), (question, "plain")), 2, 8)
    if verbose:
        yield BLANK
        yield from _sums(shown)


def points(shown: Iterable[PointGrade], *, verbose: bool = False) -> Iterator[Line]:
    """Show a line a point, below its heading, and the words that it was graded by."""
    for heading, members in groupby(shown, key=lambda point: point.heading):
        if heading:
            yield Line.of(f"{heading}:", indent=INDENT)
        for point in members:
            yield from _point(point, verbose=verbose)


def rubric_notes(rubric: Rubric) -> Iterator[Line]:
    """Show how many points of a group are required, and what a file beside the guide changes."""
    for place, group in enumerate(rubric.groups):
        size = sum(point.group == place for point in rubric.points)
        if size:  # else its points were left out, or another group has them
            text = f"{group.name}: any {group.required} of {size} are enough."
            yield Line.of(text, "faint", INDENT)
    for point in rubric.points:
        notes = [f"weight {point.weight:g}"] if point.weight != 1 else []
        notes += ["added beside the guide"] if not point.point.line else []
        notes += [f"also accepted: {'; '.join(point.accepted)}"] if point.accepted else []
        if notes:
            yield Line.of(f"{point.point.text}: {', '.join(notes)}.", "faint", INDENT)
    yield from (Line.of(warning, "fair", INDENT) for warning in rubric.warnings)


def _point(point: PointGrade, *, verbose: bool) -> Iterator[Line]:
    mark, style = MARKS[point.status]
    number = f"{point.line:>4}  " if point.line else "      "
    status = f"  {WORDS[point.status]}" + (f" {point.credit:g}" if verbose else "")
    yield Line(
        ((number, "faint"), (f"{mark} ", style), (point.point, "plain"), (status, style)), 0, 8
    )
    why = point.note or point.difference
    note = f" ({why})" if why else ""
    if point.evidence is not None:
        yield Line(((f'"{_flat(point.evidence)}"', "faint"), (note, "poor")), 8, 8)
    opinion = point.opinion
    if opinion is not None and (opinion.changed or opinion.status is not point.status):
        effect = "moved it one step" if opinion.changed else "not moved"
        quote = f', quoting "{opinion.quote}"' if opinion.quote else ", without a quote"
        yield Line.of(f"second opinion: {opinion.status}{quote}; {effect}", "fair", 8)


def _sums(shown: Grade) -> Iterator[Line]:
    """Show the terms of the score, single points together."""
    single = [term for term in shown.sums if term.kind is TermKind.POINT]
    parts = []
    if single:
        earned, needed = sum(t.earned for t in single), sum(t.needed for t in single)
        parts.append(f"points {earned:g} of {needed:g}")
    others = [term for term in shown.sums if term.kind is not TermKind.POINT]
    parts += [f"{term.text} {term.earned:g} of {term.needed:g}" for term in others]
    limit = f", at most {shown.limit}" if shown.limit < 100 else ""
    second = f", second opinion by {shown.second}" if shown.second else ""
    yield Line(
        (
            (f"{shown.score} = 100 x ({'; '.join(parts)}){limit}", "faint"),
            (f"  graded by {shown.judge}{second}", "faint"),
        ),
        0,
        2,
    )


def _flat(evidence: Evidence) -> str:
    return " ".join(evidence.text.split())
