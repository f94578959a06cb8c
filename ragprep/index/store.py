"""The index in memory, and what its files hold; `generations` keeps the files themselves."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.index.generations import read_current, read_intact, write_generation
from ragprep.index.out_of_scope import OutOfScope
from ragprep.index.vectors import DenseIndex
from ragprep.index.words import LexicalIndex
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.index import Manifest, View, ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = tuple(ViewKind)
MANY_ALIASES = 10
"""Aliases an entry, on average, from which they are weighed by themselves. Between the 40 that
the weights were fitted with and the 5 of a weak model, with which those weights refused 68% of
the answerable dev queries; where in between is a guess."""

ENTRY_FIELDS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True)
class Content:
    """What an index holds, apart from its manifest.

    Attributes:
        entry_lines: an entry each, as JSON; a row is an entry's number.
        view_lines: a view each, as JSON, without its entry.
        owners: int32 (views,), ascending: the entry row of each view.
        kinds: uint8 (views,): place of the view's kind in `KINDS`.
        dense: the views' vectors.
        lexical: the entries' words.
        out_of_scope: what the guides do not cover.
    """

    entry_lines: Sequence[bytes]
    view_lines: Sequence[bytes]
    owners: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    dense: DenseIndex
    lexical: LexicalIndex
    out_of_scope: OutOfScope

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return entry_of(json.loads(self.entry_lines[row]))

    def view(self, row: int) -> View:
        """Return the view of a row."""
        record = json.loads(self.view_lines[row])
        entry_id = json.loads(self.entry_lines[self.owners[row]])["id"]
        return View(entry_id, KINDS[self.kinds[row]], record["text"], record["shown"])

    @cached_property
    def is_well_aliased(self) -> bool:
        """Whether there are enough aliases for the weights that were fitted with many."""
        aliases = int((self.kinds == KINDS.index(ViewKind.ALIAS)).sum())
        return aliases >= MANY_ALIASES * len(self.entry_lines) > 0

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row."""
        return tuple(self.entry(row) for row in range(len(self.entry_lines)))

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        record = json.loads(self.entry_lines[row])
        first = record["lines"][0]
        return tuple(
            KeyPoint(text, first + offset, heading) for text, offset, heading in record["points"]
        )

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case."""
        wanted = ref.strip().casefold()
        for row, entry in enumerate(self.entries):
            if wanted in {entry.label.casefold(), entry.id.casefold()}:
                return row
        return None

    def views_of(self, row: int) -> slice:
        """Return the rows of an entry's views."""
        return slice(int(self._firsts[row]), int(self._firsts[row + 1]))

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        """The first view of each entry, and the number of views at the end."""
        return np.searchsorted(self.owners, np.arange(len(self.entry_lines) + 1))

    def view_rows(self, row: int, *kinds: ViewKind) -> NDArray[np.int64]:
        """Return the rows of an entry's views, of these kinds alone when any are given."""
        own = self.views_of(row)
        rows = np.arange(own.start, own.stop, dtype=np.int64)
        return rows[np.isin(self.kinds[own], [KINDS.index(k) for k in kinds])] if kinds else rows


@dataclass(frozen=True)
class StoredIndex(Content):
    """An index as read from its folder."""

    manifest: Manifest


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
    """Read the index that serves, every file verified against its checksum.

    Raises:
        IndexMissing: nothing was built yet.
        IndexDamaged: a file is missing or altered.
        IndexMismatch: another format.
    """
    return _index(*read_current(home))


def read_newest(home: Path) -> StoredIndex | None:
    """Read the index that serves, or the newest whole one there is when it is damaged."""
    return next((_index(*whole) for whole in read_intact(home)), None)


def write_index(home: Path, content: Content, manifest: Manifest) -> Manifest:
    """Write an index and let it serve; see `generations.write_generation`."""
    return write_generation(home, _files(content), manifest)


def _files(content: Content) -> dict[str, bytes | memoryview]:
    lexical = io.BytesIO()
    np.savez(
        lexical,
        weights=content.lexical.weights,
        rows=content.lexical.rows,
        starts=content.lexical.starts,
        owners=content.owners,
        kinds=content.kinds,
        out_of_scope=content.out_of_scope.vectors,
        spans=content.out_of_scope.spans,
    )
    return {
        "entries.jsonl": b"\n".join(content.entry_lines),
        "views.jsonl": b"\n".join(content.view_lines),
        "arrays.npz": lexical.getbuffer(),
        "out_of_scope.json": json.dumps(content.out_of_scope.texts).encode(),
        "words.json": json.dumps(dict(content.lexical.columns)).encode(),
        "vectors.faiss": content.dense.to_bytes(),
    }


def _index(manifest: Manifest, files: Mapping[str, bytes]) -> StoredIndex:
    arrays = np.load(io.BytesIO(files["arrays.npz"]), allow_pickle=False)
    return StoredIndex(
        entry_lines=files["entries.jsonl"].splitlines(),
        view_lines=files["views.jsonl"].splitlines(),
        owners=arrays["owners"],
        kinds=arrays["kinds"],
        dense=DenseIndex.from_bytes(files["vectors.faiss"]),
        lexical=LexicalIndex(
            columns=json.loads(files["words.json"]),
            weights=arrays["weights"],
            rows=arrays["rows"],
            starts=arrays["starts"],
            entries=manifest.entries,
        ),
        out_of_scope=OutOfScope(
            tuple(json.loads(files["out_of_scope.json"])), arrays["spans"], arrays["out_of_scope"]
        ),
        manifest=manifest,
    )
