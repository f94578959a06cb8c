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


EVIDENCE = ("bias", *FEATURES, "margin", "aliased")
"""Columns of what relevance is judged by: 1; the evidence; by how much the score is above the best
of the others; and whether the entry has aliases, one of which is close to most of what may be
asked."""


def relevance(evidence: NDArray[np.float64], coefficients: dict[str, float]) -> NDArray[np.float64]:
    """Return P(the entry answers the query) for each candidate, never rising down the ranking.

    Logistic regression (Platt 1999), fitted by training/fit_search.py on first hits, over queries
    that their guide answers and queries that it does not.

    Args:
        evidence: (entries, len(EVIDENCE)), best first.
        coefficients: of any of `EVIDENCE`.

    Returns:
        float64 (entries,), each 0 to 1.
    """
    weights = np.array([coefficients.get(name, 0.0) for name in EVIDENCE])
    logits = evidence @ weights
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    falling: NDArray[np.float64] = np.minimum.accumulate(probabilities)
    return falling


def evidence_for(features: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the relevance of candidates is judged by: (entries, len(EVIDENCE)).

    Args:
        features: (entries, len(FEATURES)), from `fuse.evidence`.
        scores: (entries,).
    """
    count = len(scores)
    best = np.sort(scores)[::-1][:2]
    best_of_others = np.where(scores == best[0], best[-1], best[0])
    margin = scores - best_of_others if count > 1 else np.zeros(1)
    aliased = features[:, FEATURES.index("alias3")] != features[:, FEATURES.index("best3")]
    return np.column_stack([np.ones(count), features, margin, aliased])


def strength(relevance: float, covered_at: float) -> Strength:
    """Return a relevance in a word: a first hit that is likely or strong covers the query."""
    if relevance < covered_at:
        return Strength.WEAK
    return Strength.STRONG if relevance >= STRONG else Strength.LIKELY
