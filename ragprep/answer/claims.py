"""Reads what a text claims: its words in order, its clauses, what goes up or down, what is denied.

It knows English only: of another language it sees words, and no opposites.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ragprep.answer.words import STOPWORDS, stem

_WORD = re.compile(r"[^\W_]+")
_SIGNS = {" / ": " divided ", " + ": " plus ", " - ": " minus ", " × ": " times ", " = ": " equal "}
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014]|\s-\s|\.\s|\b(?:and|but|while|whereas|when|because|so|which|that|vs|versus"
    r"|as|if|than|(?=without\b|instead\b|rather\b))\b",
)
_FIGURES = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
    if word != "one"  # "one of them" counts nothing
} | {"double": "2", "doubles": "2", "twice": "2", "triple": "3", "triples": "3", "half": "0.5"}

_DENIALS = frozenset(
    [
        "not",
        "no",
        "never",
        "cannot",
        "without",
        "neither",
        "nor",
        "none",
        "nothing",
        "nobody",
        "lack",
        "lacks",
        "lacking",
        "ignore",
        "ignores",
        "ignoring",
        "fail",
        "fails",
        "failing",
        "failed",
        "avoid",
        "avoids",
        "avoiding",
        "instead",
        "rather",
        "unable",
        "hardly",
        "except",
        "exclude",
        "excludes",
        "excluding",
        "refuse",
        "refuses",
        "unlike",
    ]
)

_AXES = (
    (
        "increase increases increasing increased grow grows growing more high higher large larger "
        "great greater big bigger rise rises rising raise raises raising boost boosts expand "
        "expands highest largest",
        "decrease decreases decreasing decreased reduce reduces reducing reduced reduction less "
        "low lower lowers lowering small smaller few fewer shrink shrinks shrinking drop drops "
        "lowest smallest diminish diminishes fall falls falling lessen lessens",
    ),
    (
        "fast faster fastest quick quicker quickly speed speeds accelerate accelerates rapid",
        "slow slower slows slowly slowest delay delays",
    ),
    (
        "maximize maximizes maximizing maximum maximal max",
        "minimize minimizes minimizing minimum minimal min",
    ),
    (
        "improve improves improving improved improvement better best enhance enhances easier",
        "worsen worsens worse worst degrade degrades degrading poor poorly bad badly hurt hurts "
        "hard harder difficult",
    ),
    (
        "prevent prevents preventing prevented solve solves solving fix fixes fixing mitigate "
        "mitigates against overcome overcomes combat combats",
        "cause causes causing introduce introduces lead leads leading suffer suffers",
    ),
    ("input inputs", "output outputs"),
    ("early earlier before first", "late later after last"),
    ("near nearest close closest", "far farthest distant"),
    ("true real", "false fake"),
    ("positive positives", "negative negatives"),
    ("forward", "backward"),
    ("training train", "test tests testing"),
    ("same within identical", "different between distinct"),
)
DIRECTIONS = frozenset(range(5))
"""Axes along which things change: a change must stand in the source, though in other words."""

LEADS_TO = (4, -1)
"""What something causes is seldom said in so many words; a list under it is enough."""

SAME = {(0, -1): (4, 1), (4, 1): (0, -1), (3, 1): (0, 1), (0, 1): (3, 1)}
"""What may stand for each other: less overfitting is overfitting prevented."""

_POLES: dict[str, list[tuple[int, int]]] = {}
for _axis, _ends in enumerate(_AXES):
    for _sign, _words in zip((1, -1), _ends, strict=True):
        for _word in _words.split():
            _POLES.setdefault(_word, []).append((_axis, _sign))
_CHANGES = frozenset(w for w, poles in _POLES.items() if any(a in DIRECTIONS for a, _ in poles))


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that claims one thing.

    Attributes:
        words: its stems, function words left out.
        poles: (axis, +1 or -1) of each word that has an opposite.
        denied: it says that something is not so.
    """

    words: frozenset[str]
    poles: frozenset[tuple[int, int]]
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
    poles: frozenset[tuple[int, int]]
    numbers: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    clauses: tuple[Clause, ...]


def read_claim(text: str) -> Claim:
    """Return what `text` claims."""
    plain = _normal(text)
    clauses = tuple(c for part in _CLAUSE.split(plain) if (c := _clause(part)) is not None)
    words = raw_words(plain)
    return Claim(
        tokens=tuple(stem(word) for word in words),
        words=meaning(words),
        poles=frozenset().union(*(clause.poles for clause in clauses)),
        numbers=_numbers(plain, words),
        pairs=frozenset(
            (stem(one), stem(other))
            for one, other in itertools.pairwise(words)
            if one in _POLES and other in _POLES and not {one, other} & _CHANGES
        ),
        clauses=clauses,
    )


def raw_words(text: str) -> list[str]:
    """Return the words of `text` in order, lower-cased: "non-linear" is one, "isn't" two."""
    return _WORD.findall(_normal(text))


def meaning(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of `words` that carry meaning and tell of no change."""
    return frozenset(
        stem(word)
        for word in words
        if word not in STOPWORDS and word not in _CHANGES and word not in _DENIALS
        and word not in _FIGURES and not word.isdigit()
    )  # fmt: skip


def alike(one: str, other: str) -> bool:
    """Return whether two stems are forms of one word: "assum" and "assumpt"."""
    if one == other:
        return True
    longer = max(len(one), len(other))
    if min(len(one), len(other)) < 3:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    prefix = min(len(one), len(other)) if shared is None else shared
    return (prefix >= 4 and prefix >= 0.7 * longer) or (shared is None and longer - prefix == 1)


def _clause(text: str) -> Clause | None:
    words = _WORD.findall(text)
    if not words:
        return None
    poles = frozenset(pole for word in words for pole in _POLES.get(word, ()))
    denied = sum(word in _DENIALS for word in words) % 2 == 1
    stems = frozenset(
        stem(word)
        for word in words
        if word not in STOPWORDS and word not in _DENIALS and word not in _POLES
    )
    return Clause(stems, poles, denied)


def _normal(text: str) -> str:
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


def _numbers(text: str, words: list[str]) -> frozenset[str]:
    figures = {match.rstrip(".,") for match in re.findall(r"(?<![^\W\d_])\d+(?:[.,]\d+)*", text)}
    return frozenset(figures | {_FIGURES[word] for word in words if word in _FIGURES})
