"""Slots for heavy work: how many calls do it at once, and how many may wait for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ragprep.errors import Overloaded

RETRY_AFTER_S = 5
"""When a place may be free again: sixteen grades of 0.1 to 0.3 s take about as long."""


class Slots:
    """A bounded number of slots, before which a bounded number of threads wait."""

    def __init__(self, slots: int, *, waiting: int) -> None:
        """Offer so many slots; more threads than may wait are turned away."""
        self._free = threading.Semaphore(slots)
        self._places = threading.BoundedSemaphore(slots + waiting)
        self._waiting = waiting

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a slot, once one is free.

        Raises:
            Overloaded: as many wait as may.
        """
        if not self._places.acquire(blocking=False):
            raise Overloaded(
                f"{self._waiting} others wait for the same.",
                remedy="Try again in a few seconds.",
                retry_after_s=RETRY_AFTER_S,
            )
        try:
            with self._free:
                yield
        finally:
            self._places.release()
