"""What points earn, and how far statements are so, by hand from made-up weights."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest

from ragprep.grade.credit import judged, point_features, statements_value
from ragprep.grade.fitted import Weights, fitted
from ragprep.grade.read import Statements
from ragprep.types.grade import PointStatus, StatementReading

pytestmark = pytest.mark.fast

EVEN = Weights(
    point=(0.0, 1.0, 0.0, 0.0, 1.0, 0.0),
    statement=(0.0, 1.0, 0.0),
    statements=0.2,
    holistic=0.2,
)
"""A point earns by what both readers say for it, a statement by what is said for it."""
CONSTANTS = replace(fitted(), weights=EVEN, covered=0.6, in_part=0.3, certain=0.9, vetoed=0.5)
ROW = (0.5, 0.5, 0.0, 0.0)


def said(*readings: StatementReading) -> Statements:
    return Statements(readings, tuple(2 for _ in readings))


def test_features_are_log_odds_and_the_greatest_of_a_point():
    """Two statements are about the first point, none about the second."""
    readings = [StatementReading(0, 0.5, 0.1), StatementReading(0, 0.9, 0.5)]
    first, second = point_features([ROW, ROW], readings)
    assert first == pytest.approx((0.0, 0.0, log(0.005 / 0.995), log(9), 0.0))
    assert second[3:] == pytest.approx((log(1 / 19), log(1 / 19)))


@pytest.mark.parametrize(
    ("entailed", "credit", "status"),
    [
        (0.5, 0.5, PointStatus.PARTIAL),
        (0.9, 0.9, PointStatus.COVERED),
        (0.1, 0.1, PointStatus.MISSING),
    ],
)
def test_a_statement_moves_the_credit_of_its_point(
    entailed: float, credit: float, status: PointStatus
):
    """The cross-encoder is undecided."""
    statements = said(StatementReading(0, entailed, 0.0))
    [point] = judged([ROW], statements, CONSTANTS)
    assert (point.credit, point.status) == (pytest.approx(credit), status)


def test_a_contradiction_needs_that_no_statement_says_the_point():
    """Certain by the cross-encoder; the statement is entailed by 0.6, and by 0.4."""
    row = (0.0, 0.0, 0.05, 0.95)
    statuses = [
        judged([row], said(StatementReading(0, entailed, 0.0)), CONSTANTS)[0].status
        for entailed in (0.6, 0.4)
    ]
    assert statuses == [PointStatus.MISSING, PointStatus.CONTRADICTED]


def test_without_statements_the_expected_credit_counts():
    [point] = judged([ROW], None, CONSTANTS)
    assert point.credit == 0.7  # half of 1, and half of 0.4


def test_statements_weigh_by_their_words():
    """Log-odds of 2 for three words and of -2 for one are 1 on average."""
    readings = [StatementReading(0, 1 / (1 + exp(-value)), 0.0) for value in (2, -2)]
    statements = Statements(tuple(readings), (3, 1))
    assert statements_value(statements, EVEN) == pytest.approx(1 / (1 + exp(-1)))
