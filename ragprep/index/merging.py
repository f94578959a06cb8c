"""The segments of an index to write: kept, new and merged, and where each entry stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.segment import Segment, merged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.index.plan import Place

    Rows = NDArray[np.int64]

SEGMENT_ENTRIES = 8192
"""Entries of the largest segment: a build holds the vectors of so many in memory, some 100 MB."""

TIERS = (16, 128, 1024)
"""Segments with fewer entries than one of these, and no fewer than the one before, are a tier; they
are merged when they are `FANOUT`. A guess, as in other stores of merged segments: an entry is
copied at most three times, and all but 21 segments have 1,024 entries or more."""

FANOUT = 8

MERGED_IN_A_QUERY = 1024
"""Entries that a query merges at most, when it finds a guide edited: some 45 ms, as embedding one
view takes (docs/scale.md); `ragprep index` merges what it leaves."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of an index to write.

    Attributes:
        segment: its content.
        name: of its file; "" where it was not written yet.
        sha256: of its file.
    """

    segment: Segment
    name: str = ""
    sha256: str = ""


class Layout:
    """Segments, and the place of each row's entry in them."""

    def __init__(self, parts: Sequence[Part], places: Sequence[Place]) -> None:
        """Begin with the place of each row's entry, none twice; parts without one are dropped."""
        self._places = np.array(places, dtype=np.int64).reshape(-1, 2)
        self.parts = list(parts)
        self._drop([n for n, living in enumerate(self._living()) if not len(living)])

    @property
    def slots(self) -> Rows:
        """The slot of each row's entry: int64 (rows,)."""
        firsts = np.cumsum([0, *map(len, self._segments)])
        slots: Rows = firsts[self._places[:, 0]] + self._places[:, 1]
        return slots

    @property
    def _segments(self) -> list[Segment]:
        return [part.segment for part in self.parts]

    def merge(self, dim: int, *, entries: int) -> None:
        """Merge segments where many are small, or much of one is removed.

        Args:
            dim: length of a vector.
            entries: most entries of a merged segment.
        """
        living = self._living()
        while group := group_to_merge([*map(len, living)], [*map(len, self._segments)], entries):
            content = merged([(self.parts[n].segment, living[n]) for n in group], dim)
            before = 0
            for n in group:
                is_of = self._places[:, 0] == n
                local = np.searchsorted(living[n], self._places[is_of, 1])
                self._places[is_of] = np.column_stack(
                    [np.full(len(local), len(self.parts)), before + local]
                )
                before += len(living[n])
            self.parts.append(Part(Segment(content)))
            self._drop(group)
            living = self._living()

    def _living(self) -> list[Rows]:
        """Return for each segment the entries that stand in a row, rising."""
        order = np.lexsort((self._places[:, 1], self._places[:, 0]))
        numbers = self._places[order, 0]
        bounds = np.searchsorted(numbers, np.arange(len(self.parts) + 1)).tolist()
        entries = self._places[order, 1]
        return [entries[start:end] for start, end in pairwise(bounds)]

    def _drop(self, numbers: Sequence[int]) -> None:
        is_kept = np.ones(len(self.parts), dtype=bool)
        is_kept[np.array(numbers, dtype=np.int64)] = False
        self._places[:, 0] = (np.cumsum(is_kept) - 1)[self._places[:, 0]]
        self.parts = [part for part, kept in zip(self.parts, is_kept, strict=True) if kept]


def group_to_merge(living: Sequence[int], sizes: Sequence[int], entries: int) -> list[int]:
    """Return the numbers of segments to merge into one, [] when all is well.

    Args:
        living: for each segment, how many of its entries are in the index.
        sizes: how many it has, removed ones included.
        entries: most entries of a merged segment.
    """
    for n, (count, size) in enumerate(zip(living, sizes, strict=True)):
        if 2 * count < size and count <= entries:
            return [n]
    for least, limit in pairwise((0, *TIERS)):
        group = [n for n, count in enumerate(living) if least <= count < limit]
        group.sort(key=living.__getitem__)
        sums = accumulate(living[n] for n in group)
        group = [n for n, so_far in zip(group, sums, strict=True) if so_far <= entries]
        if len(group) >= FANOUT:
            return sorted(group)
    return []
