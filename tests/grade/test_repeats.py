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
