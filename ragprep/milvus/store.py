"""An index on a server as a `VectorStore`: what was fetched is kept, as it never changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import IndexDamaged, IndexMismatch, IndexMissing
from ragprep.index.generations import FORMAT as INDEX_FORMAT
from ragprep.index.vectors import inner
from ragprep.milvus import schema
from ragprep.milvus.fetched import Fetched, FetchedViews, fetched_of, fetched_views_of
from ragprep.milvus.kept import Kept
from ragprep.milvus.schema import MANIFEST_ROW, Names
from ragprep.milvus.words import Words
from ragprep.text.words import search_words
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.index import Compared, Nearest, View, ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.milvus.server import Row, Server

KEPT, OWNERS = 2000, 100_000
"""Entries that are kept with their vectors: some 30 MB of ten views each; views whose entry is
kept. Guesses."""

ENTRIES, VIEWS, WITH_VIEWS = 100, 4000, 25
"""In a request: entries; views without their vectors; entries with all vectors of their views, of
which some have fifty, 2 MB."""

TIED = 40
"""Entries asked for beyond those wanted by words: a server cuts ties where it likes."""

REBUILD = "Run `ragprep index` with this version of ragprep."


class MilvusStore:
    """The index that an alias names on a server when it is opened; see `protocols.VectorStore`.

    It may be shared between threads.

    Attributes:
        manifest: what it is made of.
        collection: of its views.
    """

    def __init__(self, server: Server) -> None:
        """Open the index that serves.

        Raises:
            IndexMissing: the server has none by that name.
            IndexMismatch: another version of ragprep put it there.
            IndexDamaged: it does not say what it is.
            StoreUnavailable, StoreFailed: the server cannot be asked.
        """
        alias = server.address.collection
        views = server.named_by(alias)
        if views is None:
            raise IndexMissing(
                f"The server at {server.address.url} has no index named {alias}.",
                remedy="Run `ragprep index` with the guides to put there.",
            )
        names = Names.of_views(alias, views)
        record = _record(server, names) if names is not None else ""
        if names is None or schema.digest_of(record) != names.digest:
            raise IndexDamaged(
                f"{alias} at {server.address.url} is no index of ragprep's.",
                remedy="Name another collection in the setting store.",
            )
        told = json.loads(record)
        if (told["store_format"], told["format"]) != (schema.FORMAT, INDEX_FORMAT):
            raise IndexMismatch(
                f"The index at {server.address.url} was put there by another version of ragprep.",
                remedy=REBUILD,
            )
        self.manifest = schema.manifest_of(told)
        self.collection = views
        self._server, self._names = server, names
        self._lexicon = Words(server, names.words, entries=self.manifest.entries)
        self._entries = Kept(self._fetch_entries, KEPT, ENTRIES)
        self._views = Kept(self._fetch_views, KEPT, WITH_VIEWS)
        self._owners = Kept(self._fetch_owners, OWNERS, VIEWS)
        self._every = Kept(lambda _: {0: self._every_entry()}, 1, 1)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row; read from the server as a whole."""
        return self._every.of([0])[0]

    def _every_entry(self) -> tuple[Entry, ...]:
        rows = range(self.manifest.entries)
        parts = [rows[start : start + ENTRIES] for start in range(0, len(rows), ENTRIES)]
        return tuple(
            fetched[row].entry
            for part in parts
            for fetched in [self._fetch_entries(part)]
            for row in part
        )

    def nearest(
        self, vectors: NDArray[np.float32], k: int, *, within: Collection[str] | None = None
    ) -> list[Nearest]:
        """Return the views closest to each vector; see `protocols.VectorStore`."""
        rows = None if within is None else self._rows_of(within)
        if k < 1 or not self.manifest.views or rows == []:
            return [_nearest([]) for _ in vectors]
        hits_of_each = self._server.search(
            self._names.views,
            list(vectors),
            field="vector",
            k=min(k, self.manifest.views),
            fields=("view", "entry", "kind"),
            condition="" if rows is None else f"entry in {rows}",
        )
        return [_nearest(hits) for hits in hits_of_each]

    def by_words(
        self, queries: Sequence[Sequence[str]], k: int, *, within: Collection[str] | None = None
    ) -> list[NDArray[np.int64]]:
        """Return the entries with the best BM25 for each query; see `protocols.VectorStore`."""
        rows = None if within is None else self._rows_of(within)
        weighed = [self._weights_of(asked) for asked in queries]
        some = [weights for weights in weighed if weights]
        if k < 1 or not some or rows == []:
            return [np.empty(0, dtype=np.int64) for _ in queries]
        hits_of_each = iter(
            self._server.search(
                self._names.entries,
                some,
                field="words",
                k=min(k + TIED, self.manifest.entries + 1),
                fields=("entry", "id"),
                condition="entry >= 0" if rows is None else f"entry in {rows}",
            )
        )
        return [_best(next(hits_of_each) if weights else [], k) for weights in weighed]

    def compare(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32], asked: Sequence[str]
    ) -> Compared:
        """Return how entries compare with a query; see `protocols.VectorStore`."""
        wanted = rows.tolist()
        fetched, fetched_views = self._entries.of(wanted), self._views.of(wanted)
        entries = [fetched[row] for row in wanted]
        views = [fetched_views[row] for row in wanted]
        bm25, overlap = self._by_words(entries, asked)
        ends = np.cumsum([len(part.kinds) for part in views])[:-1]
        every = [part.vectors for part in views]
        cosines = inner(np.concatenate(every), vector) if every else np.empty(0, dtype=np.float32)
        return Compared(
            views=[
                np.arange(entry.first_view, entry.first_view + len(part.kinds))
                for entry, part in zip(entries, views, strict=True)
            ],
            kinds=[part.kinds for part in views],
            cosines=np.split(cosines, ends) if every else [],
            bm25=bm25,
            overlap=overlap,
        )

    def asked(self, query: str) -> list[str]:
        """Return the words of a query, misspelled ones corrected; see `LexicalIndex.asked`."""
        return self._lexicon.asked(query)

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` that an entry has, in order, each once."""
        known, weights = self._lexicon.of(asked), self._fetched(row).weights
        return [
            word for word, found in known.items() if found is not None and found.number in weights
        ]

    def knows(self, word: str) -> bool:
        """Return whether any entry has a word, in the form of `search_words`."""
        return self._lexicon.of([word])[word] is not None

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case; "3" is "q3"."""
        name = ref.strip().casefold()
        guide, slash, number = name.rpartition("/")
        names = [name, f"{guide}{slash}q{number}"]
        listed = json.dumps(names, ensure_ascii=False)
        rows = self._server.query(
            self._names.entries,
            f"entry >= 0 and (folded_label in {listed} or folded_id in {listed})",
            ("entry", "folded_label", "folded_id"),
        )
        for wanted in names:
            matching = [
                row["entry"] for row in rows if wanted in (row["folded_label"], row["folded_id"])
            ]
            if matching:
                return int(min(matching))
        return None

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return self._fetched(row).entry

    def entry_id(self, row: int) -> str:
        """Return the id of the entry of a row."""
        return self._fetched(row).entry.id

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        return self._fetched(row).points

    def words(self, rows: Sequence[int]) -> list[dict[str, float]]:
        """Return the words of each entry's question and answer, each with its rarity."""
        fetched = self._entries.of(rows)
        entries = [fetched[row].entry for row in rows]
        words = [search_words(f"{entry.question} {entry.answer}") for entry in entries]
        known = self._lexicon.of(chain.from_iterable(words))
        rarity = self._lexicon.rarity
        return [{word: rarity(known[word]) for word in dict.fromkeys(each)} for each in words]

    def view(self, row: int) -> View:
        """Return the view of a row."""
        owner = self._fetched(self._owners.of([row])[row])
        return owner.views[row - owner.first_view]

    def view_rows(self, row: int, *kinds: ViewKind) -> NDArray[np.int64]:
        """Return the rows of an entry's views, of these kinds alone when any are given."""
        fetched = self._fetched(row)
        chosen = [
            number
            for number, view in enumerate(fetched.views, start=fetched.first_view)
            if not kinds or view.kind in kinds
        ]
        return np.array(chosen, dtype=np.int64)

    def vectors(self, views: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of views, float32 (len(views), dim), unit rows."""
        owners = self._owners.of(views.tolist())
        fetched = self._entries.of(owners.values())
        kept = self._views.of(owners.values())
        vectors = [
            kept[owners[view]].vectors[view - fetched[owners[view]].first_view]
            for view in views.tolist()
        ]
        return np.array(vectors, dtype=np.float32).reshape(len(views), self.manifest.dim)

    def _fetched(self, row: int) -> Fetched:
        return self._entries.of([row])[row]

    def _by_words(
        self, entries: Sequence[Fetched], asked: Sequence[str]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return BM25 and overlap of entries, summed as `LexicalIndex` sums them."""
        known = self._lexicon.of(asked)
        bm25 = np.zeros(len(entries), dtype=np.float32)
        shares = np.zeros(len(entries), dtype=np.float32)
        having, whole = {}, 0.0
        for word, found in known.items():
            number = found.number if found is not None else -1
            weights = [entry.weights.get(number, 0.0) for entry in entries]
            having[word] = np.array(weights, dtype=np.float32)
            rarity = self._lexicon.rarity(found)
            shares[having[word] > 0] += rarity
            whole += rarity
        for word in asked:
            bm25 += having[word]
        return bm25, shares / whole if whole else shares

    def _weights_of(self, asked: Sequence[str]) -> dict[int, float]:
        """Return how often each word of a query that entries have is asked, by number."""
        weights: dict[int, float] = {}
        known = self._lexicon.of(asked)
        for word in asked:
            entry_word = known[word]
            if entry_word is not None:
                weights[entry_word.number] = weights.get(entry_word.number, 0.0) + 1.0
        return weights

    def _rows_of(self, ids: Collection[str]) -> list[int]:
        """Return the rows of the entries with these ids."""
        wanted, rows = sorted(ids), []
        for start in range(0, len(wanted), ENTRIES):
            listed = json.dumps(wanted[start : start + ENTRIES], ensure_ascii=False)
            condition = f"entry >= 0 and id in {listed}"
            rows += [
                row["entry"]
                for row in self._server.query(self._names.entries, condition, ("entry",))
            ]
        return sorted(rows)

    def _fetch_entries(self, rows: Sequence[int]) -> dict[int, Fetched]:
        fetched = self._server.query(
            self._names.entries, f"entry in {list(rows)}", ("entry", "record", "words")
        )
        return {row["entry"]: fetched_of(row) for row in fetched}

    def _fetch_owners(self, views: Sequence[int]) -> dict[int, int]:
        fetched = self._server.query(self._names.views, f"view in {list(views)}", ("view", "entry"))
        return {row["view"]: row["entry"] for row in fetched}

    def _fetch_views(self, rows: Sequence[int]) -> dict[int, FetchedViews]:
        fetched = self._server.query(
            self._names.views, f"entry in {list(rows)}", ("view", "entry", "kind", "vector")
        )
        self._owners.add({view["view"]: view["entry"] for view in fetched})
        return fetched_views_of(rows, fetched)


def _record(server: Server, names: Names) -> str:
    """Return the record of the manifest; "" where there is none."""
    fetched = server.query(names.entries, f"entry == {MANIFEST_ROW}", ("record",))
    return "".join(fetched[0]["record"]) if fetched else ""


def _nearest(hits: Sequence[Row]) -> Nearest:
    return Nearest(
        np.array([hit["view"] for hit in hits], dtype=np.int64),
        np.array([hit["entry"] for hit in hits], dtype=np.int64),
        np.array([hit["kind"] for hit in hits], dtype=np.uint8),
    )


def _best(hits: Sequence[Row], k: int) -> NDArray[np.int64]:
    best = sorted(hits, key=lambda hit: (-hit["score"], hit["id"]))[:k]
    return np.array([hit["entry"] for hit in best], dtype=np.int64)
