"""What every `VectorStore` holds, in numbers of brute force: the local one and that of a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ragprep.index.build import build_index
from ragprep.index.store import StoredIndex, read_index
from ragprep.ingest.points import key_points
from ragprep.ingest.views import views
from ragprep.protocols import VectorStore
from ragprep.search.fuse import fitted
from ragprep.search.hybrid import HybridRetriever
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry
from ragprep.types.index import Nearest, ViewKind

WORDS = ("cat", "dog", "fish", "snake")
ALIASES = {"e2": ["tell me of \"cats\" and 'dogs'", "Katze?"], "e7": ["ein Fisch: größer"]}
QUERIES = ["cat", "dog and cat", "what is a snake", "unknown", "?", "fish fish dog", "ocelots"]
CHOSEN = {"e1", "e5", "e8", "no such id", "q\"uo'te"}
FAKE = FakeEmbedder(WORDS)

Opened = Callable[[Sequence[Entry]], VectorStore]


def guide() -> list[Entry]:
    """Return ten entries: one without an answer, one without words, two that say the same."""
    answers = [
        "Cats purr.\n- A cat sleeps\n- A cat hunts fish",
        "Dogs bark.\n- A dog barks\n- A dog sleeps",
        "A cat and a dog.",
        "",
        "Fish swim: fish, fish and snake.",
        "Ocelots are wild cats. A cat, a cat, a cat.",
        "A cat and a dog.",
        "A snake eats a dog and a fish.",
        "Much " + "longer, with a dog somewhere " * 30,
        "?!",
    ]
    questions = [f"What is pet {n}?" for n in range(9)] + ["???"]
    return [
        Entry(f"e{n}", f"q{n + 1}", question, answer, ("Pets",), "pets", (2 * n + 1, 2 * n + 2))
        for n, (question, answer) in enumerate(zip(questions, answers, strict=True))
    ]


def built(home: Path, entries: Sequence[Entry]) -> StoredIndex:
    build_index(
        home,
        entries,
        [],
        sources=[],
        aliases=ALIASES,
        info=FAKE.info,
        embedder=lambda: FAKE,
        progress=lambda stage, done, total: None,
    )
    return read_index(home)


@pytest.fixture(scope="module", params=["files", "milvus"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Build an index of some entries and open it, in either store."""

    def in_files(entries: Sequence[Entry]) -> VectorStore:
        return built(tmp_path_factory.mktemp("home"), entries)

    def on_a_server(entries: Sequence[Entry]) -> VectorStore:
        from ragprep.milvus.address import parse
        from ragprep.milvus.publish import publish
        from ragprep.milvus.server import Server
        from ragprep.milvus.store import MilvusStore

        index = built(tmp_path_factory.mktemp("home"), entries)
        process = request.getfixturevalue("milvus")
        server = Server(parse(process.setting(f"pets_{len(entries)}")))
        publish(index, server, lambda stage, done, total: None)
        return MilvusStore(server)

    yield on_a_server if request.param == "milvus" else in_files


@pytest.fixture(scope="module")
def store(opened: Opened) -> VectorStore:
    return opened(guide())


@pytest.fixture(scope="module")
def texts() -> list[tuple[int, str, ViewKind]]:
    """The views of the guide: row of the entry, text, kind."""
    return [
        (row, view.text, view.kind)
        for row, entry in enumerate(guide())
        for view in views(entry, ALIASES.get(entry.id, ()))
    ]


def seen(store: VectorStore, near: Nearest) -> list[tuple[int, str]]:
    """Return the views of a search: row of the entry, text."""
    return [
        (owner, store.view(view).text)
        for view, owner in zip(near.views.tolist(), near.owners.tolist(), strict=True)
    ]


def vector_of(text: str) -> np.ndarray:
    return FAKE.embed([text], role="query")[0]


@pytest.mark.parametrize("within", [None, CHOSEN])
@pytest.mark.parametrize("k", [0, 1, 4, 1000])
def test_the_nearest_views_are_those_of_brute_force(store, texts, k: int, within):
    """Cosines to the last digit that matters, for several vectors at once, one of them zero."""
    vectors = np.stack([vector_of("cat"), vector_of("dog fish"), np.zeros(5, dtype=np.float32)])
    among = [(row, text) for row, text, _ in texts if within is None or f"e{row}" in within]
    found = store.nearest(vectors, k, within=within)
    assert len(found) == len(vectors)
    for near, vector in zip(found, vectors, strict=True):
        pairs = seen(store, near)
        assert len(set(pairs)) == len(pairs) == min(k, len(among))
        assert set(pairs) <= set(among)
        cosines = [float(vector_of(text) @ vector) for _, text in pairs]
        best = sorted((float(vector_of(text) @ vector) for _, text in among), reverse=True)
        assert cosines == pytest.approx(best[: len(pairs)], abs=1e-6)


