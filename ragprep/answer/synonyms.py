"""Which words say the same of a matter, and which say nothing by themselves; English only."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

from ragprep.text.stems import alike, stem
from ragprep.text.word_lists import read_lines, read_words


def fits(word: str, tokens: AbstractSet[str]) -> bool:
    """Return whether `word`, a form or a synonym of it is among `tokens`; all of them stems."""
    if word in tokens or any(alike(word, token) for token in tokens):
        return True
    return any(word in group and not group.isdisjoint(tokens) for group in _groups())


@cache
def generic_words() -> frozenset[str]:
    """Return the stems of words that a paraphrase brings along and that claim nothing."""
    return frozenset(map(stem, read_words("generic_words")))


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(stem, line.split())) for line in read_lines("synonyms"))
