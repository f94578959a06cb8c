"""What every line of a guide counts as: entry, section, metadata, blank or left out; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ragprep.ingest.answers import is_bare
from ragprep.ingest.blocks import Kind
from ragprep.ingest.numbering import numbered
from ragprep.ingest.origin import joined
from ragprep.ingest.outline import Outline
from ragprep.ingest.plain import title
from ragprep.types.guide import Entry, Role, Span


def account_of(outline: Outline, entries: Sequence[Entry]) -> tuple[Span, ...]:
    """Return every line of a guide in exactly one span, in order.

    Args:
        outline: of the guide.
        entries: in the guide's order; their lines do not overlap.
    """
    roles = _block_roles(outline, entries)
    spans: list[Span] = []
    start = 0
    for first, last, label in [*((*entry.lines, entry.label) for entry in entries), (0, 0, "")]:
        end = first - 1 if first else len(outline.lines)
        between = [
            roles.get(i) or (_BLANK if is_bare(outline.lines[i]) else _LEFT_OUT)
            for i in range(start, end)
        ]
        spans += joined(between, start + 1)
        if first:
            spans.append(Span(first, last, Role.ENTRY, label))
        start = last
    return tuple(spans)


def missed(outline: Outline, account: Sequence[Span]) -> int:
    """Return how many lines that look like questions are in no entry."""
    left_out = [span for span in account if span.role is Role.LEFT_OUT]
    starts = [span.first for span in left_out]
    count = 0
    for mark in outline.marks:
        at = bisect_right(starts, mark.line + 1) - 1
        count += mark.asks and at >= 0 and mark.line < left_out[at].last
    return count


def _block_roles(outline: Outline, entries: Sequence[Entry]) -> dict[int, tuple[Role, str]]:
    """Return what lines count as by the block that they are in, where that is known."""
    roles: dict[int, tuple[Role, str]] = {}
    for block in outline.blocks:
        role = _BY_KIND.get(block.kind)
        if role and not (block.kind is Kind.FOLD_END and block.text):
            roles.update(dict.fromkeys(range(block.first, block.last + 1), role))
    sections = {name for entry in entries for name in entry.section}
    tops = [block for block in outline.headings if block.level == 1]
    starts = {entry.lines[0] - 1 for entry in entries}
    for block in outline.blocks:
        if block.kind is Kind.TABLE and not starts.isdisjoint(range(block.first, block.last + 1)):
            lines = range(block.first, min(block.first + 2, block.last + 1))
            head = outline.lines[block.first].lstrip()[:1] != "<"  # HTML's cells say "th"
            roles.update((i, _HEAD) for i in lines if head or "<th" in outline.lines[i].lower())
        elif block.kind is Kind.ITEM and sections and block.first not in starts:
            name = title(numbered(block.text)[2])
            if name in sections:
                roles[block.first] = Role.SECTION, name
    for block in outline.headings:
        if block.first in starts:
            continue
        names = {title(block.text), title(numbered(block.text)[2])}
        if names & sections or (len(tops) == 1 and block is tops[0]):
            role = Role.SECTION, title(block.text)
            roles.update(dict.fromkeys(range(block.first, block.last + 1), role))
    return roles


_HEAD = Role.METADATA, "head of a table"
_BLANK = Role.BLANK, ""
_LEFT_OUT = Role.LEFT_OUT, "in no entry"
_BY_KIND = {
    Kind.METADATA: (Role.METADATA, "settings and properties"),
    Kind.COMMENT: (Role.METADATA, "comment"),
    Kind.NAVIGATION: (Role.METADATA, "links within the page, badges"),
    Kind.FOLD_END: _BLANK,
    Kind.MARKUP: _BLANK,
}
