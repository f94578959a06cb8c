"""The topics of notes that ask nothing: what stands under a heading, or a whole note; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.ingest.blocks import Block, Kind, front_matter
from ragprep.ingest.marks import Mark, numbered
from ragprep.ingest.segment import Extent, Outline

_LEAST_WORDS = 5  # what one heading alone must say below it to be a note; a guess
_SETTING = re.compile(r"(question|title)\s*:\s*(\S.*)")


def topics_of(outline: Outline) -> list[Extent]:
    """Return the topics of a guide without questions.

    A heading with text of its own is a topic with all below it; one with only headings below it
    is a section. Failing such headings, the whole note is one topic when it has a `title`.
    """
    topics = _under_headings(outline)
    if len(topics) == 1 and _words(outline, topics[0]) < _LEAST_WORDS:
        return []
    return topics


def named_note(outline: Outline) -> list[Extent]:
    """Return a note whose settings say `question:` as one entry, else nothing."""
    for i in range(front_matter(outline.lines)):
        match = _SETTING.match(outline.lines[i])
        if match and match[1] == "question":
            text = match[2].strip().strip("\"'")
            mark = Mark(i, front_matter(outline.lines) - 1, "heading", 0, 0, text, asks=True)
            return [Extent(mark, len(outline.lines))]
    return []


def _under_headings(outline: Outline) -> list[Extent]:
    headings = outline.headings
    size = len(outline.lines)
    texts = [b.first for b in outline.blocks if b.kind not in _NO_TEXT and not _is_heading(b)]
    topics: list[Extent] = []
    lone = sum(block.level == headings[0].level for block in headings) == 1 if headings else False
    end = 0
    for at, block in enumerate(headings):
        if block.first < end:
            continue
        following = headings[at + 1] if at + 1 < len(headings) else None
        until = following.first if following else size
        has_text = any(block.last < line < until for line in texts)
        opens = at == 0 and lone and following is not None and following.level > block.level
        if not has_text or opens:
            continue
        after = (b.first for b in headings[at + 1 :] if b.level <= block.level)
        end = next(after, size)
        number, _, text = numbered(block.text)
        mark = Mark(block.first, block.last, "heading", block.level, 0, text, "", number)
        topics.append(Extent(mark, end))
    return topics


def _is_heading(block: Block) -> bool:
    return block.kind is Kind.HEADING and not block.depth


def _words(outline: Outline, topic: Extent) -> int:
    lines: Sequence[str] = outline.lines[topic.mark.last + 1 : topic.end]
    return sum(len(line.split()) for line in lines)


_NO_TEXT = (Kind.NAVIGATION, Kind.METADATA, Kind.COMMENT, Kind.RULE, Kind.MARKUP, Kind.FOLD_END)
