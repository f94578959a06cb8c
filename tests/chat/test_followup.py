"""Which questions refer to the one before, and what is searched for then."""

from __future__ import annotations

import pytest

from ragprep.chat.followup import Form, Topic, form, resolve
from ragprep.types.guide import Entry
from ragprep.types.search import Hit, SearchResult, Strength

COVERED = 0.3
"""Relevance from which a query counts as covered here."""

OVERFITTING = Topic("what is overfitting", "What is overfitting and how can you prevent it?")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("more", Form.CONTINUING),
        ("ok, go on", Form.CONTINUING),
        ("i don't get it", Form.CONTINUING),
        ("?", Form.CONTINUING),
        ("why?", Form.BARE),
        ("and the benefits?", Form.BARE),
        ("what types are there?", Form.BARE),
        ("give me an example", Form.BARE),
        ("how do I detect it?", Form.REFERRING),
        ("does relu help with that", Form.REFERRING),
        ("and the stochastic one?", Form.REFERRING),
        ("and from scratch?", Form.REFERRING),
        ("what about in images", Form.REFERRING),
        ("explain dropout", Form.NAMING),
        ("what about dropout?", Form.NAMING),
        ("explain one hot encoding", Form.NAMING),
        ("the layer that drops units", Form.NAMING),
        ("my model overfits, how do I fix that quickly?", Form.NAMING),
        ("what is a feature store?", Form.NAMING),
        ("and what is the capital of France?", Form.NAMING),
    ],
)
def test_the_form_of_a_question(question: str, expected: Form) -> None:
    """By its words alone."""
    assert form(question) is expected


def read(
    question: str,
    topic: Topic | None = OVERFITTING,
    *,
    alone: float | None = None,
    joined: float | None = None,
    answer: str = "",
) -> str | None:
    """Return what is searched for, where the readings have these relevances."""
    known = {f"{OVERFITTING.subject} {question}": joined, OVERFITTING.title: 1.0}

    def search(query: str) -> SearchResult:
        relevance = known.get(query, alone)
        assert relevance is not None, f"{query} was not to be searched for"
        entry = Entry("x", "x", "X?", answer, (), "pets", (1, 2))
        hit = Hit(entry, relevance, Strength.LIKELY, relevance, "X?")
        return SearchResult(query, relevance >= COVERED, (hit,))

    reading = resolve(question, topic, search)
    return None if reading is None else reading.query


@pytest.mark.parametrize("question", ["why?", "more", "any examples?", "how do I detect it?"])
def test_what_refers_to_nothing_is_not_searched_for(question: str) -> None:
    """Nothing that the guides cover was asked before; any entry would do as well."""
    assert read(question, None) is None


def test_a_first_question_that_names_a_subject_stands_alone() -> None:
    """Whatever it begins with, and with a pronoun among words that mean something together."""
    assert read("what is dropout", None, alone=0.9) == "what is dropout"
    assert read("and what about dropout?", None, alone=0.9) == "dropout?"
    cataphora = "what is it called when a model memorises data"
    assert read(cataphora, None, alone=0.9) == cataphora


def test_a_line_that_asks_to_go_on_shows_the_current_entry() -> None:
    """By its own question."""
    assert read("tell me more") == OVERFITTING.title


def test_a_question_that_names_no_subject_takes_the_last_one() -> None:
    """However well another entry fits the word alone."""
    assert read("and the benefits?", joined=0.1) == "what is overfitting and the benefits?"


def test_a_named_subject_is_searched_for_alone() -> None:
    """With the last one the relevance may well be higher: that one is covered."""
    assert read("what about dropout?", alone=0.4, joined=0.9) == "dropout?"
    assert read("what about kubernetes?", alone=0.1, joined=0.9) == "kubernetes?"


def test_a_detail_of_the_last_entry_is_found_in_it() -> None:
    """Alone the guides do not cover "noise", and the entry found with the subject names it."""
    asked = {"alone": 0.1, "joined": 0.9}
    assert read("and noise?", **asked, answer="Noise is learned.") == (
        "what is overfitting and noise?"
    )
    assert read("and noise?", **asked, answer="Units are dropped.") == "noise?"


def test_a_pronoun_with_little_beside_it_takes_the_last_subject() -> None:
    """Alone "detect" finds an entry on outliers, whatever its relevance; unless it rains."""
    question = "how do I detect it?"
    joined = f"{OVERFITTING.subject} {question}"
    assert read(question, alone=0.99, joined=0.6) == joined
    assert read("is it raining?", alone=0.1, joined=0.4) == "is it raining?"


def test_a_pronoun_among_other_words_leaves_the_choice_to_relevance() -> None:
    """Alone it must leave at most half of the doubt: 0.1 of 0.2."""
    question = "what is it called when a model memorises data"
    joined = f"{OVERFITTING.subject} {question}"
    assert read(question, alone=0.91, joined=0.8) == question
    assert read(question, alone=0.89, joined=0.8) == joined
