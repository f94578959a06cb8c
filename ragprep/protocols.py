"""The seams: what can be replaced. One method each; everything else is a plain function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.types.grade import ReaderOutput, StatementReading

Role = Literal["query", "passage"]

Progress = Callable[[str, int, int], None]
"""Called as progress(stage, done, total) while something slow goes on."""

Notice = Callable[[str], None]
"""Called with what a person should know but need not act on at once."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whom a call tells what it does; by default nobody."""

    progress: Progress = lambda stage, done, total: None
    notice: Notice = lambda message: None


SILENT = Reporter()


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), unit rows, in the order of `texts`."""
        ...


class LLM(Protocol):
    """Writes text."""

    @property
    def name(self) -> str:
        """The model's name, as shown to people."""
        ...

    def complete(
        self,
        prompt: str,
        *,
        schema: dict[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> str:
        """Return the whole text; hand each piece to `on_text` as it arrives.

        Raises:
            LLMUnavailable: no server, no such model, or it failed.
            LLMTimeout: it took longer than its time limit.
            LLMLooped: it said the same again and again.
        """
        ...


class Reader(Protocol):
    """Says which points of an entry an answer covers."""

    @property
    def name(self) -> str:
        """The reader's name, as shown to people."""
        ...

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return what the answer makes of each point; the same input gives the same.

        Args:
            question: that was answered.
            points: each with its heading in front ("Prevention methods: Early stopping").
            answer: not empty.
        """
        ...


class AssertionReader(Protocol):
    """Says whether what is asserted is so, by the points of a guide."""

    def read(self, points: Sequence[str], statements: Sequence[str]) -> list[StatementReading]:
        """Return what each statement asserts; the same input gives the same.

        Args:
            points: each with its heading in front.
            statements: of an answer.
        """
        ...
