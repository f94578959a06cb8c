"""The index that serves: its files mapped at once, each part of them read when first needed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragprep.index.generations import read_current, read_intact, write_generation
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.index import Compared, Manifest, Nearest, View, ViewKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.vectors import DenseIndex
    from ragprep.index.words import LexicalIndex

KINDS = tuple(ViewKind)
ENTRY_FIELDS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True)
class Content:
    """What a build puts into an index, apart from its manifest.

    Attributes:
        entry_lines: an entry each, as JSON; a row is an entry's number.
        names: label and id of each entry.
        view_lines: a view each, as JSON, without its entry.
        owners: int32 (views,), ascending: the entry row of each view.
        kinds: uint8 (views,): place of the view's kind in `KINDS`.
        dense: the views' vectors.
        lexical: the entries' words.
        words: of each entry, the words of its question and answer.
    """

    entry_lines: Sequence[bytes]
    names: Sequence[tuple[str, str]]
    view_lines: Sequence[bytes]
    owners: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    dense: DenseIndex
    lexical: LexicalIndex
    words: Sequence[Sequence[str]]


class Lines(Sequence[bytes]):
    """The lines of a mapped file, cut out when asked for."""

    def __init__(self, content: memoryview, starts: Sequence[int] | NDArray[np.int64]) -> None:
        """Know where each line starts, and where the one after the last would."""
        self._content = content
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> bytes:  # type: ignore[override]  # no slices
        if not 0 <= row < len(self):
            raise IndexError(row)
        return bytes(self._content[self._starts[row] : self._starts[row + 1] - 1])


class StoredIndex:
    """An index as its files hold it, immutable. Entries need no numpy; vectors wait for a search.

    Attributes:
        manifest: what it is made of.
    """

    def __init__(self, manifest: Manifest, files: Mapping[str, memoryview]) -> None:
        """Read from `files`: name -> content, verified and mapped."""
        self.manifest = manifest
        self._files = files

    @cached_property
    def entry_lines(self) -> Lines:
        """An entry each, as JSON, by row."""
        return Lines(self._files["entries.jsonl"], self._names["starts"])

    @property
    def ids(self) -> Sequence[str]:
        """The id of each entry, by row."""
        ids: list[str] = self._names["ids"]
        return ids

    @property
    def labels(self) -> Sequence[str]:
        """The label of each entry, by row."""
        labels: list[str] = self._names["labels"]
        return labels

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row."""
        return tuple(self.entry(row) for row in range(len(self.entry_lines)))

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return entry_of(json.loads(self.entry_lines[row]))

    def entry_id(self, row: int) -> str:
        """Return the id of the entry of a row."""
        return self.ids[row]

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        record = json.loads(self.entry_lines[row])
        first = record["lines"][0]
        return tuple(
            KeyPoint(text, first + offset, heading) for text, offset, heading in record["points"]
        )

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case; "3" is "q3"."""
        name = ref.strip().casefold()
        guide, slash, number = name.rpartition("/")  # "databases/q3"
        return self._row_of.get(name, self._row_of.get(f"{guide}{slash}q{number}"))

    @cached_property
    def view_lines(self) -> Lines:
        """A view each, as JSON, by row."""
        return Lines(self._files["views.jsonl"], self._arrays["view_starts"])

    def view(self, row: int) -> View:
        """Return the view of a row."""
        record = json.loads(self.view_lines[row])
        kind = KINDS[self.kinds[row]]
        return View(self.ids[self.owners[row]], kind, record["text"], record["shown"])

    @property
    def owners(self) -> NDArray[np.int32]:
        """The entry row of each view, ascending: int32 (views,)."""
        return self._arrays["owners"]

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """The place of each view's kind in `KINDS`: uint8 (views,)."""
        return self._arrays["kinds"]

    def views_of(self, row: int) -> slice:
        """Return the rows of an entry's views."""
        firsts = self._arrays["first_views"]
        return slice(int(firsts[row]), int(firsts[row + 1]))

    def view_rows(self, row: int, *kinds: ViewKind) -> NDArray[np.int64]:
        """Return the rows of an entry's views, of these kinds alone when any are given."""
        import numpy as np

        span = self.views_of(row)
        rows = np.arange(span.start, span.stop, dtype=np.int64)
        places = [KINDS.index(kind) for kind in kinds]
        return rows[(self.kinds[span, np.newaxis] == places).any(axis=1)] if kinds else rows

    @cached_property
    def dense(self) -> DenseIndex:
        """The views' vectors."""
        from ragprep.index.vectors import DenseIndex

        return DenseIndex.from_bytes(self._files["vectors.faiss"])

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The entries' words, aliases among them."""
        from ragprep.index.words import LexicalIndex

        arrays = self._arrays
        return LexicalIndex(
            columns={word: column for column, word in enumerate(self._vocabulary)},
            weights=arrays["weights"],
            rows=arrays["rows"],
            starts=arrays["starts"],
            entries=self.manifest.entries,
        )

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
            rows = np.flatnonzero(scores).tolist()
            if within is not None:
                rows = [row for row in rows if self.ids[row] in within]
            elif len(rows) > k:  # only those that may be among the best are put in order
                least = np.partition(scores, len(scores) - k)[len(scores) - k]
                rows = np.flatnonzero(scores >= least).tolist()
            rows.sort(key=lambda row: (-scores[row], self.ids[row]))
            best.append(np.array(rows[:k], dtype=np.int64))
        return best

    def compare(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32], asked: Sequence[str]
    ) -> Compared:
        """Return how entries compare with a query; see `protocols.VectorStore`."""
        import numpy as np

        views = [self.view_rows(int(row)) for row in rows]
        every = np.concatenate(views) if views else np.empty(0, dtype=np.int64)
        ends = np.cumsum([len(part) for part in views])[:-1]
        return Compared(
            views=views,
            kinds=np.split(self.kinds[every], ends),
            cosines=np.split(self.dense.cosines(vector, every), ends),
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
        return word in self.lexical.columns

    def vectors(self, views: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of views, float32 (len(views), dim), unit rows."""
        return self.dense.vectors(views)

    def words(self, row: int) -> dict[str, float]:
        """Return the words of an entry's question and answer, each with its rarity."""
        firsts = self._arrays["first_words"]
        columns = self._arrays["words"][firsts[row] : firsts[row + 1]]
        rarities = self.lexical.rarities[columns].tolist()
        names = [self._vocabulary[column] for column in columns.tolist()]
        return dict(zip(names, rarities, strict=True))

    @cached_property
    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = json.loads(bytes(self._files["names.json"]))
        return names

    @cached_property
    def _row_of(self) -> dict[str, int]:
        """Label and id, in one case -> row; of two equal ones the first."""
        rows: dict[str, int] = {}
        for row, names in enumerate(zip(self.labels, self.ids, strict=True)):
            for name in names:
                rows.setdefault(name.casefold(), row)
        return rows

    @cached_property
    def _vocabulary(self) -> list[str]:
        """The word of each column."""
        words: list[str] = json.loads(bytes(self._files["words.json"]))
        return words

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        from ragprep.index.arrays import from_bytes

        return from_bytes(self._files["arrays.safetensors"])


def record_of(entry: Entry) -> dict[str, Any]:
    """Return what a line of entries.jsonl says of an entry; `entry_of` reads it."""
    return {name: getattr(entry, name) for name in ENTRY_FIELDS}


def entry_of(record: Mapping[str, Any]) -> Entry:
    """Return the entry that a line of entries.jsonl describes."""
    return Entry(
        id=record["id"],
        label=record["label"],
        question=record["question"],
        answer=record["answer"],
        section=tuple(record["section"]),
        guide=record["guide"],
        lines=(record["lines"][0], record["lines"][1]),
    )


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


def write_index(home: Path, content: Content, manifest: Manifest) -> Manifest:
    """Write an index and let it serve; see `generations.write_generation`."""
    return write_generation(home, _files(content), manifest)


def _files(content: Content) -> dict[str, bytes | memoryview]:
    import numpy as np

    from ragprep.index.arrays import to_bytes

    lexical = content.lexical
    words = [[lexical.columns[word] for word in dict.fromkeys(words)] for words in content.words]
    arrays: dict[str, NDArray[Any]] = {
        "owners": content.owners,
        "kinds": content.kinds,
        "first_views": np.searchsorted(content.owners, np.arange(len(content.entry_lines) + 1)),
        "view_starts": np.array(_starts(content.view_lines), dtype=np.int64),
        "weights": lexical.weights,
        "rows": lexical.rows,
        "starts": lexical.starts,
        "words": np.array([column for row in words for column in row], dtype=np.int32),
        "first_words": np.cumsum([0, *map(len, words)], dtype=np.int64),
    }
    labels, ids = zip(*content.names, strict=True) if content.names else ((), ())
    names = {"labels": labels, "ids": ids, "starts": _starts(content.entry_lines)}
    return {
        "names.json": json.dumps(names).encode(),
        "entries.jsonl": _joined(content.entry_lines),
        "views.jsonl": _joined(content.view_lines),
        "arrays.safetensors": to_bytes(arrays),
        "words.json": json.dumps(sorted(lexical.columns, key=lexical.columns.__getitem__)).encode(),
        "vectors.faiss": content.dense.to_bytes(),
    }


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _starts(lines: Sequence[bytes]) -> list[int]:
    """Return where each of `_joined(lines)` starts, and its length."""
    return [0, *accumulate(len(line) + 1 for line in lines)]
