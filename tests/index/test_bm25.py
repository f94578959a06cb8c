"""BM25 served with numpy: the same scores as bm25s itself."""

from __future__ import annotations

import math
import tracemalloc

import bm25s
import numpy as np
import pytest

from ragprep.index.words import LexicalIndex
from ragprep.text.words import search_words

TEXTS = [
    "The cat eats fish, and the cat sleeps.",
    "Dogs bark; a dog's bark is loud.",
    "",
    "Fish fish fish",
    "the of and",
    "Précision, naïve Bayes, k-means, Cl4sses: 50%",
]


@pytest.mark.parametrize(
    "query",
    ["cat", "fish", "cat fish dog", "fish fish", "BARKS", "bayes precision unknown", "k 50"],
)
def test_scores_are_those_of_bm25s(query: str):
    """Entry for entry, words asked twice counting twice."""
    tokens = [search_words(text) for text in TEXTS]
    expected = bm25s.BM25()
    expected.index(tokens, show_progress=False, create_empty_token=False)
    known = [word for word in search_words(query) if word in expected.vocab_dict]
    ours = LexicalIndex.build(TEXTS).scores(query)
    np.testing.assert_allclose(ours, expected.get_scores(known), rtol=1e-6)
    assert ours.any()


def test_the_weight_of_a_word_can_be_worked_out():
    """ln(1 + 1.5 / 1.5) * 2 / (1.5 * (0.25 + 0.75 * 2 / 1.5) + 2): twice in one entry of two."""
    index = LexicalIndex.build(["cat cat", "dog"])
    assert index.scores("cat").tolist() == pytest.approx([math.log(2) * 2 / 3.875, 0])


@pytest.mark.parametrize("query", ["", "unknown", "the of and", "🔥", "?!"])
def test_a_query_without_known_words_scores_nothing(query: str):
    """Zero for every entry."""
    assert LexicalIndex.build(TEXTS).scores(query).tolist() == [0.0] * len(TEXTS)


@pytest.mark.parametrize("texts", [[], [""], ["the", "of", "?"]])
def test_texts_without_words_make_an_index_that_finds_nothing(texts: list[str]):
    """One score a text all the same."""
    index = LexicalIndex.build(texts)
    assert index.scores("cat").tolist() == [0.0] * len(texts)
    assert index.overlap_of(index.asked("cat")).tolist() == [0.0] * len(texts)


def test_shared_words_are_named_once_in_the_order_asked():
    """As they are compared: singular, lower case."""
    index = LexicalIndex.build(TEXTS)
    assert index.shared(search_words("Fish cats fish dogs"), 0) == ["fish", "cat"]
    assert index.shared(search_words("Fish cats"), 2) == []


def test_overlap_is_the_share_of_the_query_by_rarity():
    """Of two words of one rarity, an entry that has one has half."""
    index = LexicalIndex.build(["cat", "dog", "fish bird"])
    assert index.overlap_of(index.asked("cat dog")).tolist() == pytest.approx([0.5, 0.5, 0.0])
    assert index.overlap_of(index.asked("fish bird fish")).tolist() == pytest.approx([0, 0, 1])
    assert 0 < index.overlap_of(index.asked("cat unknown"))[0] < 0.5


def test_a_misspelled_word_counts_as_the_word_that_is_meant():
    """One letter added, left out or changed, or two swapped; a known word stays as it is."""
    index = LexicalIndex.build(["gradient descent", "gradients vanish", "dropout rate"])
    asked = ["gradiennt", "gradint", "gradiant", "graident", "gradient"]
    assert [index.asked(word) for word in asked] == [["gradient"]] * 5
    assert index.scores("dropuot").tolist() == index.scores("dropout").tolist()


def test_short_words_and_those_like_no_other_are_left_alone():
    """A short word is too often another word, and so is one with digits."""
    index = LexicalIndex.build(["rate of dropout", "resnet50"])
    assert index.asked("rats penguins resnet51") == ["rat", "penguin", "resnet51"]


def test_of_several_words_that_may_be_meant_the_commoner_is():
    """ "plane" is in two entries, "place" in one."""
    index = LexicalIndex.build(["plane", "plane", "place"])
    assert index.asked("plaxe") == ["plane"]


def test_a_word_longer_than_any_other_takes_no_memory():
    """No entry has one that differs by a letter; to see that took 5 GB."""
    index = LexicalIndex.build(["gradient descent"])
    assert index.asked("gradientx") == ["gradient"]
    tracemalloc.start()
    try:
        assert index.asked("a" * 10_000) == ["a" * 10_000]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
