"""What a model writes is shown only as far as the sources support it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processor import in_proportion

from ragprep.answer.ground import (
    Grounding,
    ground,
    is_refusal,
    parse_citations,
    split_sentences,
)
from ragprep.answer.prompts import REFUSAL
from ragprep.answer.support import Evidence
from ragprep.types.answer import Sentence
from ragprep.types.guide import KeyPoint

SOURCES = {
    "q3": Evidence(
        "What is overfitting?",
        [
            KeyPoint("A model learns the noise of its 60 training examples.", 1),
            KeyPoint("Early stopping", 2, "Ways against overfitting"),
        ],
    ),
    "q76": Evidence(
        "What helps against overfitting?",
        [
            KeyPoint("Dropout and early stopping reduce overfitting.", 1),
            KeyPoint("L1 (Lasso): Promotes sparsity", 2),
            KeyPoint("L2 (Ridge): Shrinks coefficients", 3),
        ],
    ),
}
TALK = st.text(st.sampled_from("ab .,:\n-*[]()/qQ379&;"), max_size=60) | st.lists(
    st.sampled_from(
        ["Dropout reduces overfitting", " [q3]", "[q9, q76]", ". ", "\n- ", "Noise", " 60", ":\n"]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("text", "bare", "labels"),
    [
        ("Use dropout. [q3]", "Use dropout.", ["q3"]),
        ("Use dropout [q3].", "Use dropout.", ["q3"]),
        ("Use dropout. [q3].", "Use dropout.", ["q3"]),
        ("Use dropout [q3, q76].", "Use dropout.", ["q3", "q76"]),
        ("Use dropout [q3][q76].", "Use dropout.", ["q3", "q76"]),
        ("Use dropout [q3] and noise [Q76].", "Use dropout and noise.", ["q3", "Q76"]),
        ("Use dropout [my-guide/q3].", "Use dropout.", ["my-guide/q3"]),
        ("Use dropout [q7a and q1.2].", "Use dropout.", ["q7a", "q1.2"]),
        ("E[(y - f)] is [0, 1] in a[3].", "E[(y - f)] is [0, 1] in a[3].", []),
        ("[q3]", "", ["q3"]),
        ("", "", []),
    ],
)
def test_markers_are_taken_out_of_the_text(text: str, bare: str, labels: list[str]) -> None:
    """Every form of marker is read; brackets that are no markers stay."""
    assert parse_citations(text) == (bare, labels)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two. [q1] Three [q2].", ["One.", "Two. [q1]", "Three [q2]."]),
        ("Use it, e.g. Dropout. Or not.", ["Use it, e.g. Dropout.", "Or not."]),
        ("At 0.5 it works. k-fold too.", ["At 0.5 it works. k-fold too."]),
        ("Ways:\n- One\n- Two", ["Ways:", "- One", "- Two"]),
        ("1. One\n2. Two", ["1. One", "2. Two"]),
        ("", []),
    ],
)
def test_text_is_split_into_sentences_and_items(text: str, sentences: list[str]) -> None:
    """Markers behind a full stop belong to the sentence before them."""
    assert split_sentences(text) == sentences


def test_a_supported_sentence_keeps_its_citation() -> None:
    """Text and labels come back apart."""
    assert ground("Early stopping reduces overfitting. [q76]", SOURCES) == [
        Sentence("Early stopping reduces overfitting.", ("q76",))
    ]


def test_a_citation_of_nothing_is_removed() -> None:
    """Labels that are not among the sources never come through."""
    assert ground("Dropout reduces overfitting [q99][q76].", SOURCES) == [
        Sentence("Dropout reduces overfitting.", ("q76",))
    ]


@pytest.mark.parametrize(
    "text", ["Dropout reduces overfitting.", "Dropout reduces overfitting [q3]."]
)
def test_a_sentence_is_given_the_source_that_supports_it(text: str) -> None:
    """When it cites none or a wrong one, code finds the right one."""
    assert ground(text, SOURCES) == [Sentence("Dropout reduces overfitting.", ("q76",))]


@pytest.mark.parametrize(
    "text",
    [
        "Penguins live near the south pole. [q3]",
        "Dropout reduces overfitting by 90%. [q76]",
        "Okay. [q3]",
    ],
)
def test_an_unsupported_sentence_is_dropped(text: str) -> None:
    """Foreign words, foreign numbers and empty talk are left out, cited or not."""
    grounding = Grounding(SOURCES)
    assert grounding.feed(text) + grounding.finish() == []
    assert (len(grounding.kept), len(grounding.failed)) == (0, 1)


def test_a_number_must_stand_in_the_source() -> None:
    """A figure that the source has is fine."""
    assert len(ground("The model learns the noise of 60 examples [q3].", SOURCES)) == 1


def test_lists_keep_their_form() -> None:
    """Bullets become "- ", numbers stay, emphasis goes; the leading number is no figure."""
    text = "Against overfitting:\n* **Dropout** [q76]\n7. Early stopping [q3]\n"
    assert [s.text for s in ground(text, SOURCES)] == [
        "Against overfitting:",
        "- Dropout",
        "7. Early stopping",
    ]


def test_a_line_that_leads_in_to_nothing_is_left_out() -> None:
    """When no item of a list survives, neither does the line before it."""
    assert ground("Against overfitting:\n- Penguins [q3]\nUse dropout. [q76]", SOURCES) == [
        Sentence("Use dropout.", ("q76",))
    ]


def test_a_repeated_sentence_is_shown_once() -> None:
    """A model in a loop does not fill the screen."""
    assert len(ground("Dropout reduces overfitting. [q76]\n" * 50, SOURCES)) == 1


def test_a_last_sentence_cut_short_is_left_out() -> None:
    """An answer that hit a limit ends with its last whole sentence."""
    shown = ground("Dropout reduces overfitting. [q76] Early stopping reduces", SOURCES)
    assert [s.text for s in shown] == ["Dropout reduces overfitting."]


def test_statements_copied_bare_become_a_list() -> None:
    """Small models write the number first and no full stop; the last one counts if it is whole."""
    text = "[q76.2] L1 (Lasso): Promotes sparsity\n[q76.3] L2 (Ridge): Shrinks coefficients"
    assert [s.text for s in ground(text, SOURCES)] == [
        "- L1 (Lasso): Promotes sparsity",
        "- L2 (Ridge): Shrinks coefficients",
    ]
    assert [s.text for s in ground(text.removesuffix("coefficients"), SOURCES)] == [
        "- L1 (Lasso): Promotes sparsity"
    ]


def test_a_marker_may_name_a_statement() -> None:
    """It is shown as the entry's label; what the sentence rests on is found by code."""
    (sentence,) = ground("Dropout reduces overfitting [q76.3].", SOURCES)
    assert (sentence.citations, sentence.statements) == (("q76",), ("q76.1",))


