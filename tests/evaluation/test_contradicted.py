"""What right and wrong answers get, and how often "contradicted" is right."""

from __future__ import annotations

from ragprep.evaluation.contradicted import (
    Contradicted,
    RightAndWrong,
    contradicted,
    right_and_wrong,
)
from ragprep.types.grade import Grade, PointGrade, PointStatus


def grade(score: int, status: PointStatus = PointStatus.COVERED) -> Grade:
    """A grade with one point."""
    return Grade("q1", "?", score, 1.0, "", (PointGrade("Cats sleep", 1, "", status, 0.0),))


def test_right_and_wrong_answers() -> None:
    """Of two right ones one gets 44 and is contradicted; 0.5 is neither right nor wrong."""
    figures = right_and_wrong(
        [
            (0.7, grade(44, PointStatus.CONTRADICTED)),
            (1.0, grade(90)),
            (0.5, grade(10)),
            (0.3, grade(20)),
        ]
    )
    assert figures == RightAndWrong(2, 0.67, 0.5, 0.5, 1, 0.2)


def test_no_right_answers() -> None:
    """There is no mean of nothing."""
    assert right_and_wrong([(0.0, grade(0))]) == RightAndWrong(0, None, None, None, 1, 0.0)


def confusion(**called: dict[str, int]) -> dict[str, dict[str, int]]:
    return {s: {t: called.get(s, {}).get(t, 0) for t in PointStatus} for s in PointStatus}


def test_precision_and_recall_of_contradicted() -> None:
    """Of four called contradicted three are; of six that are, three are called so."""
    table = confusion(covered={"contradicted": 1}, contradicted={"contradicted": 3, "missing": 3})
    assert contradicted(table) == Contradicted(0.75, 0.5)


def test_nothing_contradicted() -> None:
    """Neither figure has a value."""
    assert contradicted(confusion(covered={"covered": 2})) == Contradicted(None, None)
