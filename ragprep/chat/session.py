"""The turns of a conversation; what searches and answers is handed to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ragprep.chat.followup import Reading, Topic, resolve
from ragprep.errors import ConfigError
from ragprep.search.query import clean_query
from ragprep.types.answer import Answer
from ragprep.types.search import SearchResult

ASK_BACK = "What is this about? Nothing was answered yet that it could refer to; name the subject."
"""Said to a question that refers to one before it, where there is none."""


class Source(Protocol):
    """What a turn searches and is answered from."""

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """Return the answer; hand its pieces to `on_text` as they come."""
        ...

    def search(self, query: str) -> SearchResult:
        """Return the best hit for a query, and whether the guides cover it."""
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

    def __init__(self, current: Callable[[], Source], *, after: Chat | None = None) -> None:
        """Begin one; `current` gives what a turn is answered from, once a turn.

        Args:
            current: called by each turn.
            after: a conversation to go on with; it stays as it is.
        """
        self._current = current
        self._topic: Topic | None = after._topic if after else None
        self.turns: list[Turn] = list(after.turns) if after else []

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Turn:
        """Answer `question`, with the last subject where it refers to that, or ask back.

        Raises:
            QueryError: it is empty or too long; it leaves the conversation as it was.
            LLMError: the settings demand an LLM, and it cannot be used.
        """
        clean_query(question)
        source = self._current()
        reading = resolve(question, self._topic, source.search)
        if reading is None:
            turn = Turn(question, question, _ask_back(question, on_text))
        else:
            # before it is answered: Ctrl-C does not unsay a question
            self._topic = _next_topic(self._topic, reading)
            turn = Turn(question, reading.query, source.ask(reading.query, on_text=on_text))
        self.turns.append(turn)
        return turn

    def new(self) -> None:
        """Forget what was said."""
        self._topic = None
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


def _next_topic(topic: Topic | None, reading: Reading) -> Topic | None:
    """Return what the next question may refer to: the subject of the last one that was covered."""
    if not reading.result.covered:
        return topic
    title = reading.result.hits[0].entry.question
    if reading.follows and topic is not None:
        return topic if title == topic.title else Topic(title, title)
    return Topic(reading.query, title)


def _ask_back(question: str, on_text: Callable[[str], None] | None) -> Answer:
    """Ask what a question is about that refers to nothing."""
    if on_text is not None:
        on_text(ASK_BACK)
    return Answer(question, ASK_BACK, True, (), (), None, verdict="asked back")


def _section(turn: Turn) -> str:
    lines = [f"## {' '.join(turn.question.split())}", "", turn.answer.text]
    if turn.answer.sources and not turn.answer.refused:
        lines += ["", "Sources:"]
        for source in turn.answer.sources:
            first, last = source.lines
            lines.append(f"- {source.label}: {source.question} ({source.guide}:{first}-{last})")
    return "\n".join(lines)
