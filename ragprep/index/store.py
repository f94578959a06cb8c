"""The index that serves: its files mapped at once, each part of them read when first needed."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragprep.index.generations import SEGMENTS, read_current, read_intact
from ragprep.index.segment import KINDS, Segment
from ragprep.index.table import FILE, Table
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.index import Compared, Manifest, Nearest, View, ViewKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.dense import DenseIndex
    from ragprep.index.words import LexicalIndex


class Texts(Sequence[str]):
    """Lines of a file as texts, read when asked for."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # no slices
        return self._lines[row if row >= 0 else row + len(self)].decode()


class StoredIndex:
    """An index as its files hold it, immutable. Entries need no numpy; vectors wait for a search.

    A view's number counts through the segments, those of removed entries included.

    Attributes:
        manifest: what it is made of.
        table: what stands in each row.
        segments: where the entries are, by the name of their file.
    """

    def __init__(self, manifest: Manifest, files: Mapping[str, memoryview]) -> None:
        """Read from `files`: name -> content, verified and mapped."""
        self.manifest = manifest
        self.table = Table(files[FILE])
        self.segments = {
            name: Segment(content) for name, content in files.items() if name.startswith(SEGMENTS)
        }
        self._segments = list(self.segments.values())

    @cached_property
    def ids(self) -> Sequence[str]:
        """The id of each entry, by row."""
        return Texts(self.table.ids)

    @cached_property
    def labels(self) -> Sequence[str]:
        """The label of each entry, by row."""
        return Texts(self.table.labels)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row."""
        return tuple(self.entry(row) for row in range(len(self.table)))

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        record = self._record(row)
        return self.table.entry(row, record["question"], record["answer"])

    def entry_id(self, row: int) -> str:
        """Return the id of the entry of a row."""
        return self.ids[row]

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        first = self.table.first_line(row)
        return tuple(
            KeyPoint(text, first + offset, heading)
            for text, offset, heading in self._record(row)["points"]
        )

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case; "3" is "q3"."""
        name = ref.strip()
        guide, slash, number = name.rpartition("/")  # "databases/q3"
        row = self.table.row(name)
        return self.table.row(f"{guide}{slash}q{number}") if row is None else row

    def view(self, view: int) -> View:
        """Return the view with this number."""
        place = bisect_right(self._first_views, view) - 1
        record = json.loads(self._segments[place].view_lines[view - self._first_views[place]])
        kind = KINDS[self.kinds[view]]
        return View(self.ids[self.owners[view]], kind, record["text"], record["shown"])

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """The entry row of each view, below 0 where it was removed: int32 (views,)."""
        import numpy as np

        rows = [
            np.repeat(rows, np.diff(segment.arrays["first_views"]))
            for segment, rows in zip(self._segments, self._rows, strict=True)
        ]
        return np.concatenate([np.empty(0, np.int32), *rows])

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """The place of each view's kind in `KINDS`: uint8 (views,)."""
        import numpy as np

        kinds = [segment.arrays["kinds"] for segment in self._segments]
        return np.concatenate([np.empty(0, np.uint8), *kinds])

    def view_rows(self, row: int, *kinds: ViewKind) -> NDArray[np.int64]:
        """Return the numbers of an entry's views, of these kinds alone when any are given."""
        import numpy as np

        slot = self.table.slot(row)
        views = np.arange(*self._view_starts[slot : slot + 2].tolist(), dtype=np.int64)
        wanted = [KINDS.index(kind) for kind in kinds]
        return views[(self.kinds[views][:, np.newaxis] == wanted).any(axis=1)] if kinds else views

    @cached_property
    def dense(self) -> DenseIndex:
        """The views' vectors."""
        from ragprep.index.dense import DenseIndex

        return DenseIndex([segment.vectors for segment in self._segments], self.owners)

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The entries' words, aliases among them."""
        from ragprep.index.words import LexicalIndex

        return LexicalIndex([segment.postings for segment in self._segments], self._rows)

    def nearest(
        self, vectors: NDArray[np.float32], k: int, *, within: Collection[str] | None = None
    ) -> list[Nearest]:
        """Return the views closest to each vector; see `protocols.VectorStore`."""
        import numpy as np

        found = []
        for vector in vectors:
            views = self.dense.nearest(vector, k if within is None else len(self.dense))
            if within is not None:
                rows = [row for row, entry in enumerate(self.ids) if entry in within]
                views = views[np.isin(self.owners[views], rows)][:k]
            found.append(Nearest(views, self.owners[views].astype(np.int64), self.kinds[views]))
        return found

    def by_words(
        self, queries: Sequence[Sequence[str]], k: int, *, within: Collection[str] | None = None
    ) -> list[NDArray[np.int64]]:
        """Return the entries with the best BM25 for each query; see `protocols.VectorStore`."""
        import numpy as np

        best = []
        for asked in queries:
            scores = self.lexical.scores_of(asked)
            rows = np.flatnonzero(scores)
            if within is not None:
                rows = rows[[self.ids[row] in within for row in rows.tolist()]]
            if 0 < k < len(rows):  # only those that may be among the best are put in order
                least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
                rows = rows[scores[rows] >= least]
            by_id = np.argsort([self.table.ids[row] for row in rows.tolist()])
            rows = rows[by_id]
            best.append(rows[np.argsort(-scores[rows], kind="stable")[:k]])
        return best

    def compare(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32], asked: Sequence[str]
    ) -> Compared:
        """Return how entries compare with a query; see `protocols.VectorStore`."""
        import numpy as np

        views = [self.view_rows(row) for row in rows.tolist()]
        every = np.concatenate([np.empty(0, np.int64), *views])
        kinds, cosines = self.kinds[every], self.dense.cosines(vector, every)
        spans = [slice(*span) for span in pairwise([0, *accumulate(map(len, views))])]
        return Compared(
            views=views,
            kinds=[kinds[span] for span in spans],
            cosines=[cosines[span] for span in spans],
            bm25=self.lexical.scores_of(asked)[rows],
            overlap=self.lexical.overlap_of(asked)[rows],
        )

    def asked(self, query: str) -> list[str]:
        """Return the words of a query, misspelled ones corrected; see `LexicalIndex.asked`."""
        return self.lexical.asked(query)

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` that an entry has, in order, each once."""
        return self.lexical.shared(asked, row)

    def knows(self, word: str) -> bool:
        """Return whether any entry has a word, in the form of `search_words`."""
        return word in self.lexical

    def vectors(self, views: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of views, float32 (len(views), dim), unit rows."""
        return self.dense.vectors(views)

    def words(self, rows: Sequence[int]) -> list[dict[str, float]]:
        """Return the words of each entry's question and answer, each with its rarity."""
        places = [self.place(row) for row in rows]
        return [
            {word: self.lexical.rarity(word) for word in self._segments[place].words(entry)}
            for place, entry in places
        ]

    def _record(self, row: int) -> dict[str, Any]:
        place, entry = self.place(row)
        record: dict[str, Any] = json.loads(self._segments[place].entry_lines[entry])
        return record

    def place(self, row: int) -> tuple[int, int]:
        """Return the number of the segment of a row's entry, and of the entry in it."""
        slot = self.table.slot(row)
        place = bisect_right(self._first_slots, slot) - 1
        return place, slot - self._first_slots[place]

    @cached_property
    def _first_slots(self) -> list[int]:
        """The slot of the first entry of each segment."""
        return [0, *accumulate(map(len, self._segments))][:-1]

    @cached_property
    def _first_views(self) -> list[int]:
        """The number of the first view of each segment."""
        return [0, *accumulate(len(segment.view_lines) for segment in self._segments)][:-1]

    @cached_property
    def _view_starts(self) -> NDArray[np.int64]:
        """The first view of each slot's entry, and the number of all: int64 (slots + 1,)."""
        import numpy as np

        starts = [
            before + segment.arrays["first_views"][:-1]
            for before, segment in zip(self._first_views, self._segments, strict=True)
        ]
        return np.concatenate([*starts, [len(self.kinds)]]).astype(np.int64)

    @cached_property
    def _rows(self) -> list[NDArray[np.int32]]:
        """For each segment, the row of each of its entries."""
        firsts = [*self._first_slots, len(self.table.rows)]
        return [self.table.rows[start:end] for start, end in pairwise(firsts)]


def read_index(home: Path) -> StoredIndex:
    """Open the index that serves, every file verified.

    Raises:
        IndexMissing: nothing was built yet.
        IndexDamaged: a file is missing or altered.
        IndexMismatch: another format.
    """
    return StoredIndex(*read_current(home))


def read_newest(home: Path) -> StoredIndex | None:
    """Open the index that serves, or the newest whole one there is when it is damaged."""
    return next((StoredIndex(*whole) for whole in read_intact(home)), None)
