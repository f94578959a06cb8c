"""The rows of an index to write: its entries and views, carried over where nothing changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.index.store import KINDS, record_of
from ragprep.ingest.points import key_points
from ragprep.ingest.views import views
from ragprep.types.guide import Entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.index.store import StoredIndex

NEW = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """The entries and views of an index, in the order of its files.

    Attributes:
        entry_lines: an entry each, as JSON.
        view_lines: a view each, as JSON; those of an entry stand together.
        owners: the entry row of each view, ascending.
        kinds: place of each view's kind in `store.KINDS`.
        reused: row of each view in the previous index, `NEW` where its vector is not known.
        new_texts: the texts of the views that are `NEW`, in their order.
    """

    entry_lines: list[bytes] = field(default_factory=list)
    view_lines: list[bytes] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    reused: list[int] = field(default_factory=list)
    new_texts: list[str] = field(default_factory=list)

    def carry_over(self, previous: StoredIndex, row: int) -> None:
        """Add the views of an entry of the previous index."""
        span = previous.views_of(row)
        places = range(span.start, span.stop)
        self.view_lines.extend(previous.view_lines[view] for view in places)
        self.kinds.extend(previous.kinds[span].tolist())
        self.reused.extend(places)

    def add_views(self, entry: Entry, phrases: Sequence[str]) -> None:
        """Add the views of an entry that the previous index does not have."""
        for view in views(entry, phrases):
            self.view_lines.append(json.dumps({"text": view.text, "shown": view.shown}).encode())
            self.kinds.append(KINDS.index(view.kind))
            self.reused.append(NEW)
            self.new_texts.append(view.text)

    def add_entry(self, entry: Entry, more: Mapping[str, Any]) -> None:
        """Add an entry, with `more` in its line, as the owner of the views added last."""
        self.owners.extend([len(self.entry_lines)] * (len(self.view_lines) - len(self.owners)))
        self.entry_lines.append(json.dumps({**record_of(entry), **more}).encode())

    def vectors(
        self, previous: StoredIndex | None, new: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the vectors of all views, float32 (views, dim): reused ones and `new` ones.

        Args:
            previous: the index that `reused` counts in.
            new: float32 (len(new_texts), dim).
        """
        reused = np.array(self.reused, dtype=np.int64)
        is_new = reused == NEW
        vectors = np.empty((len(reused), new.shape[1]), dtype=np.float32)
        vectors[is_new] = new
        if previous is not None and not is_new.all():
            vectors[~is_new] = previous.dense.vectors()[reused[~is_new]]
        return vectors


def rows_of(
    entries: Sequence[Entry], aliases: Mapping[str, Sequence[str]], previous: StoredIndex | None
) -> Rows:
    """Return the rows of an index of `entries`.

    Args:
        entries: of all guides.
        aliases: entry id -> other ways to ask for it.
        previous: an index of the same encoder, from which unchanged entries are carried over.
    """
    records = [json.loads(line) for line in previous.entry_lines] if previous is not None else []
    row_of_content = {record["content"]: row for row, record in enumerate(records)}
    rows = Rows()
    for entry in entries:
        phrases = aliases.get(entry.id, ())
        content = content_key(entry, phrases)
        row = row_of_content.get(content)
        if previous is not None and row is not None:
            points = records[row]["points"]
            rows.carry_over(previous, row)
        else:
            points = [(p.text, p.line - entry.lines[0], p.heading) for p in key_points(entry)]
            rows.add_views(entry, phrases)
        rows.add_entry(entry, {"content": content, "points": points})
    return rows


def content_key(entry: Entry, phrases: Sequence[str]) -> str:
    """Return what an entry's views depend on: equal keys, equal views."""
    text = "\0".join([entry.question, entry.answer, *phrases])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
