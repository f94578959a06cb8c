"""Conversations by name: the last ones are kept."""

from __future__ import annotations

from ragprep.chat import Chat
from ragprep.web.pages.threads import KEPT, Threads, new_name


def nobody() -> object:
    """Stand for what a conversation is answered from; nothing is asked here."""
    raise AssertionError


def test_the_conversation_asked_longest_ago_is_forgotten() -> None:
    """Asking again keeps it."""
    threads, chat = Threads(), Chat(nobody)
    for number in range(KEPT):
        threads.keep(f"t{number}", chat)
    threads.keep("t0", chat)
    threads.keep("one more", chat)
    assert threads.get("t0") is chat
    assert threads.get("t1") is None
    assert threads.get("") is None


def test_a_name_cannot_be_guessed() -> None:
    """It has 96 random bits."""
    assert len(new_name()) == 16
    assert new_name() != new_name()
