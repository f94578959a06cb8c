"""The collections that hold an index on a server, and their names.

    NAME                   an alias of the views that serve; moved at the end of a build
    NAME_views_HASH        a view a row: number, entry, kind, vector
    NAME_entries_HASH      an entry a row: number, id, label, its text in pieces, BM25 weights;
                           row -1 holds the manifest
    NAME_words_HASH        a word a row: its number in the weights, how many entries have it

HASH is of the manifest, which says what is in them: a name stands for one content forever, and
what was interrupted goes on where it was. All rows are written by key, so that a row that is sent
twice is there once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ragprep.types.index import GuideFile, Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ragprep.types.guide import Entry, KeyPoint

FORMAT = 1
"""Raise it when the collections change."""

MANIFEST_ROW = -1
PIECE = 16_000
"""Letters of a record that fit into a field: at most 65,535 bytes, four a letter."""
PIECES = 256
"""Pieces of a record: four million letters, more than any answer that people wrote."""
FLAT_LIMIT = 200_000
"""Views up to which the server searches exactly; as in `index.vectors`."""
BYTES = 65_535
"""Of a text field."""


class Names:
    """The names of the collections of an index."""

    def __init__(self, alias: str, digest: str) -> None:
        """Name the collections of the index with that digest behind an alias."""
        self.digest = digest
        self.views = f"{alias}_views_{digest}"
        self.entries = f"{alias}_entries_{digest}"
        self.words = f"{alias}_words_{digest}"

    @classmethod
    def of_views(cls, alias: str, views: str) -> Names | None:
        """Return the names that go with a collection of views; None where it is none of ours."""
        prefix = f"{alias}_views_"
        return cls(alias, views.removeprefix(prefix)) if views.startswith(prefix) else None

    @property
    def all(self) -> tuple[str, str, str]:
        """All three."""
        return self.views, self.entries, self.words


def record_of(manifest: Manifest) -> str:
    """Return a manifest as the server keeps it."""
    told = {name: value for name, value in asdict(manifest).items() if name != "checksums"}
    return json.dumps({**told, "store_format": FORMAT}, sort_keys=True)


def digest_of(record: str) -> str:
    """Return the hash of a record, as it stands in names."""
    return hashlib.sha256(record.encode()).hexdigest()[:16]


def manifest_of(record: Mapping[str, Any]) -> Manifest:
    """Return the manifest that a record holds."""
    fields = {name: record[name] for name in Manifest.__dataclass_fields__ if name in record}
    guides = tuple(GuideFile(**guide) for guide in record["guides"])
    return Manifest(**fields | {"guides": guides, "sources": tuple(record["sources"])})


def text_of(
    entry: Entry, points: Sequence[KeyPoint], aliases: Sequence[str], *, first_view: int
) -> str:
    """Return an entry as the server keeps it; its views are made of it again by `ingest.views`.

    Args:
        entry: the entry.
        points: its key points.
        aliases: other ways to ask for it, as its views have them.
        first_view: number of its first view.
    """
    told = asdict(entry)
    told["points"] = [(point.text, point.line, point.heading) for point in points]
    return json.dumps({**told, "aliases": list(aliases), "first_view": first_view})


def pieces_of(text: str) -> list[str]:
    """Return a text in pieces that fit into a field."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def views_collection(manifest: Manifest) -> tuple[Any, Any]:
    """Return schema and indexes of the collection of views."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("view", DataType.INT64, is_primary=True)
    schema.add_field("entry", DataType.INT64)
    schema.add_field("kind", DataType.INT64)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=manifest.dim)
    indexes = MilvusClient.prepare_index_params()
    if manifest.views <= FLAT_LIMIT:
        indexes.add_index("vector", index_type="FLAT", metric_type="IP")
    else:
        graph = {"M": 32, "efConstruction": 200}
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=graph)
    indexes.add_index("entry", index_type="INVERTED")
    return schema, indexes


def entries_collection() -> tuple[Any, Any]:
    """Return schema and indexes of the collection of entries."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("entry", DataType.INT64, is_primary=True)
    for name in ("id", "folded_id", "folded_label"):
        schema.add_field(name, DataType.VARCHAR, max_length=BYTES)
    schema.add_field(
        "record",
        DataType.ARRAY,
        element_type=DataType.VARCHAR,
        max_length=BYTES,
        max_capacity=PIECES,
    )
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    for name in ("id", "folded_id", "folded_label"):
        indexes.add_index(name, index_type="INVERTED")
    return schema, indexes


def words_collection() -> tuple[Any, Any]:
    """Return schema and indexes of the collection of words; a collection must have a vector."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("word", DataType.VARCHAR, is_primary=True, max_length=BYTES)
    schema.add_field("number", DataType.INT64)
    schema.add_field("having", DataType.INT64)
    schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("unused", index_type="FLAT", metric_type="IP")
    return schema, indexes
