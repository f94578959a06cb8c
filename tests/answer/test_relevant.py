"""Which statements of an entry answer a question."""

from __future__ import annotations

from ragprep.answer.relevant import relevant
from ragprep.types.search import Cosines

FILTERS = "Explain image filters."
STATEMENTS = (
    "- Gaussian filter: Smoothing",
    "- Sobel filter: Edge detection",
    "- Median filter: Noise reduction",
    "- Gabor filter: Texture analysis",
    "- Fast Gabor filter (FGF): The same at once",
)
OUTLINE = (0.2, 0.7, 0.56, 0.1, 0.1)
"""Cosines of a question that is about the second statement and near the third."""


def about(question: str, title: float, statements: tuple[float, ...] = OUTLINE) -> list[int]:
    """Return the places of the statements shown, where the title has this cosine."""
    return relevant(question, FILTERS, STATEMENTS, Cosines(title, statements))


def test_a_statement_closer_than_the_title_is_the_point_asked_about() -> None:
    """With those within 0.15 of it."""
    assert about("what finds the outline?", 0.6) == [1, 2]
    assert about("what finds the outline?", 0.8) == [0, 1, 2, 3, 4]


def test_no_statement_stands_out_then_all_are_shown() -> None:
    """When more than half are about as close, nothing is left out."""
    assert about("edges", 0.5, (0.6, 0.7, 0.6, 0.1, 0.1)) == [0, 1, 2, 3, 4]


def test_a_question_that_asks_for_several_things_gets_all() -> None:
    """One of them would be the closest."""
    for question in ("outline and noise?", "sobel vs median filter", "blurred. what finds edges?"):
        assert about(question, 0.1) == [0, 1, 2, 3, 4]


def test_a_statement_is_named_by_what_stands_before_its_colon() -> None:
    """In full, or as in the brackets; the fullest name that the question has counts."""
    assert about("what is a gabor filter for", 0.9) == [3]
    assert about("what is a fast gabor filter", 0.9) == [4]
    assert about("what is fgf", 0.9) == [4]
    assert about("what does a median do", 0.9) == [0, 1, 2, 3, 4]


def test_of_a_short_entry_only_what_is_named_is_shown_alone() -> None:
    """Three statements are soon read; without the rest of two there is no contrast."""
    title = "Explain precision and recall."
    three = ("- Precision: TP / (TP + FP)", "- Recall: TP / (TP + FN)", "- F1: Their mean")
    close = Cosines(0.1, (0.1, 0.9, 0.1))
    assert relevant("how is recall computed", title, three, close) == [1]
    assert relevant("what do I divide by FN", title, three, close) == [0, 1, 2]
    assert relevant("how is recall computed", title, three[:2], close) == [0, 1]


def test_a_name_that_is_part_of_the_title_is_not_asked_about_by_the_title() -> None:
    """A question that has all of the title is about the entry."""
    title = "What is recall?"
    three = ("- Recall: TP / (TP + FN)", "- Use: Where misses cost", "- Trap: Predict all")
    assert relevant("what is recall", title, three, None) == [0, 1, 2]


def test_the_sentence_that_opens_an_entry_defines_it() -> None:
    """A question closest to it is about the entry, whatever its title is like."""
    title, sentences = "Dropout?", ("Units are dropped.", "- Cheap", "- Simple", "- Common")
    cosines = Cosines(0.5, (0.9, 0.1, 0.1, 0.1))
    assert relevant("what drops units", title, sentences, cosines) == [0, 1, 2, 3]


def test_a_pronoun_brings_the_sentence_before_it() -> None:
    """Alone it would stand for nothing."""
    prose = ("Redux keeps state.", "A store holds it.", "It is read by getState.", "Fin.", "Fin.")
    cosines = Cosines(0.2, (0.1, 0.1, 0.9, 0.1, 0.1))
    assert relevant("how is state read", "Redux?", prose, cosines) == [1, 2]
