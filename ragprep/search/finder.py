"""Finding entries: by label, by question, by likeness to another; joins index and retriever.

A query's way: `search` cleans it (query.py), the engine gives the index and the encoder
(index/engine.py), the retriever gathers candidates and ranks them (hybrid.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, QueryError, UnknownEntry
from ragprep.index.engine import Engine
from ragprep.search.query import clean_query
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.search import Hit, Related, SearchResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.store import StoredIndex
    from ragprep.search.hybrid import HybridRetriever
    from ragprep.search.relate import Side


class Finder:
    """Finds entries in the index of an engine, which it opens when first needed."""

    def __init__(self, engine: Engine) -> None:
        """Find what `engine` serves."""
        self.engine = engine

    def search(
        self, query: str, k: int, *, section: str | None = None
    ) -> tuple[SearchResult, NDArray[np.float32]]:
        """Return what `Prep.search` does, and the query's vector."""
        text = clean_query(query)
        _check_count(k)
        self.engine.ready()
        within = None
        if section is not None:
            within = {entry.id for entry in self.entries(section=section)}
        retriever = self.retriever()
        vector = self.embed(text)
        hits = retriever.rank(text, retriever.gather(text, vector=vector, within=within), k)
        return SearchResult(text, retriever.covers(hits), tuple(hits)), vector

    def find(self, ref_or_text: str) -> Entry:
        """Return the entry with this label or id, else the first one that answers the text.

        Raises:
            UnknownEntry: there is none.
            QueryError: the text is empty or too long.
        """
        index = self.engine.index()
        row = index.row(ref_or_text)
        if row is not None:
            return index.entry(row)
        if re.fullmatch(r"\s*[A-Za-z]{1,2}\d+\s*", ref_or_text):  # "q999": a label, no question
            return index.entry(self.row(ref_or_text))
        result, _ = self.search(ref_or_text, 1)
        if not result.covered:
            raise UnknownEntry(
                f'No entry is called "{result.query}", and the guides do not cover it.',
                remedy="`ragprep list` shows all entries.",
            )
        return result.hits[0].entry

    def entry(self, ref: str) -> Entry:
        """Return the entry with this label ("q3") or id.

        Raises:
            UnknownEntry: there is none.
        """
        return self.engine.index().entry(self.row(ref))

    def entries(self, *, section: str | None = None) -> tuple[Entry, ...]:
        """Return all entries in the guides' order, or those of the sections with this text.

        Raises:
            ConfigError: no section has that text.
        """
        every = self.engine.index().entries
        if section is None:
            return every
        wanted = section.casefold()
        chosen = tuple(e for e in every if any(wanted in part.casefold() for part in e.section))
        if not chosen:
            names = dict.fromkeys(" > ".join(entry.section) for entry in every)
            raise ConfigError(
                f'No section has "{section}" in its name.',
                remedy=f"The sections are: {'; '.join(names)}.",
            )
        return chosen

    def points(self, ref: str) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, in the guide's order.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        return self.engine.index().points(self.row(ref))

    def related(self, entry: Entry, k: int) -> tuple[Related, ...]:
        """Return at most `k` entries to look at after one, best first."""
        from ragprep.search.relate import relate

        _check_count(k)
        return relate(*self.sides(entry.id), k)

    def sides(self, ref: str) -> tuple[Side, list[Side]]:
        """Return an entry, and the entries that may be related to it."""
        from ragprep.search.relate import side_of

        index, row = self.engine.index(), self.row(ref)
        own = side_of(index, row)
        text = f"{own.entry.question} {own.entry.answer}"
        found = self.retriever().gather(text, vector=own.whole)
        return own, [side_of(index, int(other)) for other in found.rows if other != row]

    def statements(
        self, hits: Sequence[Hit], vector: NDArray[np.float32]
    ) -> tuple[dict[str, tuple[KeyPoint, ...]], dict[str, list[float]]]:
        """Return the key points of the hits, and how close each is to the query, by entry id."""
        from ragprep.search.similarity import point_cosines

        index = self.engine.index()
        rows = {hit.entry.id: self.row(hit.entry.id) for hit in hits}
        points = {entry_id: index.points(row) for entry_id, row in rows.items()}
        cosines = {entry_id: point_cosines(index, row, vector) for entry_id, row in rows.items()}
        return points, cosines

    def similarity_to(self, text: str, label: str) -> list[float]:
        """Return the cosine of a sentence to each statement of an entry."""
        from ragprep.search.similarity import point_cosines

        vector = self.engine.embedder().embed([text], role="passage")[0]
        return point_cosines(self.engine.index(), self.row(label), vector)

    def retriever(
        self, weights: Mapping[str, float] | None = None, index: StoredIndex | None = None
    ) -> HybridRetriever:
        """Return what searches `index`, or the one that serves, by fitted weights or others."""
        from ragprep.search.fuse import fitted
        from ragprep.search.hybrid import HybridRetriever

        index = self.engine.index() if index is None else index
        chosen = fitted(aliases=index.is_well_aliased)
        if weights is not None:
            chosen = replace(chosen, fusion=dict(weights))
        return HybridRetriever(index, self.embed, chosen)

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a query, float32 (dim,)."""
        vector: NDArray[np.float32] = self.engine.embedder().embed([text], role="query")[0]
        return vector

    def row(self, ref: str) -> int:
        """Return where in the index an entry stands.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        row = self.engine.index().row(ref)
        if row is None:
            labels = [entry.label for entry in self.engine.index().entries]
            raise UnknownEntry(
                f'No entry is called "{ref}".',
                remedy=f"Labels go from {labels[0]} to {labels[-1]}; `ragprep list` shows all.",
            )
        return row


def _check_count(k: int) -> None:
    if k < 1:
        raise QueryError(f"{k} entries were asked for.", remedy="Ask for at least one.")