def test_what_goes_on_is_lost_with_what_it_goes_on_about() -> None:
    """ "It" would stand for another thing."""
    text = "Penguins shrink. It promotes sparsity. L1 promotes sparsity. It shrinks coefficients."
    assert [s.text for s in ground(text, SOURCES)] == ["L1 promotes sparsity."]


def test_items_belong_to_the_subject_of_their_lead_in() -> None:
    """Under "L2 (Ridge):" what is said of L1 is wrong."""
    text = "L2 (Ridge):\n- Promotes sparsity [q76]\n- Shrinks coefficients [q76]\n"
    assert [s.text for s in ground(text, SOURCES)] == ["L2 (Ridge):", "- Shrinks coefficients"]


def test_a_sentence_far_from_its_statement_is_dropped() -> None:
    """Words may fit and the meaning not; the vectors have a say too."""
    text = "Dropout reduces overfitting [q76]."
    assert ground(text, SOURCES, lambda sentence, label: [0.4, 0.9, 0.9]) == []
    assert len(ground(text, SOURCES, lambda sentence, label: [0.6, 0.1, 0.1])) == 1


@pytest.mark.parametrize(
    "text",
    [
        REFUSAL,
        "the sources do not answer this question",
        "The sources do not contain information about penguins.",
        "The provided guide doesn't mention penguins.",
        "There is no information about this.",
        "I cannot answer this question.",
    ],
)
def test_a_refusal_is_recognised(text: str) -> None:
    """The model may say it in its own words; nothing after it counts."""
    assert is_refusal(text)
    grounding = Grounding(SOURCES)
    assert grounding.feed(f"{text}\nDropout reduces overfitting. [q76]\n") == []
    assert grounding.refused


@pytest.mark.parametrize(
    "text",
    [
        "L2 doesn't eliminate coefficients.",
        "Some data sources do not arrive in time.",
        "Unsupervised learning has no labels.",
    ],
)
def test_a_statement_with_a_negation_is_no_refusal(text: str) -> None:
    """Guides say "not" too."""
    assert not is_refusal(text)


def test_a_refusal_after_an_answer_is_only_left_out() -> None:
    """What was supported stays."""
    grounding = Grounding(SOURCES)
    shown = grounding.feed("Dropout reduces overfitting. [q76]\nThe sources do not say more.\n")
    assert len(shown) == 1
    assert not grounding.refused


@given(TALK | st.text())
def test_every_citation_exists_among_the_sources(text: str) -> None:
    """Whatever a model writes: no error, no foreign label, no sentence without a source."""
    for sentence in ground(text, SOURCES):
        assert sentence.citations
        assert set(sentence.citations) <= set(SOURCES)
        assert parse_citations(sentence.text)[1] == []


@pytest.mark.parametrize("text", ["[q1 " * 3000, "[" + "q1" * 3000, "q1/" * 3000, ". [q1]" * 3000])
def test_long_odd_text_takes_no_long_time(text: str) -> None:
    """No marker makes the parser try again and again: an ambiguous pattern would take years."""
    with in_proportion():
        parse_citations(text)
        split_sentences(text)


@given(TALK, st.lists(st.integers(0, 60), max_size=6))
def test_pieces_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    """Where the stream is cut makes no difference."""
    grounding = Grounding(SOURCES)
    shown: list[Sentence] = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(text)], strict=True):
        shown += grounding.feed(text[start:end])
    assert shown + grounding.finish() == ground(text, SOURCES)
