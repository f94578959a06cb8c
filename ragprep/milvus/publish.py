"""Writing an index to a server: whole, then named; what was interrupted goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, pairwise
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import IndexUnwritable, StoreFailed
from ragprep.milvus import schema
from ragprep.milvus.schema import BYTES, MANIFEST_ROW, PIECES, Names
from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    from ragprep.index.store import StoredIndex
    from ragprep.index.words import LexicalIndex
    from ragprep.milvus.server import Row, Server
    from ragprep.protocols import Progress

BATCH = 1000
"""Rows in a request: 1.6 MB of views with 384 dimensions."""

LONGEST = BYTES // 4
"""Letters of a word that fit into a field; no query has a longer one."""

NOTHING = {0: 1.0}
"""Weights of an entry without words; no word has number 0. A server takes no empty vector."""


def publish(index: StoredIndex, server: Server, progress: Progress) -> None:
    """Write an index to a server and let the alias name it; the one before serves until then.

    Args:
        index: as it was built.
        server: where the alias is.
        progress: told about every stage.

    Raises:
        IndexFault: the server is out of reach or refuses; what was written stays for the next try.
    """
    alias, manifest = server.address.collection, index.manifest
    having = index.lexical.vocabulary
    vocabulary = sorted(word for word in having if having[word] and len(word) <= LONGEST)
    numbers = {word: number for number, word in enumerate(vocabulary, start=1)}
    record = schema.record_of(manifest)
    names = Names(alias, schema.digest_of(record))
    previous = server.named_by(alias)
    if previous == names.views:
        return
    words, entries = _words(numbers, index.lexical), _entries(index, numbers, record)
    for name, (fields, indexes), wanted, rows in (
        (names.words, schema.words_collection(), len(numbers), words),
        (names.entries, schema.entries_collection(), manifest.entries + 1, entries),
        (names.views, schema.views_collection(manifest), manifest.views, _views(index)),
    ):
        server.create(name, fields, indexes)
        _write(server, name, rows, wanted, progress)
        _check(name, server.seal(name), wanted)
    server.name(alias, names.views)
    _remove_others(server, {names.views, previous})


def _write(
    server: Server,
    collection: str,
    rows: Iterator[Row],
    wanted: int,
    progress: Progress,
) -> None:
    """Write rows in order; those that are there from before are passed over."""
    there = min(server.count(collection), wanted) // BATCH * BATCH
    batch: list[Row] = []
    for number, row in enumerate(rows):
        if number >= there:
            batch.append(row)
        if len(batch) == BATCH:
            progress("sending", number, wanted)
            server.upsert(collection, batch)
            batch = []
    if batch:
        server.upsert(collection, batch)
    progress("sending", wanted, wanted)


def _check(collection: str, there: int, wanted: int) -> None:
    if there != wanted:
        raise StoreFailed(
            f"The server has {there:,} of the {wanted:,} rows of {collection}.",
            remedy="Run `ragprep index` again; the previous index serves until then.",
        )


def _remove_others(server: Server, keep: set[str | None]) -> None:
    """Remove the collections of other indexes behind the alias, their views last."""
    alias = server.address.collection
    there = server.collections()
    for views in there:
        names = Names.of_views(alias, views)
        if names is not None and views not in keep:
            for name in reversed(names.all):
                if name in there:
                    server.drop(name)


def _words(numbers: Mapping[str, int], lexical: LexicalIndex) -> Iterator[Row]:
    for word, number in numbers.items():
        having = lexical.vocabulary[word]
        yield {"word": word, "number": number, "having": having, "unused": [0.0, 0.0]}


def _entries(index: StoredIndex, numbers: Mapping[str, int], record: str) -> Iterator[Row]:
    yield _entry_row(MANIFEST_ROW, "", "", record, NOTHING)
    first_view = 0
    for row, weights in enumerate(_weights(index.lexical, numbers, index.manifest.entries)):
        entry = index.entry(row)
        aliases = [index.view(view).text for view in index.view_rows(row, ViewKind.ALIAS).tolist()]
        told = schema.text_of(entry, index.points(row), aliases, first_view=first_view)
        first_view += len(index.view_rows(row))
        yield _entry_row(row, entry.id, entry.label, told, weights or NOTHING)


def _weights(
    lexical: LexicalIndex, numbers: Mapping[str, int], entries: int
) -> Iterator[dict[int, float]]:
    """Yield the BM25 weights of each entry, by the numbers of its words."""
    columns = [(number, *lexical.weights(word)) for word, number in numbers.items()]
    having = [len(rows) for _, rows, _ in columns]
    of_word = np.repeat(np.fromiter(numbers.values(), np.int64, len(numbers)), having)
    rows = np.concatenate([np.empty(0, np.int32), *(rows for _, rows, _ in columns)])
    weights = np.concatenate([np.empty(0, np.float32), *(part for _, _, part in columns)])
    order = np.argsort(rows, kind="stable")
    ends = np.searchsorted(rows[order], np.arange(entries + 1)).tolist()
    for start, end in pairwise(ends):
        part = order[start:end]
        yield dict(zip(of_word[part].tolist(), weights[part].tolist(), strict=True))


def _entry_row(row: int, name: str, label: str, text: str, words: Mapping[int, float]) -> Row:
    pieces = schema.pieces_of(text)
    if len(pieces) > PIECES or max(len(name), len(label)) * 4 > BYTES:
        raise IndexUnwritable(
            f"The entry {label or 'of the manifest'} is too long for a server "
            f"({len(text):,} letters).",
            remedy="Split it in the guide.",
        )
    return {
        "entry": row,
        "id": name,
        "folded_id": name.casefold(),
        "folded_label": label.casefold(),
        "record": pieces,
        "words": words,
    }


def _views(index: StoredIndex) -> Iterator[Row]:
    number = count()
    for row in range(index.manifest.entries):
        views = index.view_rows(row)
        kinds = index.kinds[views].tolist()
        for kind, vector in zip(kinds, index.vectors(views), strict=True):
            yield {"view": next(number), "entry": row, "kind": kind, "vector": vector}
