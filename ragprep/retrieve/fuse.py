"""From the evidence of views and words to one score an entry (pure)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from ragprep.retrieve.store import KINDS
from ragprep.types import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES = ("best", "best3", "entry", "lexical")
"""Columns of the evidence: cosine of the closest view; mean cosine of the three closest; cosine
of the whole-entry view; and BM25 as a share of the best score the query could get."""

ARMS = {
    "bm25": {"lexical": 1.0},
    "dense-entry": {"entry": 1.0},
    "dense-views": {"best": 1.0},
}
"""Fusions that `ragprep eval retrieval` compares with the fitted one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What eval/fit.py fitted on eval/retrieval.dev.jsonl (the content of fitted.json).

    Attributes:
        fusion: weight of each feature; the fused score is their weighted sum.
        calibration: coefficients of `calibrate.relevance`, "bias" among them.
        covered_at: least relevance of the first hit for a query to count as covered.
    """

    fusion: dict[str, float]
    calibration: dict[str, float]
    covered_at: float


@cache
def fitted() -> Weights:
    """Return the weights that ship with the package."""
    text = files("ragprep.retrieve").joinpath("fitted.json").read_text(encoding="utf-8")
    record = json.loads(text)
    return Weights(record["fusion"], record["calibration"], record["covered_at"])


def evidence(
    cosines: NDArray[np.float32],
    kinds: NDArray[np.uint8],
    starts: NDArray[np.intp],
    lexical: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the features of candidate entries.

    Args:
        cosines: (views,), of the candidates' views with the query, an entry's views together.
        kinds: (views,), places in `store.KINDS`.
        starts: (entries,), the first view of each entry; every entry has a view.
        lexical: (entries,), BM25 shares, 0 to 1.

    Returns:
        float64 (entries, len(FEATURES)); without a whole-entry view, that of the closest view.
    """
    if not len(starts):
        return np.zeros((0, len(FEATURES)))
    best = np.maximum.reduceat(cosines, starts)
    best3 = [np.sort(part)[-3:].mean() for part in np.split(cosines, starts[1:])]
    of_entry = np.where(kinds == KINDS.index(ViewKind.ENTRY), cosines, -np.inf)
    entry = np.maximum.reduceat(of_entry, starts)
    entry = np.where(np.isneginf(entry), best, entry)
    return np.column_stack([best, best3, entry, lexical]).astype(np.float64)


def fuse(features: NDArray[np.float64], fusion: dict[str, float]) -> NDArray[np.float64]:
    """Return the score of each entry: the weighted sum of its features, (entries,)."""
    return features @ np.array([fusion.get(name, 0.0) for name in FEATURES])
