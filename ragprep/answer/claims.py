"""Reads what a text claims: its words in order, its clauses, what goes up or down, what is denied.

It knows English only: of another language it sees words, and no opposites.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ragprep.text.content import STOP_WORDS
from ragprep.text.opposites import Pole, changes, poles
from ragprep.text.stems import stem
from ragprep.text.word_lists import read_lines, read_words
from ragprep.text.words import words

_SIGNS = {" / ": " divided ", " + ": " plus ", " - ": " minus ", " × ": " times ", " = ": " equal "}
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014]|\s-\s|\.\s|\b(?:and|but|while|whereas|when|because|so|which|that|vs|versus"
    r"|as|if|than|(?=without\b|instead\b|rather\b))\b",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that claims one thing.

    Attributes:
        words: its stems, function words left out.
        poles: of each word that has an opposite.
        denied: it says that something is not so.
    """

    words: frozenset[str]
    poles: frozenset[Pole]
    denied: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A text as it is compared.

    Attributes:
        tokens: stems of all words in order, function words and single letters included.
        words: the stems that carry meaning, words for a change left out.
        poles: of all clauses.
        numbers: written in digits or words.
        pairs: neighbours that both have an opposite ("false", "negatives").
        clauses: in order.
    """

    tokens: tuple[str, ...]
    words: frozenset[str]
    poles: frozenset[Pole]
    numbers: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    clauses: tuple[Clause, ...]


def read_claim(text: str) -> Claim:
    """Return what `text` claims."""
    plain = _normal(text)
    clauses = tuple(c for part in _CLAUSE.split(plain) if (c := _clause(part)) is not None)
    spoken = words(plain)
    return Claim(
        tokens=tuple(map(stem, spoken)),
        words=_meaning(spoken),
        poles=frozenset().union(*(clause.poles for clause in clauses)),
        numbers=_numbers(plain, spoken),
        pairs=frozenset(
            (stem(word), stem(following))
            for word, following in itertools.pairwise(spoken)
            if word in poles() and following in poles() and not {word, following} & changes()
        ),
        clauses=clauses,
    )


def _meaning(spoken: Iterable[str]) -> frozenset[str]:
    """Return the stems of words that carry meaning and tell of no change."""
    passed_over = _without_meaning()
    return frozenset(
        stem(word) for word in spoken if word not in passed_over and not word.isdigit()
    )


@cache
def _without_meaning() -> frozenset[str]:
    return STOP_WORDS | changes() | read_words("denials") | _counts().keys()


@cache
def _counts() -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in read_lines("number_words"))


def _clause(text: str) -> Clause | None:
    spoken = words(text)
    if not spoken:
        return None
    denials = read_words("denials")
    at = poles()
    return Clause(
        words=frozenset(
            stem(word)
            for word in spoken
            if word not in STOP_WORDS and word not in denials and word not in at
        ),
        poles=frozenset(pole for word in spoken for pole in at.get(word, ())),
        denied=sum(word in denials for word in spoken) % 2 == 1,
    )


def _normal(text: str) -> str:
    text = re.sub(r"[^\S\n]", " ", text)  # signs stand between spaces, of whatever kind
    plain = " " + text.lower().replace("\u2019", "'") + " "
    plain = plain.replace("can't", "can not").replace("won't", "will not")
    plain = re.sub(r"n't\b", " not", plain)
    plain = plain.replace("cannot", "can not")
    plain = re.sub(r"'s\b|'(?=\s)", "", plain)
    plain = re.sub(r"\bnon[- ](?=\w)", "non", plain)
    plain = re.sub(r"\b(?:go|goes|going|went|gone) up\b", "increases", plain)
    plain = re.sub(r"\b(?:go|goes|going|went|gone) down\b", "decreases", plain)
    for sign, word in _SIGNS.items():
        plain = plain.replace(sign, word)
    return plain


def _numbers(text: str, spoken: list[str]) -> frozenset[str]:
    figures = {match.rstrip(".,") for match in re.findall(r"(?<![^\W\d_])\d+(?:[.,]\d+)*", text)}
    return frozenset(figures | {_counts()[word] for word in spoken if word in _counts()})
