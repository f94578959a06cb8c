"""Records of JSON or YAML as cards: which of them ask, and in what section they stand; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ragprep.ingest.convert.columns import SECTION, key_of
from ragprep.ingest.convert.fields import field_of
from ragprep.ingest.convert.record import card_of, text_of
from ragprep.ingest.convert.tree import Items, Record, Value
from ragprep.ingest.document import Card, Document
from ragprep.ingest.plain import asks
from ragprep.types.guide import Role, Span

_CONTAINERS = frozenset(
    {
        *("questions", "question", "items", "data", "results", "cards", "entries", "list", "qa"),
        *("qas", "qna", "paragraphs", "faq", "faqs", "notes", "children", "content", "contents"),
        *("rows", "train", "test", "intents", "sections", "categories", "topics", "chapters"),
        *("decks", "flashcards", "quiz", "quizzes", "questionbank", "bank", "records", "root"),
        *("mainentity", "interviewquestions", "answers", "examples", "conversations", "messages"),
        *("subtopics", "modules", "units", "groups", "subjects", "pages", "blocks", "body"),
    }
)
_TITLES = ("title", "name", "label", "heading", *SECTION)
_ASKERS = ("user", "human", "interviewer", "question", "q")
_ANSWERERS = ("assistant", "gpt", "model", "bot", "candidate", "answer", "a")
_GLOSSARY_WORDS = 4  # of a text that explains a name, on average; a guess

Section = tuple[str, ...]


def document_of(root: Value, size: int, spans: Sequence[Span] = ()) -> Document:
    """Return the cards of what a file holds.

    Args:
        root: what it holds.
        size: lines of the file.
        spans: lines that are known to be none.
    """
    cards = list(_cards(root, (), (1, size)))
    if not cards:
        cards = list(_glossary(root, ()))
    unnamed = Role.METADATA, "no question and no answer"
    if not cards:
        spans = [*spans, Span(1, size, Role.LEFT_OUT, "records without a question")]
    return Document(size=size, cards=tuple(cards), spans=tuple(spans), unnamed=unnamed)


def _cards(value: Value, section: Section, lines: tuple[int, int]) -> Iterator[Card]:
    if isinstance(value, Items):
        yield from _from_items(value, section)
    elif isinstance(value, Record):
        yield from _from_record(value, section, lines)


def _from_items(items: Items, section: Section) -> Iterator[Card]:
    texts = [value for value in items.values if isinstance(value, str)]
    if texts and len(texts) == len(items.values):
        if 2 * sum(map(asks, texts)) > len(texts):
            for text, lines in zip(texts, items.lines, strict=True):
                if text.strip():
                    yield Card(field_of(text), "", lines, section)
        return
    if turns := _turns(items):
        yield from _conversation(turns, section)
        return
    for value, lines in zip(items.values, items.lines, strict=True):
        if pair := _pair(value):
            yield Card(pair[0], pair[1], lines, section)
        else:
            yield from _cards(value, section, lines)


def _from_record(record: Record, section: Section, lines: tuple[int, int]) -> Iterator[Card]:
    if card := card_of(record, section, lines):
        yield card
        return
    section = _with_title(record, section)
    for name, value, here in zip(record.names, record.values, record.lines, strict=True):
        key = key_of(name)
        question = asks(name) and len(name.split()) > 1
        if question and (answer := text_of(value)):
            yield Card(name, answer, here, section)
        elif isinstance(value, Record) and (
            card := card_of(value, section, here, question=name if question else "")
        ):
            yield card
        elif not isinstance(value, str):
            titled = key in _CONTAINERS or not name.strip() or name.isdecimal()
            yield from _cards(value, section if titled else (*section, name.strip()), here)


def _with_title(record: Record, section: Section) -> Section:
    """Return the section that a record with others in it begins."""
    if all(isinstance(value, str) for value in record.values):
        return section
    for title in _TITLES:
        for name, value in zip(record.names, record.values, strict=True):
            if key_of(name) == title and isinstance(value, str) and 0 < len(value) < 100:
                return (*section, value.strip()) if section[-1:] != (value.strip(),) else section
    return section


def _pair(value: Value) -> tuple[str, str] | None:
    """Return a list of two texts as question and answer."""
    if isinstance(value, Items) and len(value.values) == 2:
        first, second = value.values
        if isinstance(first, str) and isinstance(second, str) and first.strip():
            return field_of(first), field_of(second)
    return None


def _turns(items: Items) -> list[tuple[str, str, tuple[int, int]]]:
    """Return who says what, when a list is a conversation."""
    turns = []
    for value, lines in zip(items.values, items.lines, strict=True):
        if not isinstance(value, Record):
            return []
        keys = {key_of(name): text for name, text in zip(value.names, value.values, strict=True)}
        speaker = keys.get("role", keys.get("from", keys.get("speaker")))
        text = keys.get("content", keys.get("value", keys.get("text")))
        if not isinstance(speaker, str) or not isinstance(text, str):
            return []
        turns.append((speaker.casefold(), text, lines))
    return turns


def _conversation(
    turns: Sequence[tuple[str, str, tuple[int, int]]], section: Section
) -> Iterator[Card]:
    for (asker, question, first), (speaker, answer, last) in pairwise(turns):
        if asker in _ASKERS and speaker in _ANSWERERS and question.strip():
            yield Card(field_of(question), field_of(answer), (first[0], last[1]), section)


def _glossary(value: Value, section: Section) -> Iterator[Card]:
    """Yield names with the texts that explain them, where a file holds no questions."""
    if isinstance(value, Items):
        for inner in value.values:
            yield from _glossary(inner, section)
    if not isinstance(value, Record):
        return
    texts = [text for text in value.values if isinstance(text, str)]
    words = sum(len(text.split()) for text in texts)
    explains = len(texts) > 1 and words >= _GLOSSARY_WORDS * len(texts)
    for name, inner, lines in zip(value.names, value.values, value.lines, strict=True):
        if not isinstance(inner, str):
            titled = key_of(name) in _CONTAINERS
            yield from _glossary(inner, section if titled else (*section, name))
        elif explains and name.strip() and inner.strip():
            yield Card(name, field_of(inner), lines, section)
