"""What goes on over several requests, by names that nobody can guess; it ends with the process."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = 100
"""Of each kind; the one that was used longest ago is forgotten first. A guess: a conversation has
some kilobytes."""


class Named(Generic[T]):
    """Conversations or sessions by name. May be shared between threads of the process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> T | None:
        """Return what has that name as it stands, None where there is none."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def keep(self, name: str, thing: T) -> None:
        """Keep what became of it."""
        with self._lock:
            self._kept[name] = thing
            self._kept.move_to_end(name)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def forget(self, name: str) -> None:
        """Forget it; nothing happens where there is none of that name."""
        with self._lock:
            self._kept.pop(name, None)


def new_name() -> str:
    """Return a name."""
    return secrets.token_urlsafe(12)
