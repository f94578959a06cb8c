"""Which marks of a guide are its questions; pure.

Every mark belongs to a style, such as "third-level headings that say Q and a number" or "bold
lines". Each style is a candidate for a stretch of the guide, and the one with the most evidence is
taken: a mark that reads as a question counts 1, one that is only numbered 1/2; what says that it
is a question ("Q12.", a card) counts threefold, bullets a quarter, since answers are full of them.
Marks of the same kind whose numbers fill the gaps, and siblings in the same lists, go with them.
What lies outside these entries is a stretch of its own, with a style of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Carrier, Mark
from ragprep.ingest.marks import numbered, turns_of
from ragprep.ingest.plain import asks, title

_WEIGHT: dict[Carrier, float] = {  # guesses, checked on eight guides
    "heading": 1.0,
    "summary": 1.0,
    "bold": 1.0,
    "line": 1.0,
    "quoted": 1.0,
    "card": 1.0,
    "callout": 2.0,
    "row": 2.0,
    "item": 0.25,
    "plain": 0.25,
}
_EXPLICIT_WEIGHT = 3.0
_RANK: tuple[Carrier, ...] = (  # of equal evidence the last
    *("plain", "item", "line", "bold", "row", "card", "callout", "summary", "quoted", "heading"),
)
_AGAIN = 3  # how many asking headings are a pattern; a guess
_ALONE = 2  # how many entries make a style beside the first

_NO_TEXT = (Kind.RULE, Kind.COMMENT, Kind.METADATA, Kind.NAVIGATION, Kind.MARKUP, Kind.FOLD_END)
_Style = tuple[Carrier, int, str]


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
    repeated = {_bare(text) for text, times in texts.items() if times > 1 and not asks(text)}
    firsts = [block.first for block in blocks]
    _, labels = turns_of(blocks)
    return Outline(lines, blocks, marks, headings, frozenset(repeated), labels, firsts)


def extents_of(outline: Outline) -> list[Extent]:
    """Return the questions of a guide in order, each with the end of its answer."""
    extents = _cut(_extents(outline, _choose(outline, outline.marks)))
    known = -1
    while len(extents) > known:
        known = len(extents)
        sections = _section_levels(outline, extents)
        others = [
            mark
            for mark in outline.marks
            if mark.asks or mark.carrier != "heading" or mark.level not in sections
        ]
        stretches = _outside(others, extents, len(outline.lines))
        more = [found for stretch in stretches for found in _more(outline, *stretch, extents)]
        extents = _cut(sorted([*extents, *more]))
    return extents


def _more(
    outline: Outline, start: int, marks: Sequence[Mark], extents: Sequence[Extent]
) -> list[Extent]:
    """Return the questions of a stretch that those found so far leave out."""
    chosen = _choose(outline, marks)
    if not chosen:
        return []
    lone = len(chosen) < _ALONE and not chosen[0].explicit
    if lone and not _opens(outline, start, chosen[0]):
        return []
    more = _extents(outline, chosen)
    return more if _goes_with(outline, more, extents) else []


def _section_levels(outline: Outline, extents: Sequence[Extent]) -> set[int]:
    """Return the levels of the headings under which questions stand."""
    starts = {extent.mark.line for extent in extents}
    levels: set[int] = set()
    path: list[int] = []
    at = 0
    for extent in extents:
        while at < len(outline.headings) and outline.headings[at].first < extent.mark.line:
            block = outline.headings[at]
            if block.first not in starts:
                path = [*(level for level in path if level < block.level), block.level]
            at += 1
        levels.update(path)
    return levels


def _goes_with(outline: Outline, more: Sequence[Extent], extents: Sequence[Extent]) -> bool:
    """Whether a list without answers belongs to a guide that otherwise gives them: it does not."""
    if more[0].mark.explicit or more[0].mark.carrier not in ("item", "row"):
        return True
    answered = sum(_has_body(outline, extent) for extent in extents)
    here = sum(_has_body(outline, extent) for extent in more)
    return 2 * here >= len(more) or 2 * answered < len(extents)


def _has_body(outline: Outline, extent: Extent) -> bool:
    mark = extent.mark
    body = outline.lines[mark.last + 1 : extent.end]
    return bool(mark.rest.strip()) or any(line.strip() for line in body[:20])


def _opens(outline: Outline, start: int, mark: Mark) -> bool:
    """Whether a stretch begins with a mark, and its answer follows."""
    at = bisect_left(outline.firsts, start)
    while at < len(outline.blocks) and outline.blocks[at].kind in _NO_TEXT:
        at += 1
    first = outline.blocks[at].first if at < len(outline.blocks) else -1
    following = outline.lines[mark.last + 1 : mark.last + 3]
    return first == mark.line and any(line.strip() for line in following)


def _outside(
    marks: Sequence[Mark], extents: Sequence[Extent], size: int
) -> list[tuple[int, Sequence[Mark]]]:
    """Return where each stretch outside the extents begins, with its marks, if it has any."""
    lines = [mark.line for mark in marks]
    stretches: list[tuple[int, Sequence[Mark]]] = []
    start = 0
    for first, end in [*((extent.mark.line, extent.end) for extent in extents), (size, size)]:
        if inside := marks[bisect_left(lines, start) : bisect_left(lines, first)]:
            stretches.append((start, inside))
        start = max(start, end)
    return stretches


def _cut(extents: Iterable[Extent]) -> list[Extent]:
    """Let an extent end where the next one begins; of two that begin in one line keep the first."""
    kept: list[Extent] = []
    for extent in extents:
        if kept and extent.mark.line <= kept[-1].mark.last:
            continue
        if kept:
            kept[-1] = kept[-1]._replace(end=min(kept[-1].end, extent.mark.line))
        kept.append(extent)
    return kept


def _choose(outline: Outline, marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks of the style with the most evidence, and what goes with them."""
    styles: dict[_Style, list[Mark]] = defaultdict(list)
    for mark in _uppermost(marks):
        styles[_style(mark)].append(mark)
    inside = _inside_answers(styles, marks)
    evidence = {
        style: _evidence(style, [mark for mark in of_style if mark.line not in inside], marks)
        for style, of_style in styles.items()
    }
    best = max(styles, key=lambda style: evidence[style], default=None)
    if best is None or evidence[best][0] == 0:
        return []
    chosen = styles[best]
    if best[0] == "heading":
        chosen = _headings(outline, best, chosen, marks)
    elif best[0] == "item":
        chosen = _with_siblings(outline, chosen, marks)
    return _with_runs(chosen, marks)


