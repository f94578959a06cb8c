"""The score of an answer: plain sums that a person can do again; pure.

credit of a point   expected from its odds: covered 1, partial 0.4, missing 0; to the next 0.05
earned              credit * weight; of a group the best, as many as are enough
whole               the judge's impression of the whole answer counts half of all
score               100 * (all earned - penalty * weight of each contradicted point) / all needed
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ragprep.types.grade import PointGrade, PointStatus, Rubric, Sum

STATUSES = tuple(PointStatus)
"""In the order of a reading's odds."""

VERDICTS = (
    (80, "Excellent"),
    (60, "Good"),
    (40, "Half way"),
    (20, "Thin"),
    (0, "Not an answer yet"),
)
"""Least score of each, in the five bands that `eval grading` reports."""

Probabilities = tuple[float, float, float, float]


def status_of(probabilities: Probabilities) -> PointStatus:
    """Return the likeliest status; of equals the better one."""
    return STATUSES[max(range(4), key=lambda i: (probabilities[i], -i))]


def credit_of(probabilities: Probabilities, partial_credit: float) -> float:
    """Return the expected credit, 0 to 1, rounded to 0.05 (halves up)."""
    expected = probabilities[0] + partial_credit * probabilities[1]
    return math.floor(min(1.0, expected) * 20 + 0.5 + 1e-9) / 20


def sums_of(rubric: Rubric, points: Sequence[PointGrade], penalty: float) -> tuple[Sum, ...]:
    """Return how a score adds up: a term for each needed point and group, then the penalties."""
    sums = []
    for graded, wanted in zip(points, rubric.points, strict=True):
        if wanted.group is None:
            sums.append(Sum(graded.point, _tidy(graded.credit * wanted.weight), wanted.weight))
    for place, group in enumerate(rubric.groups):
        members = [
            (graded.credit * wanted.weight, wanted.weight)
            for graded, wanted in zip(points, rubric.points, strict=True)
            if wanted.group == place
        ]
        if not members:
            continue
        mean_weight = sum(weight for _, weight in members) / len(members)
        needed = group.required * mean_weight
        best = sorted((credit for credit, _ in members), reverse=True)[: group.required]
        earned = min(needed, sum(best))
        text = f"{group.name} (any {group.required} of {len(members)})"
        sums.append(Sum(text, _tidy(earned), _tidy(needed)))
    sums += [
        Sum(f"contradicted: {graded.point}", _tidy(-penalty * graded.weight), 0.0)
        for graded in points
        if graded.status is PointStatus.CONTRADICTED
    ]
    return tuple(sums)


def with_whole(sums: Sequence[Sum], whole: Sequence[tuple[str, float, float]]) -> tuple[Sum, ...]:
    """Return the sums of points with terms for the answer as a whole.

    Args:
        sums: of the points.
        whole: of each term its text, its value (0 to 1), and its share of all that is needed.
    """
    needed = sum(term.needed for term in sums)
    rest = 1 - sum(share for _, _, share in whole)
    parts = [(text, value, needed * share / rest) for text, value, share in whole]
    return (
        *sums,
        *(Sum(text, round(value * part, 2), round(part, 2)) for text, value, part in parts),
    )


def score_of(sums: Sequence[Sum], limit: int = 100) -> int:
    """Return the score, 0 to 100, that `sums` add up to, at most `limit`."""
    needed = sum(term.needed for term in sums)
    if not needed:
        return 0
    earned = max(0.0, sum(term.earned for term in sums))
    return min(limit, math.floor(100 * earned / needed + 0.5 + 1e-9))


def verdict_of(score: int) -> str:
    """Return the verdict in words."""
    return next(words for least, words in VERDICTS if score >= least)


def _tidy(value: float) -> float:
    return round(value, 6)
