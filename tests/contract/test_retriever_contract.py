"""What every retriever holds, against brute force over all entries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ragprep.index.build import build_index
from ragprep.index.store import StoredIndex, read_index
from ragprep.ingest.views import views
from ragprep.search.fuse import SYSTEMS, Weights, fitted
from ragprep.search.hybrid import HybridRetriever
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry

WORDS = ("cat", "dog", "fish", "snake")
QUERIES = ["cat", "dog and cat", "what is a snake", "unknown", "?", "fish fish dog"]


def entries() -> list[Entry]:
    """Return 40 entries; each stands twice, under two ids, so that there are ties."""
    random = np.random.default_rng(0)
    built = []
    for n in range(20):
        answer = " ".join(random.choice([*WORDS, "pet"], size=6))
        built += [
            Entry(
                f"{name}{n:02}", f"{name}{n}", f"What is {n}?", answer, (), "pets", (n + 1, n + 1)
            )
            for name in ("z", "a")
        ]
    return built


@pytest.fixture(scope="module")
def fake() -> FakeEmbedder:
    return FakeEmbedder(WORDS)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, fake: FakeEmbedder) -> StoredIndex:
    return build(tmp_path_factory.mktemp("home"), entries(), fake)


def build(home: Path, entries: Sequence[Entry], fake: FakeEmbedder) -> StoredIndex:
    build_index(
        home,
        entries,
        [],
        sources=[],
        aliases={},
        info=fake.info,
        embedder=lambda: fake,
        progress=lambda stage, done, total: None,
    )
    return read_index(home)


def retriever(index: StoredIndex, fake: FakeEmbedder, system: str) -> HybridRetriever:
    plain = fitted()
    fusion = plain.fusion if system == "fused" else SYSTEMS[system]
    weights = Weights(fusion, plain.calibration, plain.covered_at)
    return HybridRetriever(index, lambda text: fake.embed([text], role="query")[0], weights)


def brute_force(
    index: StoredIndex, fake: FakeEmbedder, system: str, query: str
) -> dict[str, float]:
    """Return the score of every entry, worked out text by text: entry id -> score."""
    vector = fake.embed([query], role="query")[0]
    if system == "bm25":
        bm25 = index.lexical.scores(query)
        return {entry.id: float(bm25[row]) for row, entry in enumerate(index.entries)}
    scores = {}
    for entry in index.entries:
        texts = [v.text for v in views(entry) if system == "dense-views" or v.kind == "entry"]
        scores[entry.id] = float((fake.embed(texts, role="passage") @ vector).max())
    return scores


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("k", [1, 3, 40, 1000])
def test_hits_are_those_of_brute_force(index, fake, system: str, query: str, k: int):
    """Best first, scores to the last digit that matters, ties broken by entry id."""
    hits = retriever(index, fake, system).search(query, k)
    expected = brute_force(index, fake, system, query)
    assert len(hits) == min(k, 40)
    assert len({hit.entry.id for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.score == pytest.approx(expected[hit.entry.id], abs=1e-5)
    best = sorted(expected.values(), reverse=True)[: len(hits)]
    assert [hit.score for hit in hits] == pytest.approx(best, abs=1e-5)
    keys = [(-hit.score, hit.entry.id) for hit in hits]
    assert keys == sorted(keys)


@pytest.mark.parametrize("system", ["fused", *SYSTEMS])
@pytest.mark.parametrize("query", QUERIES)
def test_entries_of_one_text_stand_together_in_the_order_of_their_ids(index, fake, system, query):
    """Before the cut too: of a tie at place k the first id stays."""
    ids = [hit.entry.id for hit in retriever(index, fake, system).search(query, 40)]
    assert all(ids.index(f"a{n:02}") < ids.index(f"z{n:02}") for n in range(20))
    for k in (1, 2, 7):
        assert [hit.entry.id for hit in retriever(index, fake, system).search(query, k)] == ids[:k]


@pytest.mark.parametrize("k", [0, -3])
def test_none_asked_for_none_found(index, fake, k: int):
    """Nor embedded."""
    assert retriever(index, fake, "fused").search("cat", k) == []


@pytest.mark.parametrize("system", ["fused", *SYSTEMS])
def test_within_leaves_out_all_others_and_changes_no_order(index, fake, system: str):
    """As if one had asked for all and then chosen."""
    chosen = {"a03", "z03", "a11", "z19", "no such id"}
    search = retriever(index, fake, system).search
    for query in QUERIES:
        every = [hit.entry.id for hit in search(query, 40) if hit.entry.id in chosen]
        assert [hit.entry.id for hit in search(query, 40, within=chosen)] == every
    assert search("cat", 5, within=[]) == []


@pytest.mark.parametrize("query", QUERIES)
def test_relevance_is_a_probability_that_never_rises(index, fake, query: str):
    """Down the ranking."""
    hits = retriever(index, fake, "fused").search(query, 40)
    relevance = [hit.relevance for hit in hits]
    assert all(0 <= value <= 1 for value in relevance)
    assert relevance == sorted(relevance, reverse=True)


def test_evidence_names_both_retrievers_and_the_words(index, fake):
    """What matched is a text of the entry's own."""
    hit = retriever(index, fake, "fused").search("cat", 1)[0]
    dense, lexical = hit.trace
    assert (dense.retriever, lexical.retriever, lexical.text) == ("dense", "lexical", "cat")
    assert dense.text in {view.text for view in views(hit.entry)}
    assert hit.matched in f"{hit.entry.question}\n{hit.entry.answer}"


def test_an_empty_index_has_no_hits(tmp_path, fake):
    """And no error."""
    empty = build(tmp_path, [], fake)
    assert retriever(empty, fake, "fused").search("cat", 5) == []


def test_one_entry_is_found(tmp_path, fake):
    """There is no other to compare it with."""
    index = build(tmp_path, entries()[:1], fake)
    assert [hit.entry.id for hit in retriever(index, fake, "fused").search("cat", 5)] == ["z00"]