def _inside_answers(styles: dict[_Style, list[Mark]], marks: Sequence[Mark]) -> set[int]:
    """Return the lines of marks below headings of a kind that asks again and again.

    They are sub-questions, headings and lists within answers, whatever they say.
    """
    asking = {
        mark.line
        for style, of_style in styles.items()
        if style[0] == "heading" and len(of_style) >= _AGAIN
        if 2 * sum(mark.asks for mark in of_style) >= len(of_style)
        for mark in of_style
        if mark.asks
    }
    inside: set[int] = set()
    level = 0  # of the asking heading that is open
    for mark in marks:
        if mark.carrier == "heading" and mark.level <= level:
            level = 0
        if level:
            inside.add(mark.line)
        elif mark.line in asking:
            level = mark.level
    return inside


def _uppermost(marks: Sequence[Mark]) -> Iterable[Mark]:
    """Yield the marks but for list items below items that ask themselves."""
    above: list[Mark] = []
    for mark in marks:
        if mark.carrier != "item":
            above = [] if mark.carrier != "card" else above
            yield mark
            continue
        while above and above[-1].depth >= mark.depth:
            above.pop()
        if not above:
            yield mark
        above.append(mark)


def _style(mark: Mark) -> _Style:
    if mark.explicit:
        return mark.carrier, 0, "explicit"
    kind = "numbered" if mark.number and mark.carrier != "item" else ""
    return mark.carrier, mark.level, kind


def _evidence(
    style: _Style, marks: Sequence[Mark], others: Sequence[Mark]
) -> tuple[float, int, int]:
    """How much speaks for a style; ties go to the weightier carrier, then the higher heading."""
    carrier, level, kind = style
    asking = sum(mark.asks for mark in marks)
    if not marks:
        return 0, 0, 0
    if kind == "explicit":
        count = _EXPLICIT_WEIGHT * len(marks)
    elif kind == "numbered" and not _only_sections(marks, others):
        count = (asking + len(marks)) / 2
    else:
        span = _asking_span(marks)
        count = asking if asking * 3 >= len(span) else 0
    return count * _WEIGHT[carrier], _RANK.index(carrier), -level


def _only_sections(marks: Sequence[Mark], others: Sequence[Mark]) -> bool:
    """Whether headings that do not ask hold most of what asks: "1. Basics", "2. Advanced"."""
    asking = sum(mark.asks for mark in marks)
    if marks[0].carrier != "heading" or 2 * asking >= len(marks):
        return False
    level = marks[0].level
    inside = sum(
        mark.asks and not (mark.carrier == "heading" and mark.level <= level) for mark in others
    )
    return inside >= len(marks) - asking or any(
        mark.explicit and mark.level > level for mark in others
    )


def _asking_span(marks: Sequence[Mark]) -> Sequence[Mark]:
    asking = [i for i, mark in enumerate(marks) if mark.asks]
    return marks[asking[0] : asking[-1] + 1] if asking else marks


