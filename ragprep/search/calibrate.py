"""From scores to the probability that an entry answers the query (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ragprep.search.fuse import FEATURES
from ragprep.types.search import Strength

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRONG = 0.8
"""Relevance from which on a hit is called strong: rarely wrong. A choice."""


def relevance(
    features: NDArray[np.float64],
    scores: NDArray[np.float64],
    coefficients: dict[str, float],
) -> NDArray[np.float64]:
    """Return P(the entry answers the query) for each candidate, never rising down the ranking.

    Logistic regression on the features (Platt 1999), fitted by training/fit_search.py on first
    hits, over queries that the guide answers and queries that it does not.

    Args:
        features: (entries, len(fuse.FEATURES)).
        scores: (entries,), fused; they rank.
        coefficients: of "bias" and any of `fuse.FEATURES`.

    Returns:
        float64 (entries,), each 0 to 1.
    """
    weights = np.array([coefficients.get(name, 0.0) for name in FEATURES])
    logits = features @ weights + coefficients["bias"]
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    order = np.argsort(-scores, kind="stable")
    probabilities[order] = np.minimum.accumulate(probabilities[order])
    return probabilities


def strength(relevance: float, covered_at: float) -> Strength:
    """Return a relevance in a word: a first hit that is likely or strong covers the query."""
    if relevance < covered_at:
        return Strength.WEAK
    return Strength.STRONG if relevance >= STRONG else Strength.LIKELY
