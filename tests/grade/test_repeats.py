"""A sentence that only repeats its question is told from one that denies it."""

from __future__ import annotations

import pytest

from ragprep.grade.checks import repeats_question

QUESTION = "Does correlation imply causation?"


@pytest.mark.parametrize("sentence", ["Correlation implies causation.", "It is about causation."])
def test_words_of_the_question_alone_repeat_it(sentence: str) -> None:
    """Whatever their form and order."""
    assert repeats_question(sentence, QUESTION)


@pytest.mark.parametrize("denial", ["does not", "doesn't", "cannot", "can never", "hardly"])
def test_a_denial_is_an_answer(denial: str) -> None:
    """Though all its other words are the question's."""
    assert not repeats_question(f"Correlation {denial} imply causation.", QUESTION)


@pytest.mark.parametrize("sentence", ["Both.", "The main one.", "They are different."])
def test_a_sentence_without_a_word_of_the_question_does_not_repeat_it(sentence: str) -> None:
    """Though it has no word that says anything by itself."""
    assert not repeats_question(sentence, QUESTION)
    assert not repeats_question(sentence, "")
