"""Conversations and sessions by name: those that were used last are kept."""

from __future__ import annotations

from ragprep.web.named import KEPT, Named, new_name


def test_what_was_used_longest_ago_is_forgotten() -> None:
    """To keep it again is to use it, and so is to ask for it."""
    named = Named[int]()
    for number in range(KEPT):
        named.keep(f"t{number}", number)
    named.keep("t0", 7)
    assert named.get("t1") == 1
    named.keep("one more", 8)
    assert (named.get("t0"), named.get("t1"), named.get("t2")) == (7, 1, None)


def test_what_is_forgotten_is_gone() -> None:
    """To forget what nobody knows does nothing."""
    named = Named[int]()
    named.keep("a", 1)
    named.forget("a")
    named.forget("b")
    assert named.get("a") is None


def test_a_name_cannot_be_guessed() -> None:
    """It has 96 random bits."""
    assert len(new_name()) == 16
    assert new_name() != new_name()
