"""The score: sums that can be done by hand."""

from __future__ import annotations

import pytest

from ragprep.grade.score import credit_of, score_of, status_of, sums_of, verdict_of
from ragprep.types.grade import PointGrade, PointGroup, PointStatus, Rubric, RubricPoint
from ragprep.types.guide import KeyPoint

COVERED, PARTIAL, MISSING, CONTRADICTED = PointStatus


def rubric(*groups: int | None, required: int = 0, weights: tuple[float, ...] = ()) -> Rubric:
    points = [
        RubricPoint(KeyPoint(f"p{i}", 1), weights[i] if weights else 1.0, (), group)
        for i, group in enumerate(groups)
    ]
    return Rubric(tuple(points), (PointGroup("Ways", required),) if required else ())


def points(*earned: float, weights: tuple[float, ...] = (), wrong: int = -1) -> list[PointGrade]:
    return [
        PointGrade(f"p{i}", 1, "", CONTRADICTED if i == wrong else COVERED, credit,
                   weights[i] if weights else 1.0)
        for i, credit in enumerate(earned)
    ]  # fmt: skip


def test_single_points_are_all_needed():
    """1 + 0.5 of 2 is 75."""
    assert score_of(sums_of(rubric(None, None), points(1, 0.5), 0.25)) == 75


def test_of_a_group_some_are_enough():
    """One point, and any 2 of 3: 1 + (1 + 1) of 1 + 2; a third covered one adds nothing."""
    ways = rubric(None, 0, 0, 0, required=2)
    assert score_of(sums_of(ways, points(1, 1, 1, 0), 0.25)) == 100
    assert score_of(sums_of(ways, points(1, 1, 1, 1), 0.25)) == 100
    assert score_of(sums_of(ways, points(1, 0.4, 0.4, 0.4), 0.25)) == 60  # 1 + 0.8 of 3


def test_a_contradicted_point_takes_away():
    """1 + 0 - 0.25 of 2 is 37.5, rounded up."""
    assert score_of(sums_of(rubric(None, None), points(1, 0, wrong=1), 0.25)) == 38


def test_never_below_nothing_or_above_the_limit():
    """0 and the limit."""
    assert score_of(sums_of(rubric(None), points(0, wrong=0), 0.25)) == 0
    assert score_of(sums_of(rubric(None), points(1), 0.25), 30) == 30


def test_weights_count():
    """Weight 3 covered, weight 1 missed: 3 of 4."""
    weights = (3.0, 1.0)
    sums = sums_of(rubric(None, None, weights=weights), points(1, 0, weights=weights), 0.25)
    assert score_of(sums) == 75


@pytest.mark.parametrize(
    ("probabilities", "status", "credit"),
    [
        ((1, 0, 0, 0), COVERED, 1.0),
        ((0, 1, 0, 0), PARTIAL, 0.4),
        ((0.5, 0.3, 0.2, 0), COVERED, 0.6),  # 0.62
        ((0.2, 0.2, 0.2, 0.4), CONTRADICTED, 0.3),  # 0.28
        ((0.25, 0.25, 0.25, 0.25), COVERED, 0.35),  # equals: the better one
    ],
)
def test_status_and_credit(probabilities, status, credit):
    """The likeliest, and the expected in steps of 0.05."""
    assert (status_of(probabilities), credit_of(probabilities, 0.4)) == (
        status,
        pytest.approx(credit),
    )


def test_verdicts():
    """Five bands."""
    assert verdict_of(80) == "Excellent"
    assert verdict_of(79) == "Good"
    assert verdict_of(0) == "Not an answer yet"
