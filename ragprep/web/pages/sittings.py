"""What a person is in the middle of, a session or an interview: one at a time, a step at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from threading import RLock
from typing import Generic, TypeVar

from ragprep.errors import PracticeError, RagprepError

T = TypeVar("T")


class Outdated(PracticeError):
    """A form was sent from a page that was left behind: by another tab, or the button for back.

    Attributes:
        text: that was typed into it, "" where nothing of it would be lost.
    """

    def __init__(self, text: str) -> None:
        super().__init__(
            "This page was out of date, and nothing of it was recorded.",
            remedy="Go on with the page as it is now.",
        )
        self.text = text


class Seat(Generic[T]):
    """Holds what goes on. Each form names the step that it was made for, and takes it once.

    Attributes:
        problem: what failed in the step that the person is at; None where nothing did.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.problem: RagprepError | None = None
        self._lock = RLock()
        self._work: T | None = None
        self._step, self._since, self._text = "", 0.0, ""

    @property
    def step(self) -> str:
        """The name of the step that the person is at."""
        return self._step

    @property
    def seconds(self) -> int:
        """How long the person has been at this step."""
        return int(time.monotonic() - self._since)

    def begin(self, work: T) -> None:
        """Hold `work` in place of what went on before."""
        with self._lock:
            self._work = work
            self._advance("")

    @contextmanager
    def look(self) -> Iterator[T | None]:
        """Give what goes on, None for nothing, while nobody else changes it."""
        with self._lock:
            yield self._work

    @contextmanager
    def take(self, step: str, text: str = "") -> Iterator[T]:
        """Give what goes on for one step; what fails is the problem of the step, which stays.

        Args:
            step: that the form was made for.
            text: that was typed into it.

        Raises:
            Outdated: the person is at another step.
        """
        with self._lock:
            if self._work is None or step != self._step:
                raise Outdated("" if text in ("", self._text) else text)
            try:
                yield self._work
            except RagprepError as exc:
                self.problem = exc
            else:
                self._advance(text)

    def is_at(self, step: str) -> bool:
        """Return whether a form was made for the step that the person is at."""
        return bool(step) and step == self._step

    def _advance(self, text: str) -> None:
        self.problem, self._text = None, text
        self._step, self._since = token_hex(8), time.monotonic()
