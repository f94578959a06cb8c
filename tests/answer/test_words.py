"""Words are folded so that forms of one word compare equal."""

import pytest

from ragprep.answer.words import content_words, fold, numbers, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("overfitting", "overfits", "overfit"),
        ("regularization", "regularizations", "regularized"),
        ("reduces", "reducing", "reduce", "reduced"),
        ("predictions", "predicts", "predicted"),
        ("layers", "layer"),
        ("loss", "losses"),
        ("bias", "biases"),
    ],
)
def test_forms_of_a_word_are_equal(forms: tuple[str, ...]) -> None:
    """Inflection does not hide a match."""
    assert len({stem(form) for form in forms}) == 1


def test_function_words_and_single_letters_are_left_out() -> None:
    """Only words that carry meaning are compared."""
    assert content_words("What is a CNN, and why would we use one?") == {"cnn"}


def test_words_of_any_script_are_kept() -> None:
    """A guide need not be in English."""
    assert content_words("überanpassung 過学習") == {"überanpassung", "過学習"}


def test_numbers_are_found_inside_words_too() -> None:
    """A wrong figure is found wherever it stands."""
    assert numbers("L1 takes 95%, 1,000 or 0.01.") == {"1", "95", "1,000", "0.01"}


def test_fold_ignores_case_marks_and_space() -> None:
    """Two spellings of one line are one line."""
    assert fold("**Early** stopping.") == fold("early  Stopping") == "earlystopping"
