"""Which headings and bold lines are entries beside questions though they do not ask; pure.

"## Sharding" beside "## What is a deadlock?" is an entry as well: what it looks like, not what it
says, makes it one. It is none where it opens or closes the guide ("Introduction", "Resources"),
is a part of answers ("Example"), or holds questions itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from ragprep.ingest.answers import is_bare
from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Carrier, Mark
from ragprep.ingest.marks import bold_and_rest
from ragprep.ingest.outline import Outline, heading_key
from ragprep.ingest.plain import asks, title

_MATTER = re.compile(
    r"(?:the |an? )?(?:introduction|intro|preface|foreword|prologue|overview|about\b.*|welcome\b.*"
    r"|motivation|prerequisites|(?:table of )?contents|toc|index|navigation|disclaimer|legend"
    r"|how to (?:use|contribute|read)\b.*|(?:further |recommended )?reading|epilogue|conclusion"
    r"|(?:\w+ )?(?:resources|references|links|sources|books|credits|authors|contributors)"
    r"|bibliography|see also|read more|acknowledg\w*|licen[sc]e|copyright|contribut\w+\b.*"
    r"|changelog|support|sponsors?|contact|thanks|to ?do"
    r"|einleitung|vorwort|inhalt(?:sverzeichnis)?|quellen|literatur|lizenz|danksagung"
    r"|sommaire|table des matières|avant-propos|ressources|références"
    r"|introducción|índice|contenido|recursos|referencias|licencia"
    r"|introdução|conteúdo|referências|введение|содержание|оглавление|ссылки|лицензия"
    r"|简介|前言|目录|目錄|参考|参考资料|参考文献|目次|はじめに)"
)
_TITLE = re.compile(r".*\b(?:interview|questions?|guide|handbook|faq|cheat ?sheet|notes|q ?& ?a)\b")
_PART = re.compile(
    r"(?:(?:code )?examples?|notes?|answers?|ans|solutions?|explanations?|code|output|hints?|tips?"
    r"|pros|cons|summary|advantages|disadvantages|usage|syntax|step \d+|beispiele?|antwort"
    r"|exemples?|réponse|ejemplos?|respuesta|пример|ответ|例|示例|答案)\d*"
)
_LINK_LINE = re.compile(r"\W*(?:\d+[.)]\s*)?(?:\[[^\[\]]*\]\([^()]*\)|<?https?://)")
_CONTAINERS: tuple[Carrier, ...] = ("row", "summary", "callout", "card")
_TERM_LEVEL = 6  # of the headings that stand for terms of definition lists
_LOOSE: tuple[Carrier, ...] = ("item", "plain")  # often stand within answers


def is_matter(text: str) -> bool:
    """Whether a heading opens or closes a guide: "Introduction", "Further reading"."""
    return bool(_MATTER.fullmatch(heading_key(text)))


def is_title(text: str) -> bool:
    """Whether a heading names a guide and no topic: "Interview questions", "Introduction"."""
    return is_matter(text) or bool(_TITLE.match(heading_key(text)))


def topics_beside(outline: Outline, headings: Sequence[Mark]) -> list[Mark]:
    """Return those headings, of one level with questions, that are entries without asking.

    Args:
        outline: of the guide.
        headings: in order, none of which asks.
    """
    if not headings:
        return []
    paths = _paths(outline, {mark.line for mark in headings})
    heads = [block.first for block in outline.headings]
    lines = [mark.line for mark in outline.marks]
    topics = []
    for mark in headings:
        path = paths.get(mark.line, ())
        key = heading_key(mark.text)
        opens = (
            mark.level == 1 and bool(outline.headings) and (outline.headings[0].first == mark.line)
        )
        if (
            any(map(is_matter, (mark.text, *path)))
            or (opens and _TITLE.match(key))
            or _PART.fullmatch(key)
            or key in outline.repeated
        ):
            continue
        end = _end_of_topic(outline, heads, lines, mark)
        if end and not is_links(outline, mark.last + 1, end):
            topics.append(mark._replace(end=end))
    return topics


def bold_beside(outline: Outline, chosen: Sequence[Mark]) -> list[Mark]:
    """Return bold lines between or beside bold questions, each with text of its own.

    There are no more of them than questions, in each section, or one of them opens it before any
    question: else they are parts of answers.
    """
    have = {mark.line for mark in chosen}
    lines = [mark.line for mark in chosen if mark.asks]
    added: list[Mark] = []
    for first, end in _sections(outline, chosen):
        asking = bisect_left(lines, end) - bisect_left(lines, first)
        bold = list(_bold_lines(outline, first, end))
        blocks = [block for block in bold if block.first not in have]
        opens = bool(bold) and not any(map(str.strip, outline.lines[first : bold[0].first]))
        if len(blocks) <= asking or (opens and not asks(bold[0].text)):
            added += [_bold_mark(block) for block in blocks]
    return added


def all_explained(outline: Outline, items: Sequence[Block]) -> bool:
    """Whether each item of an outermost list has text of its own below it."""
    if any(block.depth for block in items):
        return False
    lines = [outline.lines[b.last + 1] if b.last + 1 < len(outline.lines) else "" for b in items]
    return all(line[:1] in (" ", "\t") and line.strip() for line in lines)


def without_bare(outline: Outline, items: list[Block], asking: Container[int]) -> list[Block]:
    """Return the items of a list; where most that ask have text, no others that have none.

    Args:
        outline: of the guide.
        items: of one list.
        asking: first lines of those that ask.
    """
    full = {block.first for block in items if _has_text(outline, block)}
    times = sum(block.first in asking for block in items)
    if 2 * sum(line in asking for line in full) <= times:
        return items
    return [block for block in items if block.first in asking or block.first in full]


def _has_text(outline: Outline, item: Block) -> bool:
    """Whether an item tells something beside its bold words, or deeper below."""
    if bold_and_rest(item.text)[1]:
        return True
    below = outline.lines[item.last + 1 : item.last + 3]
    line = next((line for line in below if line.strip()), "")
    return _indent(line) > _indent(outline.lines[item.first])


def _indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def bold_sections(outline: Outline, covered: Sequence[tuple[int, int]]) -> list[Mark]:
    """Return the bold lines that fill a section with their texts, and the questions among them.

    Args:
        outline: of the guide.
        covered: first line and end (excluded) of what is in an entry already, in order.
    """
    starts = [first for first, _ in covered]
    asking = [
        mark
        for mark in outline.marks
        if mark.asks and not mark.depth and mark.carrier in ("plain", "bold")
    ]
    lines = [mark.line for mark in asking]
    added: list[Mark] = []
    for at, block in enumerate(outline.headings):
        last = at + 1 == len(outline.headings)
        end = len(outline.lines) if last else outline.headings[at + 1].first
        before = bisect_left(starts, end) - 1
        if (before >= 0 and covered[before][1] > block.first) or is_matter(block.text):
            continue
        bold = list(_bold_lines(outline, block.last + 1, end))
        among = asking[bisect_right(lines, block.last) : bisect_left(lines, end)]
        opens = bold and not any(map(str.strip, outline.lines[block.last + 1 : bold[0].first]))
        if len(bold) > 1 and opens and among:
            have = {mark.line for mark in among}
            added += [*among, *(_bold_mark(b) for b in bold if b.first not in have)]
    return sorted(added)


def _end_of_topic(outline: Outline, heads: Sequence[int], lines: Sequence[int], mark: Mark) -> int:
    """Return where the answer of a topic ends at the latest; 0 where it is none, but a section.

    Args:
        outline: of the guide.
        heads: the line of each heading.
        lines: the line of each mark.
        mark: a heading.
    """
    at = below = bisect_right(heads, mark.line)
    while at < len(heads) and outline.headings[at].level > mark.level:
        at += 1
    end = heads[at] if at < len(heads) else len(outline.lines)
    text_end = heads[below] if below < len(heads) else end
    inside = [
        inner
        for inner in outline.marks[bisect_left(lines, mark.last + 1) : bisect_left(lines, end)]
        if (inner.asks or inner.explicit) and inner.carrier not in _LOOSE
    ]
    if inside:
        first, times = inside[0], Counter(inner.carrier for inner in inside)
        term = first.carrier == "heading" and mark.level + 1 < first.level <= _TERM_LEVEL
        if max(times.values()) > 1 or first.carrier not in (*_CONTAINERS, "heading"):
            return 0
        if term or first.carrier in _CONTAINERS:
            end = outline.blocks[bisect_right(outline.firsts, first.line) - 1].first
            text_end = min(text_end, end)
    has_text = any(not is_bare(line) for line in outline.lines[mark.last + 1 : text_end])
    return end if has_text else 0


def is_links(outline: Outline, first: int, end: int) -> bool:
    """Whether most lines are links and no more."""
    lines = [line for line in outline.lines[first:end] if not is_bare(line)]
    return 2 * sum(bool(_LINK_LINE.match(line)) for line in lines) > len(lines)


def _paths(outline: Outline, lines: Container[int]) -> dict[int, tuple[str, ...]]:
    """Return for each heading, those at the lines asked for, the texts of those above it."""
    paths: dict[int, tuple[str, ...]] = {}
    path: list[Block] = []
    for block in outline.headings:
        path = [above for above in path if above.level < block.level]
        if block.first in lines:
            paths[block.first] = tuple(above.text for above in path)
        path.append(block)
    return paths


def _sections(outline: Outline, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between two headings in which marks stand."""
    heads = [block.first for block in outline.headings]
    places = sorted({bisect_right(heads, mark.line) for mark in marks})
    for at in places:
        first = heads[at - 1] + 1 if at else 0
        yield first, heads[at] if at < len(heads) else len(outline.lines)


def _bold_lines(outline: Outline, first: int, end: int) -> Iterator[Block]:
    """Yield lines that are bold as a whole, no label ("Benefits:"), with text below."""
    at = bisect_left(outline.firsts, first)
    while at < len(outline.blocks) and outline.blocks[at].first < end:
        block = outline.blocks[at]
        at += 1
        if block.kind is not Kind.BOLD or block.depth:
            continue
        text = title(block.text)
        strong = block.text.strip()
        whole = strong[:2] in ("**", "__") and strong.find(strong[:2], 2) == len(strong) - 2
        label = text.endswith((":", "：", ".", ",", ";")) or not text
        below = outline.blocks[at] if at < len(outline.blocks) else None
        follows = below is not None and below.first < end and below.kind not in _NO_BODY
        if whole and follows and not label and not _PART.fullmatch(heading_key(block.text)):
            yield block


def _bold_mark(block: Block) -> Mark:
    return Mark(block.first, block.last, "bold", 0, 0, block.text.strip()[2:-2])


_NO_BODY = (Kind.HEADING, Kind.BOLD, Kind.RULE)
