"""Which point a statement of an answer is held against."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ragprep.grade.read import read_statements
from ragprep.types.grade import Rubric, RubricPoint, StatementReading
from ragprep.types.guide import KeyPoint

pytestmark = pytest.mark.fast

RUBRIC = Rubric(
    tuple(
        RubricPoint(KeyPoint(text, 1, ""), 1.0)
        for text in (
            "L1 (Lasso): Adds the absolute values of the weights.",
            "L2 (Ridge): Adds their squares.",
            "Both are penalties.",
        )
    ),
    (),
)


class LastIsClosest:
    """Takes the last point for the closest; a statement is entailed by a tenth for each point."""

    def read(self, points: Sequence[str], statements: Sequence[str]) -> list[StatementReading]:
        last = len(points) - 1
        return [StatementReading(last, len(points) / 10, 0.0) for _ in statements]


@pytest.mark.parametrize(
    ("answer", "point"),
    [
        ("L1 adds absolute values.", 0),
        ("Ridge adds squares.", 1),
        ("They punish large weights.", 2),
        ("L1 adds other things than L2.", 2),
        ("Absolute values of the weights are what L1 adds.", 2),
    ],
)
def test_a_statement_is_held_against_the_point_it_begins_with(answer: str, point: int):
    """And else against the closest one, as where it names two points or names one later on."""
    [reading] = read_statements(RUBRIC, answer, LastIsClosest()).readings
    assert reading == StatementReading(point, 0.1 if point < 2 else 0.3, 0.0)
