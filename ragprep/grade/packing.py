"""How an answer and the points it is graded against become one sequence of tokens; pure.

    [CLS] question [SEP] point 1 [SEP] point 2 [SEP] ... [SEP] answer [SEP]

The judge reads the status of a point at the [SEP] behind it, and the whole answer at [CLS]. One
pass serves all points, and each is read beside its neighbours: what is said of L1 is not taken
for L2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

MAX_TOKENS = 320
"""Of a sequence. The model has 512 positions; its time grows with the length."""
MAX_QUESTION, MAX_POINT, MAX_POINTS = 48, 48, 160
"""Tokens of the question, of one point, and of all points of one sequence."""
OVERLAP = 32
"""Tokens that two windows of a long answer share, so that no sentence is only ever seen cut."""


class Encoding(Protocol):
    """What a tokenizer returns."""

    @property
    def ids(self) -> list[int]:
        """Token numbers."""
        ...


class Tokenizer(Protocol):
    """What is used of a `tokenizers.Tokenizer`."""

    def encode(self, sequence: str, *, add_special_tokens: bool) -> Encoding:
        """Return the tokens of a text."""
        ...

    def token_to_id(self, token: str) -> int:
        """Return the number of a token."""
        ...


@dataclass(frozen=True, slots=True)
class Packed:
    """One sequence for the judge.

    Attributes:
        ids: token numbers.
        types: 0 up to the last point, 1 for the answer.
        marks: position of the [SEP] behind each point.
        points: which points of the entry these are, 0-based.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    marks: tuple[int, ...]
    points: tuple[int, ...]


def pack(tokenizer: Tokenizer, question: str, points: Sequence[str], answer: str) -> list[Packed]:
    """Return the sequences in which every point meets every part of the answer.

    One, unless the points or the answer are too long: then points are dealt to several sequences,
    and the answer to windows that overlap.
    """
    first, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    def tokens(text: str, limit: int) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids[:limit]

    said = tokenizer.encode(answer, add_special_tokens=False).ids
    asked = tokens(question, MAX_QUESTION)
    packed = []
    for group in _groups([tokens(point, MAX_POINT) for point in points]):
        ids, marks = [first, *asked, end], []
        for _, point in group:
            ids += [*point, end]
            marks.append(len(ids) - 1)
        for window in _windows(said, MAX_TOKENS - len(ids) - 1):
            types = [0] * len(ids) + [1] * (len(window) + 1)
            packed.append(
                Packed(
                    ids=(*ids, *window, end),
                    types=tuple(types),
                    marks=tuple(marks),
                    points=tuple(number for number, _ in group),
                )
            )
    return packed


def _groups(points: Sequence[list[int]]) -> list[list[tuple[int, list[int]]]]:
    """Deal numbered points to groups of at most `MAX_POINTS` tokens, in order."""
    groups: list[list[tuple[int, list[int]]]] = []
    room = -1
    for number, point in enumerate(points):
        if len(point) > room:
            groups.append([])
            room = MAX_POINTS
        groups[-1].append((number, point))
        room -= len(point) + 1
    return groups


def _windows(tokens: Sequence[int], size: int) -> list[Sequence[int]]:
    """Cut `tokens` into windows of at most `size` that overlap; one, even of nothing."""
    starts = range(0, max(1, len(tokens) - OVERLAP), size - OVERLAP)
    if len(tokens) <= size:
        return [tokens]
    windows = [tokens[start : start + size] for start in starts]
    assert all(len(a) == size for a, _ in pairwise(windows))
    return windows
