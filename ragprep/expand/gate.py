"""Which phrases of a model are kept as aliases, and whether those kept help; pure.

An alias does harm when it is close to what people ask of another entry. So a phrase is kept only
if it finds its own entry among all of the guide by the entries' own text, and says something that
the title does not. Whether the phrases kept help at all is then measured (`judge`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.types.guide import Alias

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import Embedder
    from ragprep.types.guide import Entry

NEAR_DUPLICATE, BEHIND = 0.9, 0.03
"""Entries whose whole texts are this close share their phrases: there a phrase may be a little
further from its own than from the other. Guesses."""

ABOVE_CHANCE = 3.0
"""Standard deviations by which a phrase is closer to its own entry than to the others on average.
A phrase for "the guide" is about one; of a hundred random closenesses the highest is 2.5 above."""

ABOVE_CHANCE_COSINE = 0.15
"""The same as a difference of cosines; for guides too small for a deviation. A guess."""

RESTATES_WORDS, RESTATES_COSINE = 0.6, 0.9
"""Share of words in common with the title (Jaccard), or cosine with any view of the entry, from
which a phrase says nothing new. The check on the written aliases uses the same overlap; the cosine
is a guess."""

REPEATS_COSINE = 0.93
"""Cosine from which two phrases are the same: of one entry the second is dropped, of two entries
both are. A guess."""

SURE = 1.645
"""Standard errors by which the gain must exceed zero: one-sided, 5%."""

Words = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class OwnViews:
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
    own: OwnViews,
    *,
    embedder: Embedder,
    words: Words,
) -> tuple[list[Alias], dict[str, int]]:
    """Return the phrases that pass, in their order, and why the others do not: reason -> count.

    Args:
        aliases: of `entries`; hand-written ones are not for this gate.
        entries: of the guide, in the order of `own`.
        own: their vectors.
        embedder: of the phrases, as queries.
        words: gives the words of a text that carry meaning.
    """
    if not aliases:
        return [], {}
    places = {entry.id: place for place, entry in enumerate(entries)}
    vectors = embedder.embed([alias.phrase for alias in aliases], role="query")
    similarity_to = _similarity(vectors, own, len(entries))
    alike = own.wholes @ own.wholes.T >= NEAR_DUPLICATE
    dropped: dict[str, int] = {}
    passed: list[int] = []
    for row, alias in enumerate(aliases):
        place = places[alias.entry_id]
        reason = (
            _restates(alias.phrase, entries[place].question, words)
            or _in_the_guide(vectors[row], own.vectors[own.owners == place])
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether aliases help, by queries that nobody judged.

    The queries are the phrases of one kind as the model wrote them, passed or not, each meant for
    its own entry, with the aliases of all other kinds in the index; and the entries' own titles
    with all aliases in it.

    Found means what a person sees: the guides cover it, and its entry comes first.

    Attributes:
        queries: number of phrases asked.
        without, with_aliases: share of them found.
        lower: lower bound (one-sided 95%) of the gain, entry by entry.
        titles_without, titles_with: share of titles found.
        helps: the gain is above zero for sure, and no title is lost.
    """

    queries: int
    without: float
    with_aliases: float
    lower: float
    titles_without: float
    titles_with: float
    helps: bool


FirstOf = Callable[[Mapping[str, Sequence[str]]], Callable[[str], str]]
"""Given aliases (entry id -> phrases), how the search with them finds: query -> first entry's id,
"" when it says that the guides do not cover the query.
Without any aliases the search is the one that a guide without aliases gets."""


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


def judge(
    written: Sequence[Alias],
    kept: Sequence[Alias],
    entries: Sequence[Entry],
    *,
    by_hand: Sequence[Alias],
    first_of: FirstOf,
) -> Verdict:
    """Return whether the aliases kept help the search.

    The phrases asked are not those kept: those find their entry without aliases, or they had not
    been kept. Asking of a kind that the index has no alias of is the nearest to a person's own
    words that there is without a person.

    Args:
        written: all phrases of the model, passed or not, `distinct`: one that stands in two kinds
            would be asked with itself in the index.
        kept: those of them that passed.
        entries: of the guide.
        by_hand: aliases that are in the index either way.
        first_of: makes a search.
    """
    plain = first_of(_by_entry(by_hand))
    before: dict[str, list[bool]] = {}
    after: dict[str, list[bool]] = {}
    for kind in dict.fromkeys(alias.kind for alias in written):
        search = first_of(_by_entry([*by_hand, *(a for a in kept if a.kind != kind)]))
        for alias in written:
            if alias.kind == kind:
                found = before.setdefault(alias.entry_id, [])
                found.append(plain(alias.phrase) == alias.entry_id)
                found = after.setdefault(alias.entry_id, [])
                found.append(search(alias.phrase) == alias.entry_id)
    every = first_of(_by_entry([*by_hand, *kept]))
    titles_before = [plain(entry.question) == entry.id for entry in entries]
    titles_after = [every(entry.question) == entry.id for entry in entries]
    gains = [_share(after[entry]) - _share(before[entry]) for entry in before]
    lower = _lower(gains)
    return Verdict(
        queries=len(written),
        without=_share([hit for hits in before.values() for hit in hits]),
        with_aliases=_share([hit for hits in after.values() for hit in hits]),
        lower=lower,
        titles_without=_share(titles_before),
        titles_with=_share(titles_after),
        helps=bool(kept) and lower > 0 and sum(titles_after) >= sum(titles_before),
    )


def _similarity(vectors: NDArray[np.float32], own: OwnViews, count: int) -> NDArray[np.float64]:
    """Return how close each phrase is to each entry: mean of its three closest views.

    As the search without aliases sees it (search's `best3`): (phrases, entries).
    """
    similarity_to = np.full((len(vectors), count), -1.0)
    for place in range(count):
        cosines = np.sort(vectors @ own.vectors[own.owners == place].T, axis=1)
        if cosines.shape[1]:
            similarity_to[:, place] = cosines[:, -3:].mean(axis=1)
    return similarity_to


def _restates(phrase: str, title: str, words: Words) -> str:
    asked, named = set(words(phrase)), set(words(title))
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


def _by_entry(aliases: Sequence[Alias]) -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = {}
    for alias in aliases:
        phrases.setdefault(alias.entry_id, []).append(alias.phrase)
    return phrases


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _lower(gains: Sequence[float]) -> float:
    """Return the lower bound of the mean gain of entries; -inf for fewer than two."""
    if len(gains) < 2:
        return -math.inf
    error = float(np.std(gains, ddof=1)) / math.sqrt(len(gains))
    return float(np.mean(gains)) - SURE * error
