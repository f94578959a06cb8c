"""Which statements of one entry answer a question: those of the point asked about, or all; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.text.content import topic_words
from ragprep.text.word_lists import read_words
from ragprep.text.words import words
from ragprep.types.search import Cosines

FEW = 3
"""So few statements are shown together, unless the question names one of them."""
PAIR = 2
"""Two are shown together always: an entry of two sets them against each other."""
NEAR = 0.15
"""Statements this close in cosine to the closest one are about the same point. Measured on the dev
halves of eval/statements.jsonl and eval/answers.dev.jsonl: 0.1 shows 1.63 statements for a point
and 0.15 shows 1.69, both with all facts of the answers; 0.05 loses 3 of 100 facts."""
NAME = 5
"""A name before a colon has at most so many words."""

COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|distinguish\w*|versus|vs|unlike|between)\b",
    re.IGNORECASE,
)
JOINS = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!]\s+\S")
_MARK = re.compile(r"(?:[-*+]|\d+[.)])\s+")


def relevant(
    question: str, title: str, statements: Sequence[str], cosines: Cosines | None
) -> list[int]:
    """Return the places of the statements that answer `question`, in order; all where in doubt.

    A question is about a point of an entry where a statement is closer to it than the question of
    the entry is, or where it names one: "ReLU: ..." and "what does ReLU do?". One that asks for
    several things, or that the first sentence of the entry answers best, gets all.

    Args:
        question: as asked.
        title: the question of the entry.
        statements: of the entry, with their list marks.
        cosines: of the question to each statement and to `title`; None when not known.
    """
    every = list(range(len(statements)))
    if len(statements) <= PAIR or _asks_for_several(question):
        return every
    named = _named(question, title, statements)
    if cosines is None or len(statements) <= FEW:
        return named or every
    best = max(every, key=lambda place: cosines.statements[place])
    opens = best == 0 and not _MARK.match(statements[0]) and not _name(statements[0])
    if opens or cosines.statements[best] <= cosines.question or best in named:
        return named or every
    least = cosines.statements[best] - NEAR
    near = [place for place in every if cosines.statements[place] >= least]
    return _with_referents(near, statements) if 2 * len(near) <= len(every) else every


def _asks_for_several(question: str) -> bool:
    several = (COMPARES, JOINS, _SENTENCE_END)
    return any(pattern.search(question) for pattern in several)


def _named(question: str, title: str, statements: Sequence[str]) -> list[int]:
    """Return the places of the statements whose name `question` has, the fullest name only.

    A name that the title has too counts only where the question does not have all of the title:
    "how is recall computed" names one of "precision and recall", "precision and recall" none.
    """
    asked, entitled = topic_words(question), topic_words(title)
    names: dict[int, set[str]] = {}
    for place, statement in enumerate(statements):
        name = _name(statement)
        forms = [topic_words(form) for form in (name, *re.split(r"[()/]", name))]
        fitting = [form for form in forms if form and form <= asked]
        if entitled <= asked:
            fitting = [form for form in fitting if form - entitled]
        if fitting:
            names[place] = max(fitting, key=len)
    return [place for place, name in names.items() if not any(name < n for n in names.values())]


def _name(statement: str) -> str:
    """Return what stands before the colon of a statement, "" where that is no name."""
    name, colon, _ = _MARK.sub("", statement, count=1).partition(": ")
    return name if colon and len(words(name)) <= NAME else ""


def _with_referents(places: Sequence[int], statements: Sequence[str]) -> list[int]:
    """Add to a sentence that begins with a pronoun the one before it."""
    needed = set(places)
    for place in sorted(places, reverse=True):
        first = words(statements[place])[:1]
        if place and read_words("pointing").intersection(first):
            needed.add(place - 1)
    return sorted(needed)
