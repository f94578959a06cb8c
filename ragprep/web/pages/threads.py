"""The conversations of one launch, by names that nobody can guess; they end with the process."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.chat import Chat

KEPT = 100
"""Conversations; the one that was asked longest ago is forgotten first. A guess: each has some
kilobytes."""


class Threads:
    """Conversations by name. May be shared between threads of the process."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, Chat] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> Chat | None:
        """Return a conversation as it stands, None where there is none of that name."""
        with self._lock:
            return self._chats.get(name)

    def keep(self, name: str, chat: Chat) -> None:
        """Keep what a conversation has become."""
        with self._lock:
            self._chats[name] = chat
            self._chats.move_to_end(name)
            while len(self._chats) > KEPT:
                self._chats.popitem(last=False)


def new_name() -> str:
    """Return a name for a conversation."""
    return secrets.token_urlsafe(12)
