"""The topics of notes that ask nothing: what stands under a heading, or a whole note; pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import PurePath

from ragprep.ingest.blocks import Block, Kind, front_matter
from ragprep.ingest.glossary import plain_terms, terms_of
from ragprep.ingest.lists import as_mark, lists_of
from ragprep.ingest.mark import Mark
from ragprep.ingest.numbering import numbered
from ragprep.ingest.outline import Extent, Outline
from ragprep.ingest.siblings import is_links, is_matter, is_title

_LEAST_WORDS = 3  # what a note alone must say to be one, "Ring of nodes."; a guess
_SENTENCE_WORDS = 6  # of what a title over topics must say; less is a remark ("Mine."); a guess
_SETTING = re.compile(r"(question|title)\s*:\s*(\S.*)")
_NO_TEXT = (
    *(Kind.NAVIGATION, Kind.METADATA, Kind.COMMENT, Kind.RULE, Kind.MARKUP, Kind.FOLD_END),
    Kind.HEADING,
)
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
)


def note_name(path: str) -> str:
    """Return what a note is called by its file: "lock-free.md" -> "lock free"; "" for a text."""
    file = PurePath(path)
    if file.suffix.lower() == ".txt":
        return ""
    return " ".join(re.split(r"[-_\s]+", file.stem)).strip()


def named_note(outline: Outline) -> list[Extent]:
    """Return a note whose settings say `question:` as one entry, else nothing."""
    text = _setting(outline, "question")
    return [_whole(outline, text, asks=True)] if text else []


def runs_of(outline: Outline) -> list[Extent]:
    """Return the numbered items of lists that fill their sections, each with text of its own.

    They are tasks ("1. Name two caches." and below it "L1 and L2."), whatever their verbs.
    """
    heads = [block.first for block in outline.headings]
    extents: list[Extent] = []
    starts = [block.first for block in outline.blocks if block.kind not in _NO_TEXT]
    for items in lists_of(outline.blocks):
        numbers = [block.marker.strip("().、．") for block in items]
        runs_on = numbers == [str(n) for n in range(1, len(items) + 1)]
        at = bisect_left(starts, items[0].first)
        above = bisect_left(heads, items[0].first)
        opens = (starts[at - 1] if at else -1) <= (heads[above - 1] if above else -1)
        if len(items) < 2 or items[0].depth or not runs_on or not opens:
            continue
        ends = [*(block.first for block in items[1:]), _end(outline, heads, items[-1])]
        bodies = [
            any(line.strip() for line in outline.lines[block.last + 1 : end])
            for block, end in zip(items, ends, strict=True)
        ]
        if 5 * sum(bodies) >= 4 * len(items):
            extents += [Extent(as_mark(b), end) for b, end in zip(items, ends, strict=True)]
    return sorted(extents)


def topics_of(outline: Outline, name: str) -> list[Extent]:
    """Return the topics of a guide without questions.

    In a glossary they are its terms. A heading with text of its own is a topic with all below it;
    the guide's title over several headings is one up to the first of them if its text says
    something. One with only headings below it is a section. Failing such headings, the whole note
    is one, by its `title` or its file's name.

    Args:
        outline: of the guide.
        name: of the note; "" when its file's name says nothing.
    """
    topics = _under_headings(outline)
    plain = not (name or outline.headings)
    if terms := terms_of(outline, topics) or (plain_terms(outline) if plain else []):
        return terms
    if len(topics) > 1:
        return [*_opening(outline, topics[0]), *topics]
    title = _setting(outline, "title") or ("" if outline.headings else name)
    if title:
        topics = [_whole(outline, title, asks=False)]
    if topics and _words(outline, topics[0]) < _LEAST_WORDS:
        return []
    return topics


def _opening(outline: Outline, first: Extent) -> list[Extent]:
    """Return the title of a guide with the text between it and the first topic, if that tells."""
    block = outline.headings[0]
    end = outline.headings[1].first
    number, _, text = numbered(block.text)
    mark = Mark(block.first, block.last, "heading", block.level, 0, text, "", number)
    opening = Extent(mark, end)
    if first.mark.line <= block.first or is_title(block.text):
        return []
    links = is_links(outline, block.last + 1, end)
    return [] if links or _words(outline, opening) < _SENTENCE_WORDS else [opening]


def _setting(outline: Outline, key: str) -> str:
    for line in outline.lines[: front_matter(outline.lines)]:
        match = _SETTING.match(line)
        if match and match[1] == key:
            return match[2].strip().strip("\"'")
    return ""


def _whole(outline: Outline, text: str, *, asks: bool) -> Extent:
    size = front_matter(outline.lines)
    mark = Mark(0, size - 1, "heading", 0, 0, text, asks=asks)
    return Extent(mark, len(outline.lines))


def _under_headings(outline: Outline) -> list[Extent]:
    headings = outline.headings
    heads = [block.first for block in headings]
    texts = [block.first for block in outline.blocks if block.kind not in _NO_TEXT]
    lone = sum(block.level == headings[0].level for block in headings) == 1 if headings else False
    topics: list[Extent] = []
    end = 0
    for at, block in enumerate(headings):
        if block.first < end:
            continue
        following = headings[at + 1] if at + 1 < len(headings) else None
        until = following.first if following else len(outline.lines)
        has_text = bisect_left(texts, block.last + 1) < bisect_left(texts, until)
        opens = at == 0 and lone and len(headings) > 2
        if not has_text or opens:
            continue
        end = _end(outline, heads, block)
        if is_matter(block.text) and is_links(outline, block.last + 1, end):
            continue
        number, _, text = numbered(block.text)
        mark = Mark(block.first, block.last, "heading", block.level, 0, text, "", number)
        topics.append(Extent(mark, end))
    return topics


def _end(outline: Outline, heads: Sequence[int], block: Block) -> int:
    """Return where what begins with a block ends: a heading that is not below it."""
    level = block.level or 7
    for at in range(bisect_right(heads, block.first), len(heads)):
        if outline.headings[at].level <= level:
            return heads[at]
    return len(outline.lines)


def _words(outline: Outline, topic: Extent) -> int:
    lines: Sequence[str] = outline.lines[topic.mark.last + 1 : topic.end]
    return sum(len(_WORD.findall(line)) for line in lines)
