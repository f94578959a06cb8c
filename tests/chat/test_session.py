"""A conversation: what is remembered of it, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep.chat import Chat, Command, read_command
from ragprep.errors import ConfigError, QueryError
from ragprep.types.answer import Answer, Sentence, Source


class Echo:
    """Answers every question with itself, unless it is empty or has 99 characters."""

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Answer:
        if not 0 < len(question.strip()) < 99:
            raise QueryError("empty or too long", remedy="ask")
        sources = (Source("q1", "What is a cat?", (3, 5), "pets"),)
        return Answer(question, question, False, (Sentence(question, ("q1",)),), sources, None)

    def relevance(self, query: str) -> float:
        """Say that the last subject always helps."""
        return 0.5 + len(query) / 1000


@pytest.fixture
def chat() -> Chat:
    """One in which all words carry meaning but a few, and the last subject always helps."""

    def words(text: str) -> set[str]:
        return set(text.lower().strip("?").split()) - {"what", "is", "why", "and", "a", "how"}

    return Chat(Echo, words=words)


def test_a_question_may_lean_on_the_one_before(chat: Chat) -> None:
    """And the next one on the same subject."""
    asked = ["what is a black cat", "why?", "and how", "what is a big dog", "why?"]
    assert [chat.ask(question).searched for question in asked] == [
        "what is a black cat",
        "what is a black cat why?",
        "what is a black cat and how",
        "what is a big dog",
        "what is a big dog why?",
    ]


def test_a_new_conversation_remembers_nothing(chat: Chat) -> None:
    """Neither the subject nor the turns."""
    chat.ask("what is a black cat")
    chat.new()
    assert chat.ask("why?").searched == "why?"
    assert len(chat.turns) == 1


def test_a_question_that_fails_is_no_turn(chat: Chat) -> None:
    """The conversation goes on from where it was."""
    chat.ask("what is a black cat")
    for unusable in (" ", "long " * 20):
        with pytest.raises(QueryError):
            chat.ask(unusable)
    assert chat.ask("why?").searched == "what is a black cat why?"
    assert [turn.question for turn in chat.turns] == ["what is a black cat", "why?"]


def test_a_transcript_is_written_on_request_and_over_nothing(chat: Chat, tmp_path: Path) -> None:
    """With the sources of each answer."""
    path = tmp_path / "talk.md"
    with pytest.raises(ConfigError, match="Nothing was said"):
        chat.save(path)
    chat.ask("what is a black cat")
    chat.ask("why?")
    chat.save(path)
    written = path.read_text("utf-8")
    assert written == (
        "## what is a black cat\n\nwhat is a black cat\n\n"
        "Sources:\n- q1: What is a cat? (pets:3-5)\n\n"
        "## why?\n\nwhat is a black cat why?\n\n"
        "Sources:\n- q1: What is a cat? (pets:3-5)\n"
    )
    with pytest.raises(ConfigError, match="is there already"):
        chat.save(path)
    assert path.read_text("utf-8") == written
    with pytest.raises(ConfigError, match="cannot be written"):
        chat.save(tmp_path / "none" / "talk.md")
    with pytest.raises(ConfigError, match="cannot be written"):
        chat.save(tmp_path / "null\0character.md")


def test_what_cannot_be_encoded_is_written_all_the_same(chat: Chat, tmp_path: Path) -> None:
    """A terminal gives half a character for a byte that is no UTF-8."""
    chat.ask("what is a \udcff cat")
    chat.save(tmp_path / "talk.md")
    assert "## what is a ? cat" in (tmp_path / "talk.md").read_text("utf-8")


def test_a_line_with_a_slash_is_a_command() -> None:
    """Any other is a question."""
    assert read_command("what is /new?") is None
    assert read_command(" /new ") == Command("new")
    assert read_command("/SAVE my talk.md") == Command("save", "my talk.md")


@pytest.mark.parametrize(
    ("line", "message"), [("/grade", "no command"), ("/save ", "needs the name")]
)
def test_what_is_no_command_says_what_to_do(line: str, message: str) -> None:
    """In one line."""
    with pytest.raises(ConfigError, match=message) as caught:
        read_command(line)
    assert caught.value.remedy
