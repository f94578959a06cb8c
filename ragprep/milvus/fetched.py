"""What is fetched of an entry from a server, and how it stands in the rows there (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ragprep.ingest.views import views as views_of
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.index import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.milvus.server import Row


@dataclass(frozen=True, slots=True)
class Fetched:
    """An entry with its words, and its views once they were needed.

    Attributes:
        entry: the entry.
        points: its key points.
        aliases: other ways to ask for it.
        first_view: row of its first view.
        weights: BM25 weight of each of its words, by number.
    """

    entry: Entry
    points: tuple[KeyPoint, ...]
    aliases: tuple[str, ...]
    first_view: int
    weights: dict[int, float]

    @property
    def views(self) -> tuple[View, ...]:
        """Its views, the row of the first one being `first_view`."""
        return views_of(self.entry, self.aliases)


@dataclass(frozen=True, slots=True)
class FetchedViews:
    """The views of an entry: kinds uint8 (n,) as places in `KINDS`, vectors float32 (n, dim)."""

    kinds: NDArray[np.uint8]
    vectors: NDArray[np.float32]


def fetched_of(row: Row) -> Fetched:
    """Return the entry that a row of the collection of entries holds."""
    told = json.loads("".join(row["record"]))
    return Fetched(
        entry=Entry(
            **{field.name: told[field.name] for field in fields(Entry)}
            | {"section": tuple(told["section"]), "lines": tuple(told["lines"])}
        ),
        points=tuple(KeyPoint(*point) for point in told["points"]),
        aliases=tuple(told["aliases"]),
        first_view=told["first_view"],
        weights=dict(row["words"]),
    )


def fetched_views_of(entries: Sequence[int], rows: Sequence[Row]) -> dict[int, FetchedViews]:
    """Return the views of each entry, of all rows that the collection of views has of them."""
    parts: dict[int, list[Row]] = {entry: [] for entry in entries}
    for row in sorted(rows, key=lambda row: int(row["view"])):
        parts[row["entry"]].append(row)
    return {
        entry: FetchedViews(
            np.array([row["kind"] for row in part], dtype=np.uint8),
            np.array([row["vector"] for row in part], dtype=np.float32),
        )
        for entry, part in parts.items()
    }
