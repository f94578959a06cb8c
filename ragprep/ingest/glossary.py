"""The terms of a glossary: bold words, each with its meaning beside it; pure.

- **Mutex**: a lock that one thread holds.        **Mutex** - a lock that one thread holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Carrier, Mark
from ragprep.ingest.oneline import without_sign
from ragprep.ingest.outline import Extent, Outline

_LEAST = 3  # terms that are a glossary; a guess
_TERM = re.compile(r"(\*\*|__)(?=\S)(.{1,100}?)\1(.*)")
_NO_TEXT = (Kind.NAVIGATION, Kind.METADATA, Kind.COMMENT, Kind.RULE, Kind.MARKUP, Kind.HEADING)


def terms_of(outline: Outline, topics: Sequence[Extent]) -> list[Extent]:
    """Return the terms of a guide all of whose topics hold nothing but terms; else nothing.

    Args:
        outline: of the guide.
        topics: what stands under its headings; none where it has no headings.
    """
    whole = Extent(Mark(0, -1, "heading", 0, 0, ""), len(outline.lines))
    terms: list[Extent] = []
    for topic in topics or [whole]:
        if outline.headings and not topics:
            return []
        marks = _terms_in(outline, topic)
        if not marks:
            return []
        ends = [*(mark.line for mark in marks[1:]), topic.end]
        terms += [Extent(mark, end) for mark, end in zip(marks, ends, strict=True)]
    names = {term.mark.text.casefold() for term in terms}
    return terms if len(terms) >= _LEAST and len(names) == len(terms) else []


def _terms_in(outline: Outline, topic: Extent) -> list[Mark]:
    """Return a mark for each block of a topic, if all that are in no list item are terms."""
    start = bisect_left(outline.firsts, topic.mark.last + 1)
    stop = bisect_left(outline.firsts, topic.end)
    blocks = [b for b in outline.blocks[start:stop] if b.kind not in _NO_TEXT and not b.depth]
    marks = [_term(block) for block in blocks]
    terms = [mark for mark in marks if mark]
    return terms if len(terms) == len(marks) else []


def _term(block: Block) -> Mark | None:
    match = _TERM.match(block.text) if block.kind in (Kind.ITEM, Kind.BOLD) else None
    if match is None:
        return None
    term, meaning = match[2].rstrip(), match[3].strip()
    bare = term.rstrip(":：")
    rest = without_sign(meaning)
    if not rest or (bare == term and rest == meaning):
        return None
    carrier: Carrier = "item" if block.kind is Kind.ITEM else "bold"
    return Mark(block.first, block.last, carrier, 0, 0, bare.rstrip(), rest)
