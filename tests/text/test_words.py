"""Texts are cut into words, and words that carry meaning are told from the others."""

import pytest

from ragprep.text.content import content_words, is_verb, spelled_out, topic_words
from ragprep.text.words import fold, search_words, words


def test_a_contraction_is_one_word() -> None:
    """With either apostrophe; a hyphen parts words."""
    assert words("It ISN’T non-linear, isn't it?") == [
        "it",
        "isn't",
        "non",
        "linear",
        "isn't",
        "it",
    ]


def test_function_words_and_single_letters_are_no_topic() -> None:
    """Only words that carry meaning are compared."""
    assert topic_words("What is a CNN, and why would we use one? It isn't RNN's k.") == {
        "cnn",
        "rnn",
    }


def test_a_contraction_of_function_words_is_no_topic() -> None:
    """With either apostrophe."""
    assert topic_words("What’s the maths behind it, and how's it that they'll fit?") == {
        *("math", "behind", "fit")
    }


def test_words_of_any_script_are_kept() -> None:
    """A guide need not be in English."""
    assert topic_words("überanpassung 過学習") == {"überanpassung", "過学習"}


def test_content_words_stand_in_order() -> None:
    """Abbreviations are spelled out, repeated words stay, function words go."""
    assert content_words("The FP of a test is a false alarm of the test") == [
        *("fals", "posit", "test", "fals", "alarm", "test")
    ]


@pytest.mark.parametrize("text", ["Type II error", "type two errors", "Type-2 error"])
def test_a_numbered_kind_is_the_same_however_it_is_written(text: str) -> None:
    """ "II" alone would be no word that two texts share."""
    assert content_words(text) == ["typ", "n2", "error"]


def test_a_form_ending_in_ing_is_no_verb() -> None:
    """ "Early stopping" is a term."""
    assert [is_verb(word) for word in ("stops", "applied", "stopping", "dropout")] == [
        *(True, True, False, False)
    ]


def test_abbreviations_are_spelled_out_as_guides_do() -> None:
    """In the plural, whatever their case."""
    assert spelled_out("Count TP and fps.") == "Count true positives and false positives."


def test_fold_ignores_case_marks_and_space() -> None:
    """Two spellings of one line are one line."""
    assert fold("**Early** stopping.") == fold("early  Stopping") == "earlystopping"


def test_a_search_ignores_accents_plurals_and_stop_words() -> None:
    """The apostrophe joins: "Bayes' " and "Bayes" are one word."""
    assert search_words("What are Bayes’ naïve classifiers?") == ["baye", "naive", "classifier"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("bias = too simple", "bias is too simple"),
        ("precision=tp/(tp+fp)", "precision is true positives/(true positives+false positives)"),
        ("f(x) = (a)", "f(x) is (a)"),
        ("k=5, p <= 0.05, p >= 1, a == b, x != y", "k is 5, p <= 0.05, p >= 1, a == b, x != y"),
        ("(x) => y, i += 1, a := 3, == heading ==", "(x) => y, i += 1, a := 3, == heading =="),
    ],
)
def test_an_equals_sign_between_two_things_is_read_as_is(text: str, read: str) -> None:
    """Signs of comparison, arrows and assignments with an operator stay."""
    assert spelled_out(text) == read
