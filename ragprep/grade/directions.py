"""Finds parts of an answer in which things rise and fall other than in a point; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ragprep.grade.flags import Flag, is_hedged
from ragprep.text.content import FILLERS, content_words
from ragprep.text.opposites import movements
from ragprep.text.sentences import Span
from ragprep.text.words import words

_PART = re.compile(r"[^;\s](?:[^;]*[^;\s])?")


def misdirected(points: Sequence[str], sentences: Sequence[Span]) -> list[Flag]:
    """Return the parts of sentences that have one thing move as a point does and another against.

    "As complexity increases, bias decreases" and "as complexity decreases, bias increases" agree;
    "as complexity increases, bias increases" contradicts both.
    """
    parts = [part for sentence in sentences for part in _parts(sentence)]
    flags = []
    for i, point in enumerate(points):
        stated = _movements(point)
        if len(stated) < 2:
            continue
        for part in parts:
            used = _movements(part.text)
            agreement = {used[name] * stated[name] for name in stated.keys() & used.keys()}
            hedged = is_hedged(part.text) or "without" in words(part.text)
            if len(agreement) == 2 and not hedged:
                flags.append(Flag(i, part, "the directions differ"))
    return flags


def _parts(sentence: Span) -> list[Span]:
    """Return what stands between the semicolons of a sentence, trimmed."""
    return [
        Span(match[0], sentence.start + match.start(), sentence.start + match.end())
        for match in _PART.finditer(sentence.text)
    ]


def _movements(text: str) -> dict[str, int]:
    """Return thing -> 1 where it is said to rise, -1 where to fall: the word before the verb."""
    moves: dict[str, int] = {}
    used = [word for word in content_words(text) if word not in FILLERS]
    for before, verb in pairwise(used):
        if verb in movements() and before not in movements():
            moves.setdefault(before, movements()[verb])
    return moves
