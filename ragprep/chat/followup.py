"""Whether a question refers to the one before it, and what to search for then; pure.

No model is asked. Its form says whether a question may refer to another; where the form leaves it
open, the better supported reading is taken: the question alone, or with the last subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ragprep.text.content import STOP_WORDS, topic_words
from ragprep.text.stems import stem
from ragprep.text.word_lists import read_words
from ragprep.text.words import words
from ragprep.types.search import SearchResult

Search = Callable[[str], SearchResult]
"""Gives the best hit for a query, and whether the guides cover it."""

EVEN = 0.5
"""With the last subject a question must be more likely answered than not: relevance is a
probability. Otherwise "is it going to rain?" would be searched for with the subject."""

DOUBT = 0.5
"""A question that refers to another is read alone only where the doubt, 1 - relevance, is at most
this share of the doubt with the subject: what it refers to is missing, so it sounds more general
than it is meant. A guess."""

_CLAUSE_END = re.compile(r"[,;:.?!]\s")
_OPENING = re.compile(
    r"^\s*(?:(?:and|or|but|so|ok|okay|what about|how about)\b[\s,]*)+", re.IGNORECASE
)


class Form(StrEnum):
    """How a question stands to the one before it."""

    CONTINUING = "asks to go on"
    BARE = "names no subject"
    REFERRING = "refers to something before it"
    NAMING = "names a subject"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question may refer to.

    Attributes:
        subject: the last question that the guides cover and that names what it is about.
        title: the question of the entry that answers it, in the guide's words.
    """

    subject: str
    title: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question is taken to ask.

    Attributes:
        query: what to search for.
        result: what the search finds for that.
        follows: whether the last subject is part of it.
    """

    query: str
    result: SearchResult
    follows: bool = False


def form(question: str) -> Form:
    """Return how `question` stands to the one before it, by its words alone.

    "go on" continues; "and what are the benefits?" names no subject; "how do I detect it?" and
    "and from scratch?" refer to one; "what is a feature store?" and "what about dropout?" do not.
    """
    tokens = words(question)
    subjects = _subjects(tokens)
    if not subjects:
        continuations = read_words("continuations")
        return Form.CONTINUING if continuations.issuperset(tokens) else Form.BARE
    relates = words(_without_opening(question))[0] in read_words("prepositions")
    return Form.REFERRING if relates or _points_back(question) else Form.NAMING


def resolve(question: str, topic: Topic | None, search: Search) -> Reading | None:
    """Return how to read `question`; None when it says too little to be searched for.

    Args:
        question: as asked.
        topic: what it may refer to; None when nothing that the guides cover was asked before.
        search: asked for each reading that the form leaves open.
    """
    how = form(question)
    asked = _without_opening(question)
    if topic is None:
        lost = how is not Form.NAMING and (how is not Form.REFERRING or _is_brief(question))
        return None if lost else Reading(asked, search(asked))
    if how is Form.CONTINUING:
        return Reading(topic.title, search(topic.title), follows=True)
    joined = f"{topic.subject} {question}"
    together = Reading(joined, search(joined), follows=True)
    if how is Form.BARE:
        return together
    alone = Reading(asked, search(asked))
    if how is Form.NAMING:
        return together if _is_said_there(question, alone, together) else alone
    if _relevance(together) <= EVEN:
        return alone
    clearer = 1 - _relevance(alone) <= DOUBT * (1 - _relevance(together))
    return alone if clearer and not _is_brief(question) else together


def _subjects(tokens: list[str]) -> list[int]:
    """Return the places of the words that name something."""
    aspects = {stem(word) for word in read_words("aspects")}
    empty = STOP_WORDS | read_words("continuations")
    return [
        place
        for place, word in enumerate(tokens)
        if word not in empty and stem(word) not in aspects
    ]


def _points_back(question: str) -> bool:
    """Return whether the first clause of `question` has a pronoun for what was said before it.

    In a later clause it stands for what the first one names: "it overfits, how do I fix that?". Not
    every such word is a pronoun: "one hot encoding", "the layer that drops units".
    """
    pointing = read_words("pointing")
    tokens = words(_CLAUSE_END.split(question, maxsplit=1)[0])
    for place, word in enumerate(tokens):
        before, after = tokens[place - 1 : place], tokens[place + 1 : place + 2]
        if word == "one" and _subjects(after):
            continue
        if word == "that" and _subjects(after) and set(before) - STOP_WORDS:
            continue
        if word in pointing:
            return True
    return False


def _is_brief(question: str) -> bool:
    """Return whether `question` names so little that it means nothing alone: "is it fast?"."""
    return len(_subjects(words(question))) < 2


def _is_said_there(question: str, alone: Reading, together: Reading) -> bool:
    """Return whether only the entry found with the last subject says what `question` names."""
    if alone.result.covered or _relevance(together) <= EVEN:
        return False
    entry = together.result.hits[0].entry
    tokens = words(question)
    asked = topic_words(" ".join(tokens[place] for place in _subjects(tokens)))
    return asked <= topic_words(f"{entry.question} {entry.answer}")


def _relevance(reading: Reading) -> float:
    hits = reading.result.hits
    return hits[0].relevance if hits else 0.0


def _without_opening(question: str) -> str:
    """Return `question` without "and" or "what about" before it: they blur a query."""
    return _OPENING.sub("", question, count=1)
