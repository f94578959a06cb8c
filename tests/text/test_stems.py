"""Forms of one word are brought together, and different words are kept apart."""

import pytest

from ragprep.text.stems import singular, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("overfitting", "overfits", "overfit"),
        ("regularization", "regularizations", "regularized"),
        ("reduces", "reducing", "reduce", "reduced"),
        ("predictions", "predicts", "predicted"),
        ("layers", "layer", "layer's"),
        ("loss", "losses"),
        ("bias", "biases"),
    ],
)
def test_forms_of_a_word_are_equal(forms: tuple[str, ...]) -> None:
    """Inflection does not hide a match."""
    assert len({stem(form) for form in forms}) == 1


def test_only_a_plural_s_is_cut_for_the_search() -> None:
    """Never the s of a word that ends in it."""
    words = ["layers", "queries", "loss", "corpus", "axis", "gas"]
    assert [singular(word) for word in words] == ["layer", "query", "loss", "corpus", "axis", "gas"]
