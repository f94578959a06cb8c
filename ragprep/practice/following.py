"""Which entry of today is which of before: by content, by id, by similarity; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ragprep.ingest.aliases import entry_hash
from ragprep.types.guide import Entry

SAME_FROM = 0.65
"""Similarity from which two texts are the same entry. The most similar of the shipped guide's 100
entries ("How do you implement ... from scratch?", both in code) have 0.64, half of them below 0.35
to any other."""

LONG = 30
"""Words and pairs of words from which an answer tells an entry by itself. A guess."""

SAME_ID = 0.3
"""What the same id, and so the same question in the same guide, adds to a similarity. A guess."""


_Pieces = frozenset[str]


@dataclass(frozen=True, slots=True)
class Content:
    """Question and answer of an entry as they stood, and their hash."""

    hash: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Match:
    """A known entry and the entry of today that it is; None where it is gone."""

    known: str
    entry: Entry | None
    similarity: float


def content_of(entry: Entry) -> Content:
    """Return an entry's content."""
    return Content(entry_hash(entry), entry.question, entry.answer)


def similarity(first: Content, second: Content) -> float:
    """Return how much of two texts is the same, 0 to 1.

    It is the mean of questions and answers, by the Dice coefficient of their words and pairs of
    words, or that of the answers alone where they are long and it is higher.
    """
    return 1.0 if first.hash == second.hash else _alike(_cut(first), _cut(second))


def answers_alike(first: Content, second: Content) -> float:
    """Return how much of two answers is the same, 0 to 1."""
    return _dice(_pieces(first.answer), _pieces(second.answer))


def follow(
    known: Mapping[str, Content],
    entries: Sequence[Entry],
    rejected: Collection[tuple[str, str]] = (),
) -> list[Match]:
    """Return for each known entry which one of today it is, each of today at most once.

    What kept its id and its content stays; then what kept its content; then the most similar
    first, of equals the one with the same id; then what kept its id alone.

    Args:
        known: content of entries when they were last seen, by their id then.
        entries: of today.
        rejected: pairs of a known id and an id of today of which the person said that they are
            not the same.
    """
    matches: dict[str, Match] = {}
    free = {entry.id: (entry, content_of(entry)) for entry in entries}

    def take(old: str, new: str, alike: float) -> None:
        if old not in matches and new in free and (old, new) not in rejected:
            matches[old] = Match(old, free.pop(new)[0], alike)

    for old, content in known.items():
        if old in free and free[old][1].hash == content.hash:
            take(old, old, 1.0)
    by_hash: dict[str, list[str]] = {}
    for new, (_, content) in free.items():
        by_hash.setdefault(content.hash, []).append(new)
    for old, content in known.items():
        for new in by_hash.get(content.hash, ()):
            take(old, new, 1.0)
    left = {old: content for old, content in known.items() if old not in matches}
    for _, alike, old, new in _pairs(left, {new: content for new, (_, content) in free.items()}):
        take(old, new, alike)
    for old, content in left.items():
        if old in free:
            take(old, old, similarity(content, free[old][1]))
    return [matches.get(old) or Match(old, None, 0.0) for old in known]


def _pairs(
    known: Mapping[str, Content], entries: Mapping[str, Content]
) -> list[tuple[float, float, str, str]]:
    """Return pairs similar enough, best first: minus their rank, similarity, and both ids."""
    new = {key: _cut(content) for key, content in entries.items()}
    pairs = []
    for old, content in known.items():
        before = _cut(content)
        for key, now in new.items():
            alike = _alike(before, now)
            if alike >= SAME_FROM:
                pairs.append((-alike - SAME_ID * (key == old), alike, old, key))
    return sorted(pairs)


def _alike(first: tuple[_Pieces, _Pieces], second: tuple[_Pieces, _Pieces]) -> float:
    answers = _dice(first[1], second[1])
    mean = (_dice(first[0], second[0]) + answers) / 2
    return max(mean, answers) if min(len(first[1]), len(second[1])) >= LONG else mean


def _cut(content: Content) -> tuple[_Pieces, _Pieces]:
    return _pieces(content.question), _pieces(content.answer)


def _pieces(text: str) -> _Pieces:
    words = re.findall(r"\w+|[^\w\s]", text.casefold())
    return frozenset([*words, *map(" ".join, pairwise(words))])


def _dice(first: _Pieces, second: _Pieces) -> float:
    if not first and not second:
        return 1.0
    return 2 * len(first & second) / (len(first) + len(second))
