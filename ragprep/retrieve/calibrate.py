"""From scores to the probability that an entry answers the query (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ragprep.retrieve.fuse import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def relevance(
    features: NDArray[np.float64],
    scores: NDArray[np.float64],
    coefficients: dict[str, float],
) -> NDArray[np.float64]:
    """Return P(the entry answers the query) for each candidate, never rising down the ranking.

    Logistic regression (Platt 1999) on the fused score, how far the entry lies behind the best
    of the others, and the features, with coefficients fitted by eval/fit.py.

    Args:
        features: (entries, len(fuse.FEATURES)).
        scores: (entries,), fused.
        coefficients: of "bias", "score", "lead" and any of `fuse.FEATURES`.

    Returns:
        float64 (entries,), each 0 to 1.
    """
    logits = inputs(features, scores) @ np.array(
        [coefficients.get(name, 0.0) for name in INPUTS]
    ) + coefficients.get("bias", 0.0)
    probabilities = 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    order = np.argsort(-scores, kind="stable")
    probabilities[order] = np.minimum.accumulate(probabilities[order])
    return probabilities


INPUTS = ("score", "lead", *FEATURES)


def inputs(features: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the regression's inputs (entries, len(INPUTS)): score, lead, features."""
    return np.column_stack([scores, scores - _best_other(scores), features])


def _best_other(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each entry the best score among the others; its own when it is alone."""
    if len(scores) < 2:
        return scores
    first, second = np.sort(scores)[::-1][:2]
    return np.where(scores == first, second, first)
