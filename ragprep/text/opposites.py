"""Words with an opposite, and words that deny; English only, as lists, which tell no meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ragprep.text.stems import stem
from ragprep.text.word_lists import read_lines, read_words

Pole = tuple[str, int]
"""An axis of lists/axes.txt, and which end of it: +1 the first, -1 the second."""

DIRECTIONS = frozenset({"amount", "speed", "extreme", "quality", "cause"})
"""Axes along which things change: a change must stand in the source, though in other words."""

CAUSES: Pole = ("cause", -1)
"""What something causes is seldom said in so many words; a list under it is enough."""

SAME: Mapping[Pole, Pole] = {
    ("amount", -1): ("cause", 1),
    ("cause", 1): ("amount", -1),
    ("quality", 1): ("amount", 1),
    ("amount", 1): ("quality", 1),
}
"""What may stand for each other: less overfitting is overfitting prevented."""

NEGATORS = frozenset({"not", "no", "never", "cannot", "neither", "nor", "without", "hardly"})
"""Words that negate a statement; so does every "n't"."""


@cache
def poles() -> Mapping[str, frozenset[Pole]]:
    """Return word -> where it stands on the axes, for every word that has an opposite there."""
    poles_of: dict[str, set[Pole]] = {}
    for line in read_lines("axes"):
        axis, _, ends = line.partition(":")
        for sign, end in zip((1, -1), ends.split("|"), strict=True):
            for word in end.split():
                poles_of.setdefault(word, set()).add((axis, sign))
    return {word: frozenset(places) for word, places in poles_of.items()}


@cache
def changes() -> frozenset[str]:
    """Return the words of the axes along which things change."""
    return frozenset(word for word, at in poles().items() if any(a in DIRECTIONS for a, _ in at))


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """Return stem -> the stems of its opposites, by the pairs of lists/opposites.txt."""
    opposites_of: dict[str, set[str]] = {}
    for first, second in (map(stem, line.split()) for line in read_lines("opposites")):
        opposites_of.setdefault(first, set()).add(second)
        opposites_of.setdefault(second, set()).add(first)
    return {word: frozenset(opposite_stems) for word, opposite_stems in opposites_of.items()}


@cache
def movements() -> Mapping[str, int]:
    """Return stem -> 1 where it says that something rises, -1 that it falls."""
    return {stem(word): 1 for word in read_words("rising")} | {
        stem(word): -1 for word in read_words("falling")
    }


def is_negation(word: str) -> bool:
    """Return whether `word` negates a statement."""
    return word in NEGATORS or word.endswith("n't")


def has_negation(words: Iterable[str]) -> bool:
    """Return whether a negation stands among `words`."""
    return any(map(is_negation, words))


def is_negated(words: Iterable[str]) -> bool:
    """Return whether an odd number of negations stand among `words`; "without" does not count."""
    return sum(is_negation(word) for word in words if word != "without") % 2 == 1
