"""Which phrases of a model are kept as aliases; pure.

An alias does harm when it is close to what people ask of another entry. So a phrase is kept only
if it finds its entry among all of the guide by the entries' own text, and says something that the
title does not. Whether the phrases kept help at all is then measured (verdict.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.text.words import search_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import Embedder
    from ragprep.types.guide import Alias, Entry

NEAR_DUPLICATE, BEHIND = 0.9, 0.03
"""Entries whose whole texts are this close share their phrases: there a phrase may be a little
further from its own than from the other. Guesses."""

ABOVE_CHANCE = 3.0
"""Standard deviations by which a phrase is closer to its own entry than to the others on average.
A phrase for "the guide" is about one; of a hundred random similarities the highest is 2.5 above."""

ABOVE_CHANCE_COSINE = 0.15
"""The same as a difference of cosines; for guides too small for a deviation. A guess."""

RESTATES_WORDS, RESTATES_COSINE = 0.6, 0.9
"""Share of words in common with the title (Jaccard), or cosine with any view of the entry, from
which a phrase says nothing new. The check on the written aliases uses the same overlap; the cosine
is a guess."""

REPEATS_COSINE = 0.93
"""Cosine from which two phrases are the same: of one entry the second is dropped, of two entries
both are. A guess."""


@dataclass(frozen=True, slots=True)
class EntryViews:
    """The vectors of the entries' own text.

    Attributes:
        vectors: float32 (views, dim), unit rows.
        owners: int (views,), the entry of each, as its place in the guide.
        wholes: float32 (entries, dim), of the whole entries.
    """

    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    wholes: NDArray[np.float32]


def keep(
    aliases: Sequence[Alias],
    entries: Sequence[Entry],
    entry_views: EntryViews,
    *,
    embedder: Embedder,
) -> tuple[list[Alias], dict[str, int]]:
    """Return the phrases that pass, in their order, and why the others do not: reason -> count.

    Args:
        aliases: of `entries`; hand-written ones are not for this gate.
        entries: of the guide, in the order of `entry_views`.
        entry_views: their vectors.
        embedder: of the phrases, as queries.
    """
    if not aliases:
        return [], {}
    places = {entry.id: place for place, entry in enumerate(entries)}
    vectors = embedder.embed([alias.phrase for alias in aliases], role="query")
    similarity_to = _similarity(vectors, entry_views, len(entries))
    alike = entry_views.wholes @ entry_views.wholes.T >= NEAR_DUPLICATE
    dropped: dict[str, int] = {}
    passed: list[int] = []
    for row, alias in enumerate(aliases):
        place = places[alias.entry_id]
        reason = (
            _restates(alias.phrase, entries[place].question)
            or _in_the_guide(vectors[row], entry_views.vectors[entry_views.owners == place])
            or _fits_another(similarity_to[row], place, alike[place])
            or _fits_all(similarity_to[row], place)
            or _repeats(vectors, row, passed, aliases)
        )
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
        else:
            passed.append(row)
    shared = _shared(vectors, passed, aliases)
    if shared:
        dropped["fits two entries"] = len(shared)
    return [aliases[row] for row in passed if row not in shared], dropped


def distinct(aliases: Sequence[Alias], *, embedder: Embedder) -> list[Alias]:
    """Return the phrases without those that repeat an earlier one of their entry."""
    if not aliases:
        return []
    vectors = embedder.embed([alias.phrase for alias in aliases], role="query")
    chosen: list[int] = []
    for row in range(len(aliases)):
        if not _repeats(vectors, row, chosen, aliases):
            chosen.append(row)
    return [aliases[row] for row in chosen]


def _similarity(
    vectors: NDArray[np.float32], entry_views: EntryViews, count: int
) -> NDArray[np.float64]:
    """Return how close each phrase is to each entry: mean of its three closest views.

    As the search without aliases sees it (search's `best3`): (phrases, entries).
    """
    similarity_to = np.full((len(vectors), count), -1.0)
    for place in range(count):
        cosines = np.sort(vectors @ entry_views.vectors[entry_views.owners == place].T, axis=1)
        if cosines.shape[1]:
            similarity_to[:, place] = cosines[:, -3:].mean(axis=1)
    return similarity_to


def _restates(phrase: str, title: str) -> str:
    asked, named = set(search_words(phrase)), set(search_words(title))
    if not asked:
        return "says nothing"
    padded = len(named) > 1 and named <= asked  # one word of a title may well be in a question
    if padded or asked <= named or len(asked & named) / len(asked | named) > RESTATES_WORDS:
        return "restates the title"
    return ""


def _in_the_guide(vector: NDArray[np.float32], views: NDArray[np.float32]) -> str:
    return "repeats the guide" if (views @ vector).max() >= RESTATES_COSINE else ""


def _fits_another(similarity_to: NDArray[np.float64], place: int, alike: NDArray[np.bool_]) -> str:
    others = similarity_to - np.where(alike, BEHIND, 0.0)
    others[place] = -np.inf
    fits = len(similarity_to) == 1 or similarity_to[place] > others.max()
    return "" if fits else "fits another entry better"


def _fits_all(similarity_to: NDArray[np.float64], place: int) -> str:
    others = np.delete(similarity_to, place)
    if not len(others):
        return ""
    ahead = similarity_to[place] - others.mean()
    sure = ahead >= ABOVE_CHANCE_COSINE and (
        len(others) < 10 or ahead >= ABOVE_CHANCE * others.std()  # fewer have no deviation
    )
    return "" if sure else "too general"


def _repeats(
    vectors: NDArray[np.float32], row: int, passed: Sequence[int], aliases: Sequence[Alias]
) -> str:
    same = [p for p in passed if aliases[p].entry_id == aliases[row].entry_id]
    repeated = len(same) and (vectors[same] @ vectors[row]).max() >= REPEATS_COSINE
    return "repeats another" if repeated else ""


def _shared(
    vectors: NDArray[np.float32], passed: Sequence[int], aliases: Sequence[Alias]
) -> set[int]:
    """Return the phrases that say the same for different entries."""
    rows = np.array(passed, dtype=np.int64)
    owners = np.array([aliases[row].entry_id for row in passed])
    close = vectors[rows] @ vectors[rows].T >= REPEATS_COSINE
    close &= owners[:, None] != owners[None, :]
    return set(rows[close.any(axis=1)].tolist())
