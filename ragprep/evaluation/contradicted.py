"""What right and wrong answers get, and how often "contradicted" is right; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ragprep.types.grade import Grade, PointStatus

RIGHT, WRONG = 0.7, 0.3
"""By people an answer with at least the first is right, one with at most the second wrong."""
LOW = 45
"""A score, 0 to 100, below which a right answer has been graded far too low."""


@dataclass(frozen=True, slots=True)
class RightAndWrong:
    """What right and wrong answers get; None where there are none.

    Attributes:
        n_right: how many answers are right by people.
        right_score: their mean score, 0 to 1.
        right_low: share of them that get less than `LOW`.
        right_contradicted: share of them that have a contradicted point.
        n_wrong: how many are wrong by people.
        wrong_score: their mean score, 0 to 1.
    """

    n_right: int
    right_score: float | None
    right_low: float | None
    right_contradicted: float | None
    n_wrong: int
    wrong_score: float | None


@dataclass(frozen=True, slots=True)
class Contradicted:
    """How often "contradicted" is right, of points that people gave a status.

    Attributes:
        precision: share of the points that we call contradicted that people do too; None if we
            call none so.
        recall: share of the points that people call contradicted that we do too; likewise.
    """

    precision: float | None
    recall: float | None


def right_and_wrong(graded: Sequence[tuple[float, Grade]]) -> RightAndWrong:
    """Return what right and wrong answers get, of pairs of people's score and our grade."""
    right = [grade for truth, grade in graded if truth >= RIGHT]
    wrong = [grade for truth, grade in graded if truth <= WRONG]
    return RightAndWrong(
        n_right=len(right),
        right_score=_mean([grade.score / 100 for grade in right]),
        right_low=_mean([grade.score < LOW for grade in right]),
        right_contradicted=_mean([has_contradicted(grade) for grade in right]),
        n_wrong=len(wrong),
        wrong_score=_mean([grade.score / 100 for grade in wrong]),
    )


def contradicted(confusion: Mapping[str, Mapping[str, int]]) -> Contradicted:
    """Return how often "contradicted" is right, from people's status -> ours -> number."""
    name = PointStatus.CONTRADICTED
    both = confusion[name][name]
    called = sum(ours[name] for ours in confusion.values())
    true = sum(confusion[name].values())
    return Contradicted(both / called if called else None, both / true if true else None)


def has_contradicted(grade: Grade) -> bool:
    """Return whether a point of a grade is contradicted."""
    return any(point.status is PointStatus.CONTRADICTED for point in grade.points)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
