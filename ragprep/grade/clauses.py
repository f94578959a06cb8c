"""Cuts an answer into clauses, punctuated or not, and keeps their places in it; pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ragprep.text.content import is_verb
from ragprep.text.sentences import Span, sentences
from ragprep.text.word_lists import read_words
from ragprep.text.words import words

_STRONG = (
    r"\s*;\s*|\s+[-–—]{1,2}\s+|,?\s+\b(?:whereas|while|but|although|though|however|because)\b\s+"
)
_WEAK = r",\s+(?:and\s+|so\s+|which\s+)?|\s+\b(?:and then|and|so that|so)\b\s+"
_CUT = re.compile(rf"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.IGNORECASE)
_SIGHT = 200
"""Characters looked at on either side of a cut, so that time grows linearly with the text."""
_INVISIBLE = "Cc", "Cf", "Co", "Cs"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An answer without what nobody can see, and where each of its characters stood.

    Attributes:
        text: without control and format characters (zero-width spaces, tags), but for line ends;
            a run of whitespace is one character of it, a line end if there is one.
        origin: for each character its place in the answer as it was given.
        gaps: the places there at which a visible stretch was left out, in order.
    """

    text: str
    origin: tuple[int, ...]
    gaps: tuple[int, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of `text` stands in the answer as it was given.

        Of a stretch that runs over gaps, where its longest part without one stands.
        """
        seams = [i for i in range(start + 1, end) if self._gap_before(i)]
        parts = list(pairwise([start, *seams, end]))
        first, last = max(parts, key=lambda part: part[1] - part[0])
        body = self.text[first:last]
        first += len(body) - len(body.lstrip())
        last -= len(body) - len(body.rstrip())
        return self.origin[first], self.origin[last - 1] + 1

    def without(self, gaps: list[Span]) -> Cleaned:
        """Return the same without some stretches, which do not overlap, and outer whitespace.

        A "?" or "!" right behind a gap becomes a full stop: it closed the text that was removed,
        and now closes the statement before it.
        """
        keep = [True] * len(self.text)
        for gap in gaps:
            keep[gap.start : gap.end] = [False] * (gap.end - gap.start)
        behind = {gap.end for gap in gaps}
        kept: list[tuple[int, str]] = []
        for i, char in enumerate(self.text):
            if not keep[i]:
                continue
            if i in behind and kept and not kept[-1][1].isspace() and char in "?!":
                kept.append((i, "."))
            elif not (i in behind and kept and kept[-1][1].isspace() and char.isspace()):
                kept.append((i, char))
            elif char == "\n":
                kept[-1] = i, char
        text = "".join(char for _, char in kept)
        first = len(text) - len(text.lstrip())
        last = len(text.rstrip())
        return Cleaned(
            text[first:last],
            tuple(self.origin[i] for i, _ in kept[first:last]),
            tuple(sorted({*self.gaps, *(self.origin[gap.start] for gap in gaps)})),
        )

    def _gap_before(self, i: int) -> bool:
        gap = bisect_right(self.gaps, self.origin[i - 1])
        return gap < len(self.gaps) and self.gaps[gap] < self.origin[i]


def clean(answer: str) -> Cleaned:
    """Return `answer` without characters that cannot be seen, and without surplus whitespace."""
    kept: list[tuple[int, str]] = []
    for i, char in enumerate(answer):
        if char not in "\n\t" and unicodedata.category(char) in _INVISIBLE:
            continue
        if not char.isspace():
            kept.append((i, char))
        elif not kept or not kept[-1][1].isspace():  # patterns take quadratic time for long runs
            kept.append((i, "\n" if char == "\n" else " "))
        elif char == "\n":
            kept[-1] = i, char
    return Cleaned("".join(char for _, char in kept), tuple(i for i, _ in kept)).without([])


def clauses(text: str) -> list[Span]:
    """Return the clauses of `text`, trimmed: sentences, cut where both sides have a verb.

    "L1 zeroes weights and L2 shrinks them" is two, "bias and variance" is none by itself. A
    dictated text without a single mark is cut at its conjunctions in the same way.
    """
    return [clause for sentence in sentences(text) for clause in clauses_of(sentence)]


def clauses_of(sentence: Span) -> list[Span]:
    """Return the clauses of one sentence, with places in the text it comes from."""
    pieces: list[Span] = []
    start = 0
    for cut in _CUT.finditer(sentence.text):
        left = sentence.text[max(start, cut.start() - _SIGHT) : cut.start()]
        right = sentence.text[cut.end() : cut.end() + _SIGHT]
        whole = len(words(left)) >= 2 <= len(words(right)) if cut["strong"] else _cuts(left, right)
        if whole:
            pieces += _trimmed(sentence, start, cut.start())
            start = cut.end()
    return pieces + list(_trimmed(sentence, start, len(sentence.text)))


def _cuts(left: str, right: str) -> bool:
    """Whether "and" or a comma stands between two clauses: a verb before it, another soon after."""
    soon = words(right)[:5]
    return _has_verb(words(left)) and len(words(left)) >= 2 <= len(soon) and _has_verb(soon)


def _has_verb(spoken: list[str]) -> bool:
    return any(word in read_words("auxiliaries") or is_verb(word) for word in spoken)


def _trimmed(sentence: Span, start: int, end: int) -> Iterator[Span]:
    """Yield a stretch of a sentence without the marks around it; nothing if there are no words."""
    text = sentence.text[start:end]
    lead = len(text) - len(text.lstrip(" \n-*•+–,;:"))
    body = text[lead:].rstrip(" \n,;")
    if words(body):
        first = sentence.start + start + lead
        yield Span(body, first, first + len(body))
