"""What a point earns and how far a statement is so, by both readers: logistic regressions; pure.

credit of a point    sigmoid(w . [1, covered, partial, contradicted, entailed, against])
the statements       sigmoid(v . [1, entailed, against]), the mean of each by its words

Each probability p counts as log(p / (1 - p)). The first three are the cross-encoder's, of the
point in the whole answer; the last two are the reader's of assertions, of the statements that are
closest to the point: the greatest of each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ragprep.grade.fitted import Constants, Weights
from ragprep.grade.read import Statements
from ragprep.grade.score import Probabilities, credit_of, rounded, status_of
from ragprep.types.grade import PointStatus, StatementReading

LEAST = 0.005
"""Probabilities are kept this far from 0 and 1."""
ENTAILED = 3
"""Its place among the features of a point."""
UNSAID = 0.05
"""Stands for both probabilities where no statement is about a point."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a point is judged to be, and what it earns, 0 to 1."""

    status: PointStatus
    credit: float


def judged(
    rows: Sequence[Probabilities], statements: Statements | None, constants: Constants
) -> list[Judged]:
    """Return what is made of each point.

    Args:
        rows: of each point, by the cross-encoder.
        statements: of the answer; None where nobody read them one by one.
        constants: the weights.
    """
    if statements is None:
        likeliest = [status_of(row, constants.certain) for row in rows]
        expected = [credit_of(row, constants.partial_credit) for row in rows]
    else:
        likeliest, expected = [], []
        for row, features in zip(rows, point_features(rows, statements.readings), strict=True):
            expected.append(rounded(_sigmoid(_weighted(constants.weights.point, features))))
            contradicted = status_of(row, constants.certain) is PointStatus.CONTRADICTED
            if contradicted and features[ENTAILED] < log_odds(constants.vetoed):
                likeliest.append(PointStatus.CONTRADICTED)
            else:
                likeliest.append(_status(expected[-1], constants))
    return [
        Judged(status, 0.0 if status is PointStatus.CONTRADICTED else credit)
        for status, credit in zip(likeliest, expected, strict=True)
    ]


def _status(credit: float, constants: Constants) -> PointStatus:
    if credit >= constants.covered:
        return PointStatus.COVERED
    return PointStatus.PARTIAL if credit >= constants.in_part else PointStatus.MISSING


def statements_value(statements: Statements, weights: Weights) -> float:
    """Return how far what is said is so, 0 to 1."""
    logits = [
        _weighted(weights.statement, statement_features(reading)) * length
        for reading, length in zip(statements.readings, statements.lengths, strict=True)
    ]
    return _sigmoid(sum(logits) / max(1, sum(statements.lengths)))


def point_features(
    rows: Sequence[Probabilities], readings: Sequence[StatementReading]
) -> list[tuple[float, ...]]:
    """Return the five features of each point."""
    features = []
    for place, (covered, partial, _, contradicted) in enumerate(rows):
        about = [reading for reading in readings if reading.point == place]
        entailed = max((reading.entailed for reading in about), default=UNSAID)
        against = max((reading.contradicted for reading in about), default=UNSAID)
        values = covered, partial, contradicted, entailed, against
        features.append(tuple(map(log_odds, values)))
    return features


def statement_features(reading: StatementReading) -> tuple[float, float]:
    """Return the two features of a statement."""
    return log_odds(reading.entailed), log_odds(reading.contradicted)


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)) of a probability that is kept off 0 and 1."""
    kept = min(1 - LEAST, max(LEAST, probability))
    return math.log(kept / (1 - kept))


def _weighted(weights: Sequence[float], features: Sequence[float]) -> float:
    return weights[0] + sum(w * x for w, x in zip(weights[1:], features, strict=True))


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
