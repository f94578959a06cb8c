"""Finding entries in one snapshot: by label, by question, and those related to another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, NotCovered, QueryError, UnknownEntry
from ragprep.search.query import clean_query
from ragprep.types.guide import Entry
from ragprep.types.search import Related, SearchResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.snapshot import Snapshot
    from ragprep.protocols import VectorStore
    from ragprep.search.hybrid import HybridRetriever
    from ragprep.search.relate import Side

NEAREST = 3
"""Entries named when the guides do not cover a text that should name one."""

_LABEL = re.compile(r"\s*[A-Za-z]{0,2}\d+\s*")


def search(snapshot: Snapshot, query: str, k: int, *, section: str | None = None) -> SearchResult:
    """Return the `k` entries closest to a query that `clean_query` let through."""
    return search_by(snapshot, query, snapshot.embed_query(query), k, section=section)


def search_by(
    snapshot: Snapshot,
    query: str,
    vector: NDArray[np.float32],
    k: int,
    *,
    section: str | None = None,
) -> SearchResult:
    """Return what `search` does, for a query whose vector is there: float32 (dim,), unit length."""
    within = None
    if section is not None:
        within = {entry.id for entry in entries(snapshot.index, section)}
    retriever = retriever_of(snapshot)
    hits = retriever.rank(retriever.gather(query, vector=vector, within=within), k)
    return SearchResult(query, retriever.covers(hits), tuple(hits))


def find(snapshot: Snapshot, ref_or_text: str) -> Entry:
    """Return the entry with this label or id, else the first one that answers the text.

    Raises:
        UnknownEntry: there is none; NotCovered where it is a text.
        QueryError: the text is empty or too long.
    """
    index = snapshot.index
    row = index.row(ref_or_text)
    if row is not None:
        return index.entry(row)
    if _LABEL.fullmatch(ref_or_text):  # "q999" or "999": a label, no question
        return index.entry(row_of(index, ref_or_text))
    result = search(snapshot, clean_query(ref_or_text), NEAREST)
    if not result.covered:
        raise NotCovered(result)
    return result.hits[0].entry


def related(snapshot: Snapshot, entry: Entry, k: int) -> tuple[Related, ...]:
    """Return at most `k` entries to look at after one of the index, best first."""
    from ragprep.search.relate import relate

    return relate(*sides(snapshot, entry.id), k)


def sides(snapshot: Snapshot, ref: str) -> tuple[Side, list[Side]]:
    """Return an entry, and the entries that may be related to it."""
    from ragprep.search.relate import sides_in

    index = snapshot.index
    row = row_of(index, ref)
    (side,) = sides_in(index, [row])
    text = f"{side.entry.question} {side.entry.answer}"
    candidates = retriever_of(snapshot).gather(text, vector=side.whole)
    return side, sides_in(index, [int(near) for near in candidates.rows if near != row])


def entries(
    index: VectorStore, section: str | None = None, *, guide: str | None = None
) -> tuple[Entry, ...]:
    """Return all entries in the guides' order, or those of sections and guides with these texts.

    Raises:
        ConfigError: no section or guide has that text in its name, or none of those guides has
            such a section.
    """
    chosen = index.entries
    if guide is not None:
        wanted = guide.casefold()
        chosen = tuple(entry for entry in chosen if wanted in entry.guide.casefold())
        if not chosen:
            names = dict.fromkeys(entry.guide for entry in index.entries)
            raise ConfigError(
                f'No guide has "{guide}" in its name.',
                remedy=f"The guides are: {'; '.join(names)}.",
            )
    return chosen if section is None else _of_section(chosen, section)


def _of_section(entries: Sequence[Entry], section: str) -> tuple[Entry, ...]:
    wanted = section.casefold()
    chosen = tuple(e for e in entries if any(wanted in part.casefold() for part in e.section))
    if not chosen:
        names = dict.fromkeys(" > ".join(e.section) for e in entries if e.section)
        raise ConfigError(
            f'No section has "{section}" in its name.',
            remedy=f"The sections are: {'; '.join(names)}." if names else "There are no sections.",
        )
    return chosen


def row_of(index: VectorStore, ref: str) -> int:
    """Return the row of the entry with this label or id.

    Raises:
        UnknownEntry: there is none.
    """
    row = index.row(ref)
    if row is None:
        last = index.manifest.entries - 1
        labels = index.entry(0).label, index.entry(last).label
        raise UnknownEntry(
            f'No entry is called "{ref}".',
            remedy=f"Labels go from {labels[0]} to {labels[1]}; `ragprep list` shows all.",
        )
    return row


def check_count(k: int) -> None:
    """See to it that at least one entry is asked for.

    Raises:
        QueryError: `k` is below 1.
    """
    if k < 1:
        raise QueryError(f"{k} entries were asked for.", remedy="Ask for at least one.")


def retriever_of(snapshot: Snapshot, weights: Mapping[str, float] | None = None) -> HybridRetriever:
    """Return what searches the index of a snapshot.

    By the weights that were fitted for its encoder, else by those that ship; with another fusion
    when `weights` are given.
    """
    from ragprep.search.fuse import fitted, weights_file
    from ragprep.search.hybrid import HybridRetriever

    chosen = fitted(weights_file(snapshot.models.weights, snapshot.index.manifest.fingerprint))
    if weights is not None:
        chosen = replace(chosen, fusion=dict(weights))
    return HybridRetriever(snapshot.index, snapshot.embed_query, chosen)
