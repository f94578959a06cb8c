"""A grade as pages show it: its points, and the answer with the words that each was read in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ragprep.types.grade import PointStatus, TermKind

if TYPE_CHECKING:
    from ragprep.types.grade import Grade, Term

SEVERITY = (PointStatus.CONTRADICTED, PointStatus.COVERED, PointStatus.PARTIAL)
"""Where words are evidence for several points, they are marked by the first of these."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an answer.

    Attributes:
        text: verbatim.
        status: what it is evidence of; None where it is evidence of nothing.
        ends: numbers of the points, from 1, whose evidence ends with it.
    """

    text: str
    status: PointStatus | None = None
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeShown:
    """A grade with the answer that it is of.

    Attributes:
        grade: the grade.
        written: the answer, in stretches.
        sum: how the score adds up.
    """

    grade: Grade
    written: tuple[Stretch, ...]
    sum: str


def grade_shown(grade: Grade, answer: str) -> GradeShown:
    """Return a grade as the template `_grade.html` shows it."""
    return GradeShown(grade, marked(answer, grade), summed(grade))


def marked(answer: str, grade: Grade) -> tuple[Stretch, ...]:
    """Return an answer in stretches, so that each is evidence of the same points throughout."""
    spans = [
        (point.evidence.start, point.evidence.end, point.status, number)
        for number, point in enumerate(grade.points, 1)
        if point.evidence is not None
    ]
    spans += [(wrong.start, wrong.end, PointStatus.CONTRADICTED, 0) for wrong in grade.wrong]
    bounds = sorted({0, len(answer), *(bound for span in spans for bound in span[:2])})
    stretches = []
    for start, end in pairwise(bounds):
        over = [span for span in spans if span[0] <= start and end <= span[1]]
        status = next((s for s in SEVERITY if s in {span[2] for span in over}), None)
        ends = tuple(sorted(span[3] for span in over if span[1] == end and span[3]))
        stretches.append(Stretch(answer[start:end], status, ends))
    return tuple(stretches)


def summed(grade: Grade) -> str:
    """Return how a score adds up: "34 = 100 × (points 0.4 of 1; holistic score 1.6 of 4)"."""
    single = [term for term in grade.sums if term.kind is TermKind.POINT]
    parts = []
    if single:
        earned, needed = sum(t.earned for t in single), sum(t.needed for t in single)
        parts.append(f"points {earned:g} of {needed:g}")
    parts += [_term(term) for term in grade.sums if term.kind is not TermKind.POINT]
    limit = f", at most {grade.limit}" if grade.limit < 100 else ""
    return f"{grade.score} = 100 × ({'; '.join(parts)}){limit}"


def _term(term: Term) -> str:
    return f"{term.text} {term.earned:g} of {term.needed:g}"
