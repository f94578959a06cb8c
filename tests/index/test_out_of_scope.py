"""Phrases for what a guide does not cover, and what they do to relevance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ragprep.index.build import build_index
from ragprep.index.out_of_scope import NONE, OutOfScope, spread
from ragprep.index.store import StoredIndex, read_index
from ragprep.search.fuse import FEATURES, Weights
from ragprep.search.hybrid import HybridRetriever
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry

X, Y = np.eye(2, dtype=np.float32)


def test_each_guide_has_phrases_of_its_own():
    """Rows 0 and 1 are of a guide with two phrases, row 2 is of one without."""
    texts, spans = spread([(2, ["x", "y"]), (1, [])])
    out_of_scope = OutOfScope(texts, spans, np.array([X, Y]))
    assert out_of_scope.closest(X, np.array([0, 1, 2])).tolist() == [1.0, 1.0, NONE]


def test_without_phrases_there_is_nothing_close():
    """Of any row."""
    out_of_scope = OutOfScope((), spread([(3, [])])[1], np.zeros((0, 2), np.float32))
    assert out_of_scope.closest(X, np.array([2])).tolist() == [NONE]


def index_with(
    home: Path, pets: Sequence[Entry], fake: FakeEmbedder, phrases: list[str]
) -> StoredIndex:
    build_index(
        home,
        pets,
        [],
        sources=[],
        aliases={},
        out_of_scope=[(len(pets), phrases)],
        info=fake.info,
        embedder=lambda: fake,
        progress=lambda stage, done, total: None,
    )
    return read_index(home)


def oos_margin(index: StoredIndex, fake: FakeEmbedder, query: str) -> float:
    """Return the first candidate's feature."""
    nothing = Weights({"best": 1.0}, {"bias": 0.0}, 0.0)
    retriever = HybridRetriever(index, lambda text: fake.embed([text], role="query")[0], nothing)
    return float(retriever.gather(query).features[0, FEATURES.index("oos_margin")])


def test_a_phrase_counts_by_how_much_it_is_closer_than_the_entry(tmp_path, pets, fake):
    """A snake is out of scope and unlike a cat (cosine 1 against 0); a cat is in scope."""
    index = index_with(tmp_path, pets[:1], fake, ["snake"])
    assert oos_margin(index, fake, "snake") == pytest.approx(1.0)
    assert oos_margin(index, fake, "cat") == 0.0


def test_phrases_are_read_back_and_not_embedded_twice(tmp_path, pets, fake):
    """A second build takes the vectors over, and new phrases make a new index."""
    first = index_with(tmp_path, pets, fake, ["snake"])
    assert first.out_of_scope.texts == ("snake",)
    second = index_with(tmp_path, pets, fake, ["snake", "fish and snake"])
    assert second.out_of_scope.texts == ("snake", "fish and snake")
    assert np.array_equal(second.out_of_scope.vectors[0], first.out_of_scope.vectors[0])
    assert second.manifest.corpus_sha256 != first.manifest.corpus_sha256
