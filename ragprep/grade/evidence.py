"""For each point the clause of an answer that comes closest to it; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ragprep.grade.clauses import clauses
from ragprep.text.content import FILLERS, content_words
from ragprep.text.sentences import Span
from ragprep.types.grade import Rubric, RubricPoint

MANY_CLAUSES = 40
"""Embedding a clause takes some 5 ms; evidence of a longer answer is found by its words."""
LEAST_COSINE = 0.25
"""Of a clause that is shown as evidence for a point. A guess."""

Cosines = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]]
"""Of points and clauses: float (points, clauses)."""


def closest_clauses(rubric: Rubric, text: str, cosines: Cosines | None) -> list[Span | None]:
    """Return for each point the clause closest to it, by cosine, or by shared words without."""
    spans = clauses(text)
    if not spans:
        return [None] * len(rubric.points)
    if cosines is None or len(spans) > MANY_CLAUSES:
        return [_shares_most(point, spans) for point in rubric.points]
    points = [with_heading(point) for point in rubric.points]
    rows = cosines(points, [span.text for span in spans])
    best = [list(row).index(max(row)) for row in rows]
    return [spans[i] if row[i] >= LEAST_COSINE else None for i, row in zip(best, rows, strict=True)]


def with_heading(point: RubricPoint) -> str:
    """Return the text of a point with its heading in front, as a reader takes it."""
    heading, text = point.point.heading, point.point.text
    return f"{heading}: {text}" if heading else text


def _shares_most(point: RubricPoint, spans: Sequence[Span]) -> Span | None:
    """Return the clause that shares most words with a point, the shortest of equals."""
    wordings = (point.point.text, *point.accepted)
    wanted = {word for text in wordings for word in content_words(text)} - FILLERS
    shared = [
        (len(wanted & set(content_words(span.text))), -len(span.text), span) for span in spans
    ]
    best = max(shared, key=lambda item: item[:2])
    return best[2] if best[0] else None
