"""From the evidence of views and words to one score an entry (pure)."""

from __future__ import annotations

import itertools
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

FEATURES = ("best", "best3", "entry", "alias3", "bm25", "overlap", "known")
"""Columns of the evidence. Cosines with the query: of the closest view of the entry's own text;
mean of the three closest; of the whole-entry view; mean of the three closest aliases. Words: the
BM25 score; how much of the query the entry has words for; how much the whole index has."""

ARMS = {
    "bm25": {"bm25": 1.0},
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
def fitted(*, aliases: bool) -> Weights:
    """Return the weights that ship with the package, for an index with or without aliases."""
    text = files("ragprep.retrieve").joinpath("fitted.json").read_text(encoding="utf-8")
    return Weights(**json.loads(text)["aliases" if aliases else "plain"])


def evidence(
    cosines: NDArray[np.float32],
    kinds: NDArray[np.uint8],
    starts: NDArray[np.intp],
    *,
    bm25: NDArray[np.float32],
    overlap: NDArray[np.float32],
    known: float,
) -> NDArray[np.float64]:
    """Return the features of candidate entries.

    Args:
        cosines: (views,), of the candidates' views with the query, an entry's views together.
        kinds: (views,), places in `store.KINDS`.
        starts: (entries,), the first view of each entry; every entry has a view of its own text.
        bm25: (entries,).
        overlap: (entries,), 0 to 1.
        known: 0 to 1.

    Returns:
        float64 (entries, len(FEATURES)); an entry without a whole-entry view has the cosine of
        its closest one there, one without aliases its `best3` for `alias3`.
    """
    if not len(starts):
        return np.zeros((0, len(FEATURES)))
    is_alias = kinds == KINDS.index(ViewKind.ALIAS)
    is_entry = kinds == KINDS.index(ViewKind.ENTRY)
    rows = []
    for first, last in itertools.pairwise([*starts.tolist(), len(cosines)]):
        part, alias = cosines[first:last], is_alias[first:last]
        own, whole = part[~alias], part[is_entry[first:last]]
        best, best3 = float(own.max()), _mean_of_best(own)
        rows.append(
            (
                best,
                best3,
                float(whole.max()) if whole.size else best,
                _mean_of_best(part[alias]) if alias.any() else best3,
            )
        )
    return np.column_stack([rows, bm25, overlap, np.full(len(rows), known)]).astype(np.float64)


def _mean_of_best(cosines: NDArray[np.float32], count: int = 3) -> float:
    return float(np.sort(cosines)[-count:].mean())


def fuse(features: NDArray[np.float64], fusion: dict[str, float]) -> NDArray[np.float64]:
    """Return the score of each entry: the weighted sum of its features, (entries,)."""
    return features @ np.array([fusion.get(name, 0.0) for name in FEATURES])
