"""What a client goes through step by step: by name, and one request at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from ragprep.web.named import Named, new_name
from ragprep.web.problems import UnknownName

T = TypeVar("T")


class Sessions(Generic[T]):
    """Sessions by name; each gives itself to one request at a time."""

    def __init__(self, unknown: str, *, remedy: str) -> None:
        """Hold none yet.

        Args:
            unknown: says that there is no session of a name.
            remedy: how to begin one.
        """
        self._unknown, self._remedy = unknown, remedy
        self._named: Named[tuple[T, Lock]] = Named()

    def begin(self, session: T) -> str:
        """Keep a session; return its name."""
        name = new_name()
        self._named.keep(name, (session, Lock()))
        return name

    @contextmanager
    def step(self, name: str) -> Iterator[T]:
        """Give a session while no other request steps on.

        Raises:
            UnknownName: there is none of that name, or no longer.
        """
        known = self._named.get(name)
        if known is None:
            raise UnknownName(self._unknown, remedy=self._remedy)
        session, lock = known
        with lock:
            yield session

    def end(self, name: str) -> None:
        """Forget a session."""
        self._named.forget(name)
