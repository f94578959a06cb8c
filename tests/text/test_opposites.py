"""Which words are opposites, and which negate a statement."""

from ragprep.text.opposites import changes, is_negated, movements, opposites, poles
from ragprep.text.stems import stem


def test_opposites_stand_at_the_two_ends_of_an_axis() -> None:
    """ "high" and "low" say that the amount differs; "input" and "output" are no change."""
    assert poles()["high"] == {("amount", 1)}
    assert poles()["low"] == {("amount", -1)}
    assert "low" in changes()
    assert "input" in poles()
    assert "input" not in changes()


def test_a_pair_holds_both_ways() -> None:
    """Under the stems of its words."""
    assert opposites()[stem("sparse")] == {stem("dense")}
    assert opposites()[stem("dense")] == {stem("sparse")}


def test_a_thing_rises_or_falls() -> None:
    """Whatever the form of the verb."""
    assert movements()[stem("increases")] == 1
    assert movements()[stem("reduced")] == -1


def test_two_negations_cancel_out() -> None:
    """ "without" denies its noun, not the sentence."""
    assert is_negated(["it", "does", "not", "overfit"])
    assert is_negated(["it", "doesn't", "overfit"])
    assert not is_negated(["never", "not"])
    assert not is_negated(["without", "labels"])
