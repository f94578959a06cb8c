"""A conversation: what is remembered of it, and what is written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep.chat import Chat, Command, read_command
from ragprep.errors import ConfigError, QueryError
from ragprep.types.answer import Answer, Sentence, Source
from ragprep.types.guide import Entry
from ragprep.types.search import Hit, SearchResult, Strength


class Echo:
    """Answers with the question; covers what names a cat or a dog, with an entry for each."""

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Answer:
        sources = (Source("q1", "What is a cat?", (3, 5), "pets"),)
        return Answer(question, question, False, (Sentence(question, ("q1",)),), sources, None)

    def search(self, query: str) -> SearchResult:
        """Return the animal named last, at 0.9."""
        named = re.findall(r"cat|dog", query)
        entry = Entry("x", "x", f"Explain the {(named or [''])[-1]}.", "", (), "pets", (1, 2))
        hit = Hit(entry, 0.9 if named else 0.0, Strength.WEAK, 0.0, "")
        return SearchResult(query, bool(named), (hit,))


@pytest.fixture
def chat() -> Chat:
    """One about cats and dogs."""
    return Chat(Echo)


def searched(chat: Chat, *questions: str) -> list[str]:
    """Ask one after the other."""
    return [chat.ask(question).searched for question in questions]


def test_a_conversation_goes_on_in_another(chat: Chat) -> None:
    """With its subject and its turns; it stays as it is."""
    chat.ask("what is a black cat")
    later = Chat(Echo, after=chat)
    assert searched(later, "why?") == ["what is a black cat why?"]
    assert [len(c.turns) for c in (chat, later)] == [1, 2]


def test_a_question_may_refer_to_the_one_before(chat: Chat) -> None:
    """And the next one to the same subject, until another is named."""
    asked = ["what is a black cat", "why?", "go on", "what is a big dog", "does it bark?"]
    assert searched(chat, *asked) == [
        "what is a black cat",
        "what is a black cat why?",
        "Explain the cat.",
        "what is a big dog",
        "what is a big dog does it bark?",
    ]


def test_the_subject_is_that_of_the_last_question_that_was_covered(chat: Chat) -> None:
    """A question about something else does not end the talk about cats."""
    assert searched(chat, "what is a cat", "what is rust", "why?")[-1] == "what is a cat why?"


def test_a_follow_up_that_led_to_another_entry_moves_the_subject_there(chat: Chat) -> None:
    """The one before is what it was found from."""
    asked = "explain cats", "do they play with a dog?", "why?"
    assert searched(chat, *asked)[-1] == "Explain the dog. why?"


def test_what_refers_to_nothing_is_asked_back(chat: Chat) -> None:
    """It is a turn, and changes nothing."""
    pieces: list[str] = []
    answer = chat.ask("and then?", on_text=pieces.append).answer
    assert (answer.verdict, answer.refused, answer.sources) == ("asked back", True, ())
    assert "".join(pieces) == answer.text
    assert answer.text.startswith("What is this about?")
    assert searched(chat, "what is a cat", "why?")[-1] == "what is a cat why?"


def test_a_new_conversation_remembers_nothing(chat: Chat) -> None:
    """Neither the subject nor the turns."""
    chat.ask("what is a black cat")
    chat.new()
    assert chat.ask("why?").answer.verdict == "asked back"
    assert len(chat.turns) == 1


def test_a_question_that_cannot_be_searched_for_is_no_turn(chat: Chat) -> None:
    """The conversation goes on from where it was."""
    chat.ask("what is a black cat")
    for unusable in (" ", "long " * 9999):
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
