"""An entry supports what it says, of what it says it, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragprep.answer.claims import read_claim
from ragprep.answer.support import Evidence
from ragprep.text.stems import alike
from ragprep.types.guide import KeyPoint

NORMS = Evidence(
    "What is the difference between L1 and L2 regularization?",
    [
        KeyPoint("L1 (Lasso): Adds absolute values. Promotes sparsity, can zero out features.", 1),
        KeyPoint("L2 (Ridge): Shrinks coefficients but doesn't eliminate them.", 2),
    ],
)
DROPOUT = Evidence(
    "What is dropout?",
    [
        KeyPoint("Dropout sets 2 units to 0 during training.", 1),
        KeyPoint("Prevents overfitting", 2, "Benefits"),
        KeyPoint("Faster training on larger data", 3, "Benefits"),
        KeyPoint("Works without labels", 4, "Benefits"),
    ],
)


@pytest.mark.parametrize(
    ("sentence", "statements"),
    [
        ("L1 promotes sparsity.", (0,)),
        ("Lasso can zero out features.", (0,)),
        ("L1 promotes sparsity, whereas L2 shrinks coefficients.", (0, 1)),
        ("Ridge does not eliminate coefficients.", (1,)),
    ],
)
def test_what_is_said_of_a_subject_is_supported_by_its_statement(
    sentence: str, statements: tuple[int, ...]
) -> None:
    """Under any of its names, and of several subjects in one sentence."""
    support = NORMS.supports(sentence)
    assert support is not None
    assert support.statements == statements


@pytest.mark.parametrize(
    "sentence",
    [
        "L2 promotes sparsity.",
        "Ridge can zero out features.",
        "L1 shrinks coefficients, whereas L2 promotes sparsity.",
        "L2 shrinks coefficients and eliminates them.",
        "L1 doesn't promote sparsity.",
        "L1 promotes density.",
        "Lasso regularization differs.",
    ],
)
def test_what_is_said_of_another_or_denied_is_not(sentence: str) -> None:
    """Swapped, denied, affirmed against the source, foreign, or nothing at all."""
    assert NORMS.supports(sentence) is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Dropout prevents overfitting.", "Dropout causes overfitting."),
        ("Dropout reduces overfitting.", "Dropout increases overfitting."),
        ("Training becomes faster.", "Training becomes slower."),
        ("It sets two units to zero.", "It sets three units to zero."),
        ("It works without labels.", "It works with labels."),
        ("Larger data trains faster.", "Smaller data trains faster."),
    ],
)
def test_the_opposite_is_not_supported(right: str, wrong: str) -> None:
    """Directions, numbers and denials must be those of the source, in any wording."""
    assert DROPOUT.supports(right) is not None
    assert DROPOUT.supports(wrong) is None


def test_a_pronoun_is_given_its_subject() -> None:
    """What "It" stands for is for the caller to say."""
    assert NORMS.supports("It promotes sparsity.", subject=0) is not None
    assert NORMS.supports("It promotes sparsity.", subject=1) is None


def test_a_lead_in_names_and_claims_nothing() -> None:
    """A line before a list may name the subject, and no more."""
    assert NORMS.introduces("L2 (Ridge):")
    assert NORMS.subject_of("L2 (Ridge):") == 1
    assert not NORMS.introduces("L2 promotes sparsity:")


def test_what_was_said_in_part_is_not_said() -> None:
    """Then the guide's own words are still needed."""
    assert DROPOUT.said_by(2, ["Training is faster.", "It likes larger data."])
    assert not DROPOUT.said_by(2, ["Training is faster."])


@pytest.mark.parametrize(
    ("stem", "other", "same"),
    [
        ("assum", "assumpt", True),
        ("cap", "capp", True),
        ("mean", "median", False),
        ("encod", "decod", False),
    ],
)
def test_forms_of_a_word_are_alike(stem: str, other: str, same: bool) -> None:
    """Words that share most of their beginning."""
    assert alike(stem, other) is same


def test_a_claim_is_read() -> None:
    """Words, figures, what changes and what is denied."""
    claim = read_claim("Two trees don't grow larger.")
    assert claim.numbers == {"2"}
    assert claim.words == {"tre"}
    assert claim.poles == {("amount", 1)}
    assert [clause.denied for clause in claim.clauses] == [True]


@given(st.text())
def test_any_text_introduces_itself(text: str) -> None:
    """As a question and as a sentence; its one statement supports it, or nothing does."""
    evidence = Evidence(text, [KeyPoint(text, 1)])
    assert evidence.introduces(text)
    support = evidence.supports(text)
    assert support is None or (support.statements == (0,) and 0 <= support.score <= 1)


@given(st.text(st.characters(exclude_categories=["Nd"])).map(lambda text: " ".join(text.split())))
@example("\x85×")  # a sign behind a space that is none of ASCII's
def test_a_line_without_figures_says_itself(text: str) -> None:
    """In its own words; figures apart, as those of "1.5-2" are also read on their own."""
    assert Evidence("", [KeyPoint(text, 1)]).said_by(0, [text])
