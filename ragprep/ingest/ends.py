"""Where the answers of a guide end; pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ragprep.ingest.blocks import Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.outline import Extent, Outline, heading_key


def extents_from(outline: Outline, chosen: Sequence[Mark]) -> list[Extent]:
    """Return where each answer ends.

    At the next question, at a heading that is not below its own (any heading, when the question
    is none), or where its fold, callout or list does.
    """
    starts = [mark.line for mark in chosen]
    heads = [block.first for block in outline.headings]
    extents = []
    for at, mark in enumerate(chosen):
        end = starts[at + 1] if at + 1 < len(starts) else len(outline.lines)
        if mark.end >= 0:
            end = min(end, mark.end)
        else:
            end = min(end, _heading_after(outline, heads, mark, end))
            end = min(end, _end_of_kind(outline, mark, end))
        extents.append(Extent(mark, end))
    return extents


def _heading_after(outline: Outline, heads: Sequence[int], mark: Mark, end: int) -> int:
    level = mark.level if mark.carrier in ("heading", "quoted") else 7
    body = next((i for i in range(mark.last + 1, end) if outline.lines[i].strip()), end)
    for at in range(bisect_left(heads, mark.last + 1), len(heads)):
        block = outline.headings[at]
        if block.first >= end:
            break
        if block.level > level:
            continue
        may_go_on = block.first == body or block.level == level
        if not (may_go_on and heading_key(block.text) in outline.repeated):
            return block.first
    return end


def _end_of_kind(outline: Outline, mark: Mark, end: int) -> int:
    """Return where the kind of a mark ends it: an outer item, a rule, a blank line."""
    if mark.carrier not in ("item", "line", "card", "plain"):
        return end
    for at in range(bisect_left(outline.firsts, mark.last + 1), len(outline.firsts)):
        block = outline.blocks[at]
        if block.first >= end:
            break
        outer = block.kind is Kind.ITEM and block.depth < mark.depth
        if mark.carrier == "item" and outer:
            return block.first
        if mark.carrier == "card":
            return min(end, _blank_after(outline.lines, mark.last + 1))
        rule = block.kind is Kind.RULE and mark.carrier != "item"
        letter = block.kind is Kind.LABEL and block.text[:2] in ("C:", "c:")
        if rule or (mark.carrier == "line" and letter):
            return block.first
        if mark.carrier == "item" and not mark.depth:
            break
    return end


def _blank_after(lines: Sequence[str], start: int) -> int:
    return next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
