"""The guides that an edit of another one left alone: taken from the index, and not read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.types.guide import Guide

if TYPE_CHECKING:
    from ragprep.index.plan import Place
    from ragprep.index.store import StoredIndex


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What of an index is as its guides are.

    Attributes:
        index: the previous one.
        guides: path -> the guide, with entries that lack question and answer: what depends on
            these is in the index.
        rows: path -> the rows of its entries in `index`.
    """

    index: StoredIndex
    guides: Mapping[str, Guide]
    rows: Mapping[str, range]

    def has(self, guide: Guide) -> bool:
        """Return whether a guide was taken from the index."""
        return self.guides.get(guide.path) is guide

    def places(self, guides: Iterable[Guide]) -> dict[str, Place]:
        """Return where entries are in the index, by id, of those of `guides` taken from it."""
        return {
            self.index.entry_id(row): self.index.place(row)
            for guide in guides
            if self.has(guide)
            for row in self.rows[guide.path]
        }


def unchanged_in(index: StoredIndex, now: Mapping[str, tuple[int, int]]) -> Unchanged:
    """Return what is as it was indexed.

    Args:
        index: whose entries stand in the order of its manifest's guides.
        now: path -> stamp (`sources.Stamp`) of each guide.
    """
    guides: dict[str, Guide] = {}
    rows_of: dict[str, range] = {}
    row = 0
    for file in index.manifest.guides:
        rows = range(row, row + file.entries)
        row += file.entries
        if rows and now.get(file.path) == (file.size, file.changed_ns):
            entries = tuple(index.table.entry(row, question="", answer="") for row in rows)
            guides[file.path] = Guide(file.name, file.path, entries)
            rows_of[file.path] = rows
    return Unchanged(index, guides, rows_of)
