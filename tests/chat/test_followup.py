"""Which questions lean on the one before, and what is searched for then."""

from __future__ import annotations

import pytest

from ragprep.chat.followup import Form, form, resolve
from ragprep.text.content import topic_words


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and the benefits?", Form.BARE),
        ("why?", Form.BARE),
        ("what types are there?", Form.BARE),
        ("give me an example", Form.BARE),
        ("how do I detect it?", Form.OPEN),
        ("and from scratch?", Form.OPEN),
        ("explain dropout", Form.OPEN),
        ("my model overfits, how do I fix that quickly?", Form.OPEN),
        ("what is a feature store?", Form.WHOLE),
        ("and what is the capital of France?", Form.WHOLE),
        ("how do I bake sourdough bread?", Form.WHOLE),
    ],
)
def test_the_form_of_a_question(question: str, expected: Form) -> None:
    """By its words alone."""
    assert form(question, topic_words) is expected


def asked(question: str, subject: str, **relevance: float) -> str:
    """Resolve; `relevance` is that of `alone` and `joined`."""
    known = {question: relevance.get("alone"), f"{subject} {question}": relevance.get("joined")}

    def look(query: str) -> float:
        result = known[query]
        assert result is not None, "nothing was to be searched for"
        return result

    return resolve(question, subject, words=topic_words, relevance=look)


def test_a_first_question_stands_alone() -> None:
    """There is nothing it could lean on."""
    assert asked("why?", "") == "why?"


def test_a_question_that_names_no_subject_takes_the_last_one() -> None:
    """Nothing is searched for to decide that."""
    assert asked("and the benefits?", "what is dropout") == "what is dropout and the benefits?"


def test_a_question_with_a_subject_of_its_own_drags_nothing_along() -> None:
    """However it begins."""
    question = "and what is a feature store?"
    assert asked(question, "what is dropout") == question


def test_where_the_form_leaves_it_open_the_better_supported_reading_is_taken() -> None:
    """The last subject must make the question more likely answered than not."""
    question, subject = "how do I detect it?", "what is overfitting"
    assert asked(question, subject, alone=0.8, joined=0.9) == f"{subject} {question}"
    assert asked(question, subject, alone=0.9, joined=0.8) == question
    assert asked(question, subject, alone=0.1, joined=0.4) == question