def test_a_near_view_says_its_kind(store, texts):
    """As its place among the kinds."""
    kinds = {(row, text): list(ViewKind).index(kind) for row, text, kind in texts}
    (near,) = store.nearest(vector_of("cat")[np.newaxis], 1000)
    assert near.kinds.tolist() == [kinds[pair] for pair in seen(store, near)]


@pytest.mark.parametrize("within", [None, CHOSEN, set()])
@pytest.mark.parametrize("k", [0, 1, 3, 1000])
def test_the_best_by_words_are_those_of_bm25(store, tmp_path, k: int, within):
    """Ties by id, none with a score of 0."""
    queries = [store.asked(query) for query in QUERIES]
    lexical = built(tmp_path, guide()).lexical
    for asked, rows in zip(queries, store.by_words(queries, k, within=within), strict=True):
        scores = lexical.scores_of(asked)
        having = [n for n in range(10) if scores[n] > 0 and (within is None or f"e{n}" in within)]
        assert rows.tolist() == sorted(having, key=lambda n: (-scores[n], f"e{n}"))[:k]


def test_words_are_corrected(store):
    """ "ocelots" is there, "octlots" is one letter from it, "snakke" from "snake"."""
    assert store.asked("octlots snakke unknownword") == ["ocelot", "snake", "unknownword"]
    assert store.knows("snake")
    assert not store.knows("unknownword")


@pytest.mark.parametrize("query", QUERIES)
def test_entries_compare_as_in_the_files(store, tmp_path, query: str):
    """Bit by bit: what is fused, judged and shown above is the same."""
    local = built(tmp_path, guide())
    rows, asked = np.array([7, 0, 2, 3, 9]), store.asked(query)
    assert asked == local.asked(query)
    compared = store.compare(rows, vector_of(query), asked)
    expected = local.compare(rows, vector_of(query), asked)
    for mine, other in (
        (compared.cosines, expected.cosines),
        (compared.kinds, expected.kinds),
        ([compared.bm25], [expected.bm25]),
        ([compared.overlap], [expected.overlap]),
    ):
        assert [part.tolist() for part in mine] == [part.tolist() for part in other]
    for row in rows.tolist():
        assert store.shared(asked, row) == local.shared(asked, row)


def test_no_entry_is_compared_with_nothing(store):
    """And no error."""
    compared = store.compare(np.empty(0, dtype=np.int64), vector_of("cat"), ["cat"])
    assert (compared.views, len(compared.bm25), len(compared.overlap)) == ([], 0, 0)


def test_entries_come_back_as_they_were(store):
    """With key points, and views in their order."""
    assert store.entries == tuple(guide())
    assert store.manifest.entries == 10
    for row, entry in enumerate(guide()):
        assert (store.entry(row), store.entry_id(row)) == (entry, entry.id)
        assert store.points(row) == tuple(key_points(entry))
        expected = views(entry, ALIASES.get(entry.id, ()))
        rows = store.view_rows(row)
        assert tuple(store.view(view) for view in rows.tolist()) == expected
        embedded = FAKE.embed([view.text for view in expected], role="passage")
        assert store.vectors(rows).tolist() == embedded.tolist()
        aliases = [view.text for view in expected if view.kind == ViewKind.ALIAS]
        named = store.view_rows(row, ViewKind.ALIAS).tolist()
        assert [store.view(view).text for view in named] == aliases
    assert store.vectors(np.empty(0, dtype=np.int64)).shape == (0, 5)


@pytest.mark.parametrize(
    ("ref", "row"),
    [("q3", 2), (" Q3 ", 2), ("3", 2), ("e4", 4), ("q11", None), ("", None), ('"', None)],
)
def test_an_entry_is_found_by_label_and_id(store, ref: str, row: int | None):
    """Whatever its case; a number alone is a label."""
    assert store.row(ref) == row


def test_words_have_their_rarity(store):
    """ln(1 + (10 - n + 0.5) / (n + 0.5)): "ocelot" is in one entry of ten."""
    (words,) = store.words([5])
    assert words["ocelot"] == pytest.approx(np.log(1 + 9.5 / 1.5))
    assert set(words) == {"pet", "5", "ocelot", "wild", "cat"}


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_gives_the_same_hits(store, tmp_path, query: str):
    """Order, scores, relevance, traces."""
    hits = [
        HybridRetriever(each, vector_of, fitted()).search(query, 10, within=within)
        for each in (store, built(tmp_path, guide()))
        for within in (None, CHOSEN)
    ]
    assert hits[:2] == hits[2:]


def test_an_empty_index_has_nothing(opened: Opened):
    """And no error."""
    empty = opened([])
    assert empty.entries == ()
    assert empty.row("q1") is None
    assert empty.asked("cats") == ["cat"]
    (near,) = empty.nearest(vector_of("cat")[np.newaxis], 5)
    (best,) = empty.by_words([["cat"]], 5)
    assert (len(near.views), len(best)) == (0, 0)
