"""The one retriever: dense and lexical candidates, fused into hits with a calibrated relevance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.segment import KINDS
from ragprep.search.calibrate import evidence_for, relevance, strength
from ragprep.search.fuse import Weights, evidence, fuse
from ragprep.types.index import Compared, ViewKind
from ragprep.types.search import Hit, Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import VectorStore

NEAREST_VIEWS = 1000
"""Views asked of the store: entries have about ten, so the best hundred or so come out."""

PARTS = [KINDS.index(kind) for kind in (ViewKind.POINT, ViewKind.QUESTION_POINT)]
"""Kinds of views that speak of a part of an answer."""

CANDIDATES = 60
"""Entries scored in full from each of the two retrievers. A guess with room: the tenth hit of any
fitted fusion over the shipped guide was among the first 31 of one of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates for one query and what speaks for them.

    Attributes:
        rows: (n,) their entry rows.
        asked: the words of the query.
        compared: each with the query, in the order of `rows`.
        features: float64 (n, len(fuse.FEATURES)).
    """

    rows: NDArray[np.int64]
    asked: list[str]
    compared: Compared
    features: NDArray[np.float64]


class HybridRetriever:
    """Searches a store; a system of an evaluation is this with other weights."""

    def __init__(
        self,
        store: VectorStore,
        embed_query: Callable[[str], NDArray[np.float32]],
        weights: Weights,
    ) -> None:
        self._store = store
        self._embed_query = embed_query
        self._weights = weights

    def search(self, query: str, k: int, *, within: Collection[str] | None = None) -> list[Hit]:
        """Return at most `k` hits, best first, no entry twice, ties broken by entry id."""
        if k <= 0:
            return []
        gathered = self.gather(query, within=within)
        return self.rank(gathered, k)

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
        store = self._store
        vector = self._embed_query(query) if vector is None else vector
        asked = store.asked(query)
        rows = self._candidates(vector, asked, within)
        compared = store.compare(rows, vector, asked)
        features = evidence(
            np.concatenate(compared.cosines) if len(rows) else np.empty(0, dtype=np.float32),
            np.concatenate(compared.kinds) if len(rows) else np.empty(0, dtype=np.uint8),
            np.cumsum([0, *map(len, compared.views)])[: len(rows)],
            bm25=compared.bm25,
            overlap=compared.overlap,
        )
        return Evidence(rows, asked, compared, features)

    def rank(self, gathered: Evidence, k: int) -> list[Hit]:
        """Return the best `k` of the candidates as hits."""
        if not len(gathered.rows):
            return []
        store, weights, compared = self._store, self._weights, gathered.compared
        scores = fuse(gathered.features, weights.fusion)
        probabilities = np.empty(len(scores))
        falling = np.argsort(-scores, kind="stable")
        table = evidence_for(gathered.features, scores)
        probabilities[falling] = relevance(table[falling], weights.calibration)
        order = self._order(gathered.rows, scores, k)
        closest = np.array([cosines.max() for cosines in compared.cosines])
        dense_rank, lexical_rank = _ranks(closest), _ranks(compared.bm25)
        hits = []
        for i in order:
            row = int(gathered.rows[i])
            best = store.view(int(compared.views[i][compared.cosines[i].argmax()]))
            trace = [
                Trace("dense", best.kind, best.text, float(closest[i]), int(dense_rank[i])),
            ]
            if compared.bm25[i] > 0:
                shared = " ".join(store.shared(gathered.asked, row))
                score = float(compared.bm25[i])
                trace.append(Trace("lexical", "words", shared, score, int(lexical_rank[i])))
            hits.append(
                Hit(
                    entry=store.entry(row),
                    relevance=float(probabilities[i]),
                    strength=strength(float(probabilities[i]), weights.covered_at),
                    score=float(scores[i]),
                    matched=self._matched(compared, i),
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
        ids = {i: self._store.entry_id(int(rows[i])) for i in places}
        return sorted(places, key=lambda i: (-scores[i], ids[i]))[:k]

    def _candidates(
        self, vector: NDArray[np.float32], asked: list[str], within: Collection[str] | None
    ) -> NDArray[np.int64]:
        (near,) = self._store.nearest(vector[np.newaxis], NEAREST_VIEWS, within=within)
        (by_words,) = self._store.by_words([asked], CANDIDATES, within=within)
        by_view = list(dict.fromkeys(near.owners.tolist()))
        return np.array(sorted({*by_view[:CANDIDATES], *by_words.tolist()}), dtype=np.int64)

    def _matched(self, compared: Compared, i: int) -> str:
        """Return the part of the answer that the closest view speaking of a part shows."""
        order = np.argsort(-compared.cosines[i], kind="stable")
        parts = (compared.kinds[i][order][:, np.newaxis] == PARTS).any(axis=1)
        return self._store.view(int(compared.views[i][order][np.argmax(parts)])).shown


def _ranks(scores: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
