"""From the evidence of views and words to one score an entry (pure)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.errors import ModelError
from ragprep.index.segment import KINDS
from ragprep.recipe import Recipe
from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).with_name("fitted.json")

FEATURES = ("best", "best3", "entry", "alias3", "bm25", "overlap")
"""Columns of the evidence. Cosines with the query: of the closest view of the entry's own text;
mean of the three closest; of the whole-entry view; mean of the three closest aliases. Words: the
BM25 score, and how much of the query the entry has words for."""

SYSTEMS = {
    "bm25": {"bm25": 1.0},
    "dense-entry": {"entry": 1.0},
    "dense-views": {"best": 1.0},
}
"""Fusions that `ragprep eval retrieval` compares with the fitted one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training/fit_search.py fitted over several guides (in fitted.json).

    Attributes:
        fusion: weight of each of `FEATURES`; the score is their weighted sum.
        calibration: coefficients of `calibrate.relevance`, "bias" among them.
        covered_at: least relevance of the first hit for a query to count as covered.
    """

    fusion: dict[str, float]
    calibration: dict[str, float]
    covered_at: float


@cache
def fitted(path: Path = FILE) -> Weights:
    """Return the weights that ship with the package, or those in another file."""
    return Weights(**_record(path)["weights"])


@cache
def fitted_for(path: Path = FILE) -> str:
    """Return the fingerprint of the encoder whose vectors the weights were fitted on."""
    return Recipe(**_record(path)["recipe"]).encoder


def weights_file(path: Path, fingerprint: str) -> Path:
    """Return `path` where it has weights that were fitted for that encoder, else the package's.

    Raises:
        ModelError: `path` cannot be read.
    """
    return path if path.is_file() and fitted_for(path) == fingerprint else FILE


def _record(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(path.read_bytes())
        return {"weights": record["weights"], "recipe": record["recipe"]}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError(
            f"The weights of the search in {path} cannot be read.",
            remedy="Remove the file, or fit them again (training/README.md).",
        ) from exc


def evidence(
    cosines: NDArray[np.float32],
    kinds: NDArray[np.uint8],
    starts: NDArray[np.intp],
    *,
    bm25: NDArray[np.float32],
    overlap: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the features of candidate entries.

    Args:
        cosines: (views,), of the candidates' views with the query, an entry's views together.
        kinds: (views,), places in `store.KINDS`.
        starts: (entries,), the first view of each entry; every entry has a view of its own text.
        bm25: (entries,).
        overlap: (entries,), 0 to 1.

    Returns:
        float64 (entries, len(FEATURES)); an entry without a whole-entry view has the cosine of
        its closest one there, one without aliases its `best3` for `alias3`.
    """
    if not len(starts):
        return np.zeros((0, len(FEATURES)))
    count = len(starts)
    owners = np.repeat(np.arange(count), np.diff([*starts.tolist(), len(cosines)]))
    whole, alias = kinds == KINDS.index(ViewKind.ENTRY), kinds == KINDS.index(ViewKind.ALIAS)
    best, best3 = _best(cosines[~alias], owners[~alias], count)
    _, alias3 = _best(cosines[alias], owners[alias], count)
    entry, _ = _best(cosines[whole], owners[whole], count)
    alias3 = np.where(np.isnan(alias3), best3, alias3)
    columns = (
        best,
        best3,
        np.where(np.isnan(entry), best, entry),
        alias3,
        bm25,
        overlap,
    )
    return np.column_stack(columns).astype(np.float64)


def _best(
    cosines: NDArray[np.float32], owners: NDArray[np.intp], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the best cosine of each of `count` owners, and the mean of its three best.

    An owner with fewer has the mean of those; one without any has NaN in both.
    """
    order = np.lexsort((-cosines, owners))
    owner = owners[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)  # 0 for an owner's best
    best, best3 = np.full(count, np.nan), np.full(count, np.nan)
    best[owner[rank == 0]] = cosines[order[rank == 0]]
    top, by = order[rank < 3], owner[rank < 3]
    size = np.bincount(by, minlength=count)
    sums = np.bincount(by, weights=cosines[top], minlength=count)
    best3[size > 0] = sums[size > 0] / size[size > 0]
    return best, best3


def fuse(features: NDArray[np.float64], fusion: dict[str, float]) -> NDArray[np.float64]:
    """Return the score of each entry: the weighted sum of its features, (entries,)."""
    scores: NDArray[np.float64] = features @ np.array([fusion.get(n, 0.0) for n in FEATURES])
    return scores
