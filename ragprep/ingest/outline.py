"""A guide as its questions are chosen from: lines, blocks, marks and headings; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.plain import asks, title
from ragprep.ingest.turns import turns_of

_OUTSIDE = (  # kinds that count as something other than an entry
    *(Kind.METADATA, Kind.COMMENT, Kind.NAVIGATION, Kind.FOLD_END, Kind.MARKUP, Kind.TABLE),
)


class Extent(NamedTuple):
    """A question of a guide: its mark, and the line where its answer ends (excluded)."""

    mark: Mark
    end: int


@dataclass(frozen=True)
class Outline:
    """What the marks are chosen from.

    Attributes:
        lines: of the guide.
        blocks: in order.
        marks: in order.
        headings: those outside folds and list items.
        repeated: texts of headings that stand in the guide again and again, such as "Answer".
        answer_labels: words that stand before answers, such as "a" in "A: Because".
        firsts: the first line of each block.
    """

    lines: Sequence[str]
    blocks: Sequence[Block]
    marks: Sequence[Mark]
    headings: Sequence[Block]
    repeated: frozenset[str]
    answer_labels: frozenset[str]
    firsts: Sequence[int]


def outline_of(lines: Sequence[str], blocks: Sequence[Block], marks: Sequence[Mark]) -> Outline:
    """Return what `extents_of` chooses from."""
    headings = []
    depth = 0
    for block in blocks:
        if block.kind is Kind.FOLD:
            depth += block.level and "</details>" not in block.rest
        elif block.kind is Kind.FOLD_END:
            depth = max(depth - 1, 0)
        elif block.kind is Kind.HEADING and not depth and not block.depth:
            headings.append(block)
    texts = Counter(block.text for block in headings)
    repeated = {heading_key(text) for text, times in texts.items() if times > 1 and not asks(text)}
    firsts = [block.first for block in blocks]
    _, labels = turns_of(blocks)
    return Outline(lines, blocks, marks, headings, frozenset(repeated), labels, firsts)


def without_answers(outline: Outline, extents: Sequence[Extent]) -> Outline:
    """Return an outline without the blocks that matter no more once the questions are chosen.

    They hold more memory than the guide. Those that are kept are copied: the others then leave no
    gaps between them, but whole areas of memory for the answers.
    """
    ends = iter([*extents, None])
    blocks = []
    extent = next(ends)
    for block in outline.blocks:
        while extent and extent.end <= block.first:
            extent = next(ends)
        inside = extent is not None and extent.mark.line < block.first
        if block.kind in _OUTSIDE or (block.kind is Kind.ITEM and not inside):
            blocks.append(Block(*block))
    headings = [Block(*block) for block in outline.headings]
    firsts = [block.first for block in blocks]
    return replace(outline, blocks=blocks, headings=headings, firsts=firsts)


def heading_key(text: str) -> str:
    """Return the text of a heading without what does not tell it from another."""
    return title(text).casefold().rstrip(":：. ")