def _headings(
    outline: Outline, style: _Style, chosen: Sequence[Mark], marks: Sequence[Mark]
) -> list[Mark]:
    """Return headings of a style with those beside them that ask as well."""
    _, _, kind = style
    if not kind:  # no preface, no "References"
        chosen = _asking_span(chosen)
        return [mark for mark in chosen if mark.asks or _bare(mark.text) not in outline.repeated]
    levels = {mark.level for mark in chosen}
    lines = {mark.line for mark in chosen}
    first, last = chosen[0].line, chosen[-1].line
    for mark in marks:
        within = first < mark.line < last
        if within and mark.carrier == "heading" and mark.level in levels and mark.asks:
            lines.add(mark.line)
    return [mark for mark in marks if mark.carrier == "heading" and mark.line in lines]


def _with_runs(chosen: Sequence[Mark], marks: Sequence[Mark]) -> list[Mark]:
    """Add marks of other kinds whose numbers fill the gaps in those of the chosen ones."""
    have = {mark.line for mark in chosen}
    added: list[Mark] = []
    lines = [mark.line for mark in marks]
    for one, other in pairwise(chosen):
        if not (one.number.isdecimal() and other.number.isdecimal()):
            continue
        wanted = int(one.number) + 1
        if not wanted < int(other.number) <= wanted + 20:
            continue
        between = marks[bisect_left(lines, one.line + 1) : bisect_left(lines, other.line)]
        for mark in between:
            fits = mark.number == str(wanted) and mark.explicit >= one.explicit
            if fits and mark.line not in have:
                added.append(mark)
                wanted += 1
    return sorted([*chosen, *added])


def _with_siblings(outline: Outline, chosen: Sequence[Mark], marks: Sequence[Mark]) -> list[Mark]:
    """Add the items of the same lists that do not read as questions, where most items do."""
    del marks
    by_line = {mark.line: mark for mark in chosen}
    taken: list[Mark] = []
    for items in lists_of(outline.blocks):
        asking = [block for block in items if block.first in by_line]
        if not asking:
            continue
        kept = asking
        if 2 * len(asking) >= len(items):
            kept = items
        if items[0].marker[:1] not in "-*+•":
            kept = _run(items, {block.first for block in asking})
        taken += [by_line.get(block.first) or as_mark(block) for block in kept]
    return sorted(taken)


def lists_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the lists of a guide: items of one kind and depth with no heading between them."""
    lists: list[list[Block]] = []
    open_lists: dict[tuple[int, bool], list[Block]] = {}
    for block in blocks:
        if block.kind is Kind.HEADING and not block.depth:
            open_lists.clear()
        elif block.kind is Kind.ITEM and not block.level:
            key = block.depth, block.marker[:1] in "-*+•"
            for other in [k for k in open_lists if k[0] > block.depth]:
                del open_lists[other]
            if key not in open_lists:
                open_lists[key] = []
                lists.append(open_lists[key])
            open_lists[key].append(block)
    return lists


def _run(items: Sequence[Block], asking: set[int]) -> list[Block]:
    """Return the numbered items that ask, and those between and after whose numbers go on."""
    same = all(_value(block) == 1 for block in items)  # Markdown counts for them
    if same:
        return list(items)
    anchors = [i for i, block in enumerate(items) if block.first in asking]
    kept = [items[i] for i in anchors]
    for one, other in zip(anchors, [*anchors[1:], len(items)], strict=True):
        between = items[one + 1 : other]
        numbers = [_value(block) for block in between]
        start = _value(items[one]) + 1
        runs_on = numbers == list(range(start, start + len(between)))
        ends_well = other == len(items) or _value(items[other]) == start + len(between)
        if between and runs_on and ends_well:
            kept += between
    before = items[: anchors[0]]
    if [_value(b) for b in before] == list(range(1, _value(items[anchors[0]]))):
        kept += before
    return sorted(kept)


def _value(item: Block) -> int:
    return int(item.marker.strip("().、．"))


def as_mark(block: Block) -> Mark:
    """Return a list item as a mark, whether it asks or not."""
    ordered = block.marker[:1] not in "-*+•"
    number, explicit, text = numbered(block.text)
    number = str(_value(block)) if ordered else number
    return Mark(
        *(block.first, block.last, "item", int(ordered), block.depth, text, "", number),
        *(explicit, False),
    )


def _extents(outline: Outline, chosen: Sequence[Mark]) -> list[Extent]:
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
        if not (may_go_on and _bare(block.text) in outline.repeated):
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


def _bare(text: str) -> str:
    return title(text).casefold().rstrip(":：. ")
