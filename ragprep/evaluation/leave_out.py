"""Coverage of any guide without labels: an uncovered query is a covered one, its entry taken away.

Of a guide nobody labelled, the queries are its own questions, each answered by a copy of its entry
that has no question, and its aliases, which the index then leaves out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import EvaluationError
from ragprep.evaluation.judgments import JudgedQuery
from ragprep.index.vectors import inner
from ragprep.search.placement import whole_vectors
from ragprep.search.relate import fitted
from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import VectorStore
    from ragprep.types.guide import Entry

UNASKED = " without its question"
"""Ends the id and the label of a copy."""


@dataclass(frozen=True, slots=True)
class Case:
    """A judged query, and the ids of the entries that it is searched for among."""

    query: JudgedQuery
    within: frozenset[str]


class NearDuplicates:
    """Which entries of an index say much the same as others, as whole entries."""

    def __init__(self, index: VectorStore) -> None:
        """Compare the entries of `index` when they are asked for."""
        self._index = index

    def of(self, row: int) -> set[str]:
        """Return the ids of an entry's near-duplicates, its own among them."""
        close = inner(self._whole, self._whole[row]) >= fitted().whole
        rows = {row, *np.flatnonzero(close).tolist()}
        return {self._index.entry_id(close_row) for close_row in rows}

    @cached_property
    def _whole(self) -> NDArray[np.float32]:
        """A vector an entry: of the whole entry, or of its first view where it has no answer."""
        return whole_vectors(self._index)


def twice(queries: Sequence[JudgedQuery], index: VectorStore) -> list[Case]:
    """Return each query as it is, and each answerable one with what answers it taken away.

    Taken away are the entries with a grade above 0 and their near-duplicates.
    """
    everything = frozenset(entry.id for entry in index.entries)
    duplicates = NearDuplicates(index)
    cases = []
    for query in queries:
        cases.append(Case(query, everything))
        if query.answerable:
            rows = [row for label in query.gold if (row := index.row(label)) is not None]
            cases.append(_left_out(query, everything.difference(*map(duplicates.of, rows))))
    return cases


def with_copies(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries, then a copy without its question of each one that has an answer."""
    copies = [
        replace(entry, id=entry.id + UNASKED, label=entry.label + UNASKED, question="")
        for entry in entries
        if entry.answer.strip()
    ]
    return [*entries, *copies]


def aliases_in(index: VectorStore) -> dict[str, list[str]]:
    """Return the aliases in an index: entry id -> other ways to ask for it."""
    aliases: dict[str, list[str]] = {}
    for row in range(index.manifest.entries):
        for view in index.view_rows(row, ViewKind.ALIAS).tolist():
            aliases.setdefault(index.entry_id(row), []).append(index.view(view).text)
    return aliases


def unlabelled(index: VectorStore, aliases: Mapping[str, Sequence[str]]) -> list[Case]:
    """Return the questions and aliases of a guide, once covered and once left out.

    A question that several entries ask in the same words ("What is the output?") is passed over.

    Args:
        index: of `with_copies` of the guide's entries, without aliases.
        aliases: entry id -> other ways to ask for it.

    Raises:
        EvaluationError: there is nothing to ask.
    """
    rows = [row for row, entry in enumerate(index.entries) if not entry.id.endswith(UNASKED)]
    everything = frozenset(index.entry_id(row) for row in rows)
    duplicates = NearDuplicates(index)
    entries = [index.entry(row) for row in rows]
    times = Counter(entry.question.casefold() for entry in entries)
    cases = []
    for row, entry in zip(rows, entries, strict=True):
        left = everything - duplicates.of(row)
        if entry.answer.strip() and times[entry.question.casefold()] == 1:
            gold = {(entry.label + UNASKED).lower(): 2}
            query = JudgedQuery(entry.label, entry.question, entry.guide, gold)
            copied = (everything - {entry.id}) | {entry.id + UNASKED}
            cases += [Case(query, copied), _left_out(query, left)]
        for number, phrase in enumerate(aliases.get(entry.id, ()), start=1):
            name = f"{entry.label} alias {number}"
            style = f"{entry.guide}, aliases"
            query = JudgedQuery(name, phrase, style, {entry.label.lower(): 2})
            cases += [Case(query, everything), _left_out(query, left)]
    if not cases:
        raise EvaluationError(
            "No entry has a question of its own and an answer, so there is nothing to leave out.",
            remedy="Give judged queries with --queries.",
        )
    return cases


def _left_out(query: JudgedQuery, within: frozenset[str]) -> Case:
    return Case(replace(query, id=f"{query.id} left out", gold={}), within)
