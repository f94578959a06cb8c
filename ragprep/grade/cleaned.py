"""An answer without what nobody can see or grade, and where its other characters stood; pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from ragprep.text.sanitize import is_invisible
from ragprep.text.sentences import Span


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
        if char not in "\n\t" and is_invisible(char):
            continue
        if not char.isspace():
            kept.append((i, char))
        elif not kept or not kept[-1][1].isspace():  # patterns take quadratic time for long runs
            kept.append((i, "\n" if char == "\n" else " "))
        elif char == "\n":
            kept[-1] = i, char
    return Cleaned("".join(char for _, char in kept), tuple(i for i, _ in kept)).without([])
