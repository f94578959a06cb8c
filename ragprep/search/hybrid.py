"""The one retriever: dense and lexical candidates, fused into hits with a calibrated relevance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.store import KINDS, StoredIndex
from ragprep.search.calibrate import evidence_for, relevance, strength
from ragprep.search.fuse import Weights, evidence, fuse
from ragprep.types.index import ViewKind
from ragprep.types.search import Hit, Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST_VIEWS = 1000
"""Views asked of FAISS: entries have about ten, so their best hundred or so entries come out."""

PARTS = (ViewKind.POINT, ViewKind.QUESTION_POINT)

CANDIDATES = 60
"""Entries scored in full from each of the two retrievers. A guess with room: the tenth hit of any
fitted fusion over the shipped guide was among the first 31 of one of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates for one query and what speaks for them.

    Attributes:
        rows: (n,) their entry rows.
        views: for each, the rows of its views; `cosines` in the same order.
        cosines: for each, float32 (views,).
        bm25: (n,) BM25 scores.
        features: float64 (n, len(fuse.FEATURES)).
    """

    rows: NDArray[np.int64]
    views: list[NDArray[np.int64]]
    cosines: list[NDArray[np.float32]]
    bm25: NDArray[np.float32]
    features: NDArray[np.float64]


class HybridRetriever:
    """Searches a stored index; a system of an evaluation is this with other weights."""

    def __init__(
        self,
        index: StoredIndex,
        embed_query: Callable[[str], NDArray[np.float32]],
        weights: Weights,
    ) -> None:
        self._index = index
        self._embed_query = embed_query
        self._weights = weights

    def search(self, query: str, k: int, *, within: Collection[str] | None = None) -> list[Hit]:
        """Return at most `k` hits, best first, no entry twice, ties broken by entry id."""
        if k <= 0:
            return []
        gathered = self.gather(query, within=within)
        return self.rank(query, gathered, k)

    def gather(
        self,
        query: str,
        *,
        vector: NDArray[np.float32] | None = None,
        within: Collection[str] | None = None,
    ) -> Evidence:
        """Return the candidate entries for a query with their evidence.

        Args:
            query: its words are compared by BM25.
            vector: float32 (dim,), unit length, compared with the views; the query's own when
                None.
            within: entry ids to search among; all when None.
        """
        index = self._index
        vector = self._embed_query(query) if vector is None else vector
        bm25 = index.lexical.scores(query)
        rows = self._candidates(vector, bm25, within)
        views = [index.view_rows(int(row)) for row in rows]
        every = np.concatenate(views) if views else np.empty(0, dtype=np.int64)
        cosines = index.dense.cosines(vector, every)
        starts = np.cumsum([0] + [len(part) for part in views])[:-1]
        overlap = index.lexical.overlap(query)[rows]
        features = evidence(cosines, index.kinds[every], starts, bm25=bm25[rows], overlap=overlap)
        return Evidence(rows, views, np.split(cosines, starts[1:]), bm25[rows], features)

    def rank(self, query: str, gathered: Evidence, k: int) -> list[Hit]:
        """Return the best `k` of the candidates as hits."""
        if not len(gathered.rows):
            return []
        index, weights = self._index, self._weights
        asked = index.lexical.asked(query)
        scores = fuse(gathered.features, weights.fusion)
        probabilities = np.empty(len(scores))
        falling = np.argsort(-scores, kind="stable")
        table = evidence_for(gathered.features, scores)
        probabilities[falling] = relevance(table[falling], weights.calibration)
        order = self._order(gathered.rows, scores, k)
        closest = np.array([cosines.max() for cosines in gathered.cosines])
        dense_rank, lexical_rank = _ranks(closest), _ranks(gathered.bm25)
        hits = []
        for i in order:
            entry = index.entry(int(gathered.rows[i]))
            best = index.view(int(gathered.views[i][gathered.cosines[i].argmax()]))
            trace = [
                Trace("dense", best.kind, best.text, float(closest[i]), int(dense_rank[i])),
            ]
            if gathered.bm25[i] > 0:
                shared = " ".join(index.lexical.shared(asked, int(gathered.rows[i])))
                score = float(gathered.bm25[i])
                trace.append(Trace("lexical", "words", shared, score, int(lexical_rank[i])))
            hits.append(
                Hit(
                    entry=entry,
                    relevance=float(probabilities[i]),
                    strength=strength(float(probabilities[i]), weights.covered_at),
                    score=float(scores[i]),
                    matched=self._matched(gathered, i),
                    trace=tuple(trace),
                )
            )
        return hits

    def covers(self, hits: Sequence[Hit]) -> bool:
        """Return whether the best of `hits` is relevant enough for the query to be covered."""
        return bool(hits) and hits[0].relevance >= self._weights.covered_at

    def _order(self, rows: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> list[int]:
        """Return the places of the best `k`, best first, ties broken by entry id."""
        if k < len(scores):
            last = np.partition(scores, len(scores) - k)[len(scores) - k]
            places = np.flatnonzero(scores >= last).tolist()
        else:
            places = list(range(len(scores)))
        ids = {i: self._index.ids[int(rows[i])] for i in places}
        return sorted(places, key=lambda i: (-scores[i], ids[i]))[:k]

    def _candidates(
        self,
        vector: NDArray[np.float32],
        bm25: NDArray[np.float32],
        within: Collection[str] | None,
    ) -> NDArray[np.int64]:
        index = self._index
        nearest = NEAREST_VIEWS if within is None else len(index.dense)
        by_view = dict.fromkeys(index.owners[index.dense.nearest(vector, nearest)].tolist())
        by_words = np.argsort(-bm25, kind="stable").tolist()
        by_words = [row for row in by_words if bm25[row] > 0]
        if within is None:
            by_words = self._cut(by_words, bm25)
        dense = list(by_view)
        if within is not None:
            wanted = set(within)
            dense = [row for row in dense if index.ids[row] in wanted]
            by_words = [row for row in by_words if index.ids[row] in wanted]
        rows = {*dense[:CANDIDATES], *by_words[:CANDIDATES]}
        return np.array(sorted(rows), dtype=np.int64)

    def _cut(self, rows: list[int], scores: NDArray[np.float32]) -> list[int]:
        """Return the best `CANDIDATES` of `rows`, which are best first, ties at the edge by id."""
        if len(rows) <= CANDIDATES:
            return rows
        last = scores[rows[CANDIDATES - 1]]
        above = [row for row in rows[:CANDIDATES] if scores[row] > last]
        tied = [row for row in rows if scores[row] == last]
        if len(above) + len(tied) > CANDIDATES:
            tied.sort(key=lambda row: self._index.ids[row])
        return (above + tied)[:CANDIDATES]

    def _matched(self, gathered: Evidence, i: int) -> str:
        """Return the part of the answer that the closest view speaking of a part shows."""
        best_first = gathered.views[i][np.argsort(-gathered.cosines[i], kind="stable")]
        parts = np.isin(self._index.kinds[best_first], [KINDS.index(kind) for kind in PARTS])
        return self._index.view(int(best_first[np.argmax(parts)])).shown


def _ranks(scores: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
