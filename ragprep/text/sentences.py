"""Cuts a text into sentences; English abbreviations end none, whichever rule cuts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ragprep.text.word_lists import read_words

_ABBREVIATIONS = "|".join(map(re.escape, sorted(read_words("dotted"))))
_ABBREVIATED = re.compile(rf"(?:^|[\s(])(?:{_ABBREVIATIONS}|[A-Za-z])\.$", re.IGNORECASE)
_LONGEST = 12
"""Characters before a full stop that tell whether it is an abbreviation's."""

_END = re.compile(r"[.!?][\"'”’)\]]*(?:\s+|$)|[。！？]\s*|\n+\s*(?:[-*•+–]\s+|\d+[.)]\s+)?")
_PROSE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W_])|[。！？]\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: `text` stands there from `start` to `end`."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """Return the sentences and list items of `text`; a line end closes one, as people type.

    Each has the whitespace and the list mark behind it: joined, they are the text.
    """
    spans, start = [], 0
    for end in _END.finditer(text):
        if is_abbreviated(text[start : end.start() + 1]) and "\n" not in end[0]:
            continue
        if text[start : end.end()].strip():
            spans.append(Span(text[start : end.end()], start, end.end()))
            start = end.end()
    if text[start:].strip():
        spans.append(Span(text[start:], start, len(text)))
    return spans


def prose_sentences(paragraph: str) -> Iterator[tuple[str, int]]:
    """Yield each sentence of a paragraph on one line, and where in the paragraph it starts.

    A line end closes none: "For squared error loss:" and the formula on the next line are one.
    """
    start = 0
    for end in _PROSE_END.finditer(paragraph):
        stop = end.start() + len(end[0].rstrip())
        if not is_abbreviated(paragraph[start:stop]):
            if sentence := " ".join(paragraph[start:stop].split()):
                yield sentence, start
            start = end.end()
    if sentence := " ".join(paragraph[start:].split()):
        yield sentence, start


def is_abbreviated(text: str) -> bool:
    """Return whether `text` ends with an abbreviation ("e.g.") or an initial ("J.")."""
    return _ABBREVIATED.search(text[-_LONGEST:]) is not None
