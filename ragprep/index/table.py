"""The table of a generation: which entry of which segment stands in a row, its label, its place."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ragprep.index.arrays import Lines, flat, from_bytes, lines_of, to_bytes
from ragprep.types.guide import Entry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE = "table.safetensors"

REMOVED = -1
"""The row of an entry that stands in a segment and in no row."""


class Table:
    """What changes with an edit of a guide, for every row. Rows are found without numpy.

    An entry's slot is its number among the entries of all segments, one segment after the other.
    """

    def __init__(self, content: bytes | memoryview) -> None:
        """Read what `table_of` gave; it has been verified."""
        self._content = content

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._flat["slots"])

    @cached_property
    def labels(self) -> Lines:
        """The label of each row's entry."""
        return Lines(self._flat["labels"], self._flat["label_starts"])

    @cached_property
    def ids(self) -> Lines:
        """The id of each row's entry."""
        return Lines(self._flat["ids"], self._flat["id_starts"])

    def slot(self, row: int) -> int:
        """Return the slot of a row's entry."""
        return int(self._flat["slots"][row])

    def entry(self, row: int, question: str, answer: str) -> Entry:
        """Return the entry of a row, of which a segment has question and answer."""
        lines = self._flat["lines"]
        return Entry(
            id=self.ids[row].decode(),
            label=self.labels[row].decode(),
            question=question,
            answer=answer,
            section=tuple(self._names["sections"][self._flat["sections"][row]]),
            guide=self._names["guides"][self._flat["guides"][row]],
            lines=(lines[2 * row], lines[2 * row + 1]),
        )

    def first_line(self, row: int) -> int:
        """Return the line of its guide on which a row's entry begins."""
        return int(self._flat["lines"][2 * row])

    def row(self, ref: str) -> int | None:
        """Return the first row whose entry has this label or id, whatever its case."""
        key, name = _key(ref), ref.casefold()
        keys, rows = self._flat["keys"], self._flat["key_rows"]
        for place in range(bisect_left(keys, key), len(keys)):
            if keys[place] != key:
                return None
            row = int(rows[place])
            if name in (self.labels[row].decode().casefold(), self.ids[row].decode().casefold()):
                return row
        return None

    @property
    def rows(self) -> NDArray[np.int32]:
        """The row of each slot, `REMOVED` where there is none: int32 (slots,)."""
        return self._arrays["rows"]

    @property
    def slots(self) -> NDArray[np.int32]:
        """The slot of each row: int32 (rows,)."""
        return self._arrays["slots"]

    @cached_property
    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = json.loads(bytes(self._flat["names"]))
        return names

    @cached_property
    def _flat(self) -> dict[str, memoryview]:
        return flat(self._content)

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        return from_bytes(self._content)


def table_of(entries: Sequence[Entry], slots: NDArray[np.int64], slot_count: int) -> bytes:
    """Return the file of a table.

    Args:
        entries: one a row.
        slots: int64 (rows,): of each, none twice.
        slot_count: entries of all segments, removed ones included.
    """
    import numpy as np

    rows = np.full(slot_count, REMOVED, dtype=np.int32)
    rows[slots] = np.arange(len(entries))
    keys = [_key(name) for entry in entries for name in (entry.label, entry.id)]
    order = np.argsort(np.array(keys, dtype=np.int64), kind="stable")
    sections = {section: n for n, section in enumerate(dict.fromkeys(e.section for e in entries))}
    guides = {guide: n for n, guide in enumerate(dict.fromkeys(e.guide for e in entries))}
    names = json.dumps({"sections": list(sections), "guides": list(guides)}).encode()
    labels, label_starts = lines_of([entry.label.encode() for entry in entries])
    ids, id_starts = lines_of([entry.id.encode() for entry in entries])
    return to_bytes(
        {
            "slots": slots.astype(np.int32),
            "rows": rows,
            "lines": np.array([entry.lines for entry in entries], dtype=np.int32).reshape(-1, 2),
            "sections": np.array([sections[e.section] for e in entries], dtype=np.int32),
            "guides": np.array([guides[e.guide] for e in entries], dtype=np.int32),
            "labels": labels,
            "label_starts": label_starts,
            "ids": ids,
            "id_starts": id_starts,
            "keys": np.array(keys, dtype=np.int64)[order],
            "key_rows": (order // 2).astype(np.int32),
            "names": np.frombuffer(names, dtype=np.uint8),
        }
    )


def _key(name: str) -> int:
    """Return 8 bytes of the hash of a name, whatever its case, as a signed number."""
    digest = hashlib.blake2b(name.casefold().encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
