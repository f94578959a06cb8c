"""Whether a model's aliases help the search, by queries that nobody judged; pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.types.guide import Alias, Entry

SURE = 1.645
"""Standard errors by which the gain must exceed zero: one-sided, 5%."""


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
        for alias in (alias for alias in written if alias.kind == kind):
            for hits, first in ((before, plain), (after, search)):
                hits.setdefault(alias.entry_id, []).append(first(alias.phrase) == alias.entry_id)
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
    error = statistics.stdev(gains) / math.sqrt(len(gains))
    return statistics.fmean(gains) - SURE * error
