"""How like a reference an answer is: worked out by hand on tokens that are numbers."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.grade.reference import FIRST_WORD, reference_similarity, weights
from ragprep.types.encoder import TokenStates

START, END = 101, 102
RARE, UNCOMMON, COMMON = FIRST_WORD + 19_999, FIRST_WORD + 9_999, FIRST_WORD
AXES = {RARE: (1.0, 0.0, 0.0), UNCOMMON: (0.0, 1.0, 0.0)}


def seen(ids: list[int], vector: tuple[float, float, float]) -> TokenStates:
    """Return a text: a rare word lies along the first axis, the other along the second."""
    rows = np.array([AXES.get(i, (0.0, 0.0, 2.0)) for i in ids], dtype=np.float32)
    return TokenStates(np.array(ids), rows, np.array(vector, dtype=np.float32))


ASKED = seen([START, COMMON, END], (0.0, 0.0, 1.0))


def test_a_word_weighs_the_logarithm_of_its_rank():
    """The most frequent weighs nothing, nor what is no text; a character weighs 5."""
    similarity = weights(np.array([START, COMMON, RARE, 1010]), np.array([START, END]))
    np.testing.assert_allclose(similarity, [0, 0, np.log(20_000), 5.0])


def test_what_the_question_says_weighs_nothing():
    """Unless nothing else is said, and a text without words weighs evenly."""
    asked = np.array([RARE])
    np.testing.assert_allclose(weights(np.array([RARE, UNCOMMON]), asked), [0, np.log(10_000)])
    np.testing.assert_allclose(weights(np.array([RARE]), asked), [np.log(20_000)])
    np.testing.assert_allclose(weights(np.array([START, END]), asked), [1, 1])


def test_the_same_text_is_alike_in_all():
    """Each share is 1."""
    text = seen([START, RARE, UNCOMMON, END], (0.6, 0.8, 0.0))
    similarity = reference_similarity(ASKED, text, text, texts=("?", "bias falls", "bias falls"))
    assert similarity.words == 1.0
    assert (similarity.recall, similarity.precision) == pytest.approx((1.0, 1.0))
    assert (similarity.meaning, similarity.letters) == pytest.approx((1.0, 1.0))


def test_half_of_a_reference_said_is_half_recalled_and_precise():
    """Of two words, by their weights: log 20,000 of log 20,000 + log 10,000."""
    reference = seen([START, RARE, UNCOMMON, END], (0.6, 0.8, 0.0))
    answer = seen([START, RARE, END], (1.0, 0.0, 0.0))
    similarity = reference_similarity(ASKED, reference, answer, texts=("?", "abcd", "abc"))
    assert similarity.recall == pytest.approx(np.log(20_000) / np.log(2e8))
    assert similarity.precision == pytest.approx(1.0)
    assert similarity.meaning == pytest.approx(0.6)
    assert similarity.letters == pytest.approx(0.5)  # "abc" of "abc" and "bcd"


def test_the_part_along_the_question_does_not_count_as_meaning():
    """Both lie near the question, and apart from it they have nothing in common."""
    reference, answer = seen([RARE], (0.6, 0.0, 0.8)), seen([UNCOMMON], (0.0, 0.6, 0.8))
    assert reference_similarity(
        ASKED, reference, answer, texts=("?", "a", "b")
    ).meaning == pytest.approx(0.0)


@pytest.mark.parametrize("text", ["", "a", "?"])
def test_nothing_to_compare_is_no_error(text: str):
    """An empty reference, question and answer have similarities within bounds."""
    nothing = seen([START, END], (0.0, 0.0, 0.0))
    similarity = reference_similarity(nothing, nothing, nothing, texts=(text, text, text))
    for value in (
        similarity.words,
        similarity.recall,
        similarity.precision,
        similarity.meaning,
        similarity.letters,
    ):
        assert 0.0 <= value <= 1.0


@pytest.mark.parametrize(
    ("reference", "answer", "share"),
    [
        ("Bias falls slowly.", "the bias is falling", 2 / 3),  # "slowly" is missing
        ("The error of the model", "a model", 0.0),  # "model" is the question's, "error" missing
        ("The model", "Model!", 1.0),  # nothing but the question's word is wanted
        ("", "Model", 0.0),
    ],
)
def test_words_of_the_reference_that_the_answer_has(reference: str, answer: str, share: float):
    """Endings aside, without stop words and the question's words."""
    text = seen([RARE], (1.0, 0.0, 0.0))
    texts = ("What does the model do?", reference, answer)
    assert reference_similarity(ASKED, text, text, texts=texts).words == pytest.approx(share)
