"""The queue before the language model: one answer is written at a time, in a thread apart.

So a slow model takes no thread from searches, and whoever leaves while waiting costs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from ragprep.errors import Overloaded

T = TypeVar("T")

LONGEST = 16
"""Answers that may wait. A guess: with some seconds each the last one comes after minutes."""

RETRY_AFTER_S = 30
"""When a place may be free again. A guess, as above."""


class LLMQueue:
    """Does one piece of work after the other, in its own thread."""

    def __init__(self) -> None:
        """Start no thread yet."""
        self._places: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._waiting: set[Future[Any]] = set()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work`; a future that is cancelled gives up its place.

        Raises:
            Overloaded: too many wait already.
        """
        future: Future[T] = Future()
        with self._starting:
            if len(self._waiting) >= LONGEST:
                raise Overloaded(
                    f"{LONGEST} other answers wait for the language model.",
                    remedy="Ask again in a minute, or have the guide's own sentences.",
                    retry_after_s=RETRY_AFTER_S,
                )
            self._waiting.add(future)
            if self._thread is None:
                # a daemon: the process does not wait for a model that nobody listens to
                self._thread = threading.Thread(target=self._work, name="llm", daemon=True)
                self._thread.start()
        future.add_done_callback(self._waiting.discard)
        self._places.put(lambda: self._do(future, work))
        return future

    def _do(self, future: Future[T], work: Callable[[], T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        self._waiting.discard(future)
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 - whoever waits is given it
            future.set_exception(exc)
        else:
            future.set_result(result)

    def _work(self) -> None:
        while True:
            self._places.get()()
