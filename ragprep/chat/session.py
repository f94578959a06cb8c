"""The turns of a conversation; what searches and answers is handed to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ragprep.chat.followup import Words, resolve
from ragprep.errors import ConfigError, QueryError
from ragprep.types.answer import Answer


class Source(Protocol):
    """What a turn searches and is answered from."""

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """Return the answer; hand its pieces to `on_text` as they come."""
        ...

    def relevance(self, query: str) -> float:
        """Return the relevance of the best hit for a query, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    Attributes:
        question: as it was typed.
        searched: what was searched for, the last subject included where the question needs it.
        answer: to that.
    """

    question: str
    searched: str
    answer: Answer


class Chat:
    """A conversation; a question may refer to the subject of those before it."""

    def __init__(self, current: Callable[[], Source], *, words: Words) -> None:
        """Begin one.

        Args:
            current: gives what a turn is answered from, once a turn.
            words: gives the words of a text that carry meaning.
        """
        self._current = current
        self._words = words
        self._subject = ""
        self.turns: list[Turn] = []

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Turn:
        """Answer `question`, with the last subject where it refers to that.

        Raises:
            QueryError: it is empty or too long; it leaves the conversation as it was.
            LLMError: the settings demand an LLM, and it cannot be used.
        """
        before = self._subject
        subject = before if question.strip() else ""  # an empty line asks for nothing again
        source = self._current()
        searched = resolve(question, subject, words=self._words, relevance=source.relevance)
        if searched == question:  # before it is answered: Ctrl-C does not unsay a question
            self._subject = question
        try:
            turn = Turn(question, searched, source.ask(searched, on_text=on_text))
        except QueryError:
            self._subject = before
            raise
        self.turns.append(turn)
        return turn

    def new(self) -> None:
        """Forget what was said."""
        self._subject = ""
        self.turns.clear()

    def transcript(self) -> str:
        """Return the conversation as Markdown."""
        return "\n\n".join(_section(turn) for turn in self.turns) + "\n"

    def save(self, path: Path) -> None:
        """Write the transcript to a new file.

        Raises:
            ConfigError: there is nothing to write, or the file exists or cannot be written.
        """
        if not self.turns:
            raise ConfigError("Nothing was said yet.", remedy="Ask something first.")
        try:
            with path.open("x", encoding="utf-8", errors="replace") as file:
                file.write(self.transcript())
        except FileExistsError as exc:
            raise ConfigError(
                f"{path} is there already and was left as it is.", remedy="Give another name."
            ) from exc
        except (OSError, ValueError) as exc:  # ValueError: a name with a null character
            raise ConfigError(
                f"{str(path)!r} cannot be written: {getattr(exc, 'strerror', None) or exc}.",
                remedy="Give another name.",
            ) from exc


def _section(turn: Turn) -> str:
    lines = [f"## {' '.join(turn.question.split())}", "", turn.answer.text]
    if turn.answer.sources and not turn.answer.refused:
        lines += ["", "Sources:"]
        for source in turn.answer.sources:
            first, last = source.lines
            lines.append(f"- {source.label}: {source.question} ({source.guide}:{first}-{last})")
    return "\n".join(lines)
