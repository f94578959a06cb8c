"""Which marks of a guide are its questions; pure.

Every mark belongs to a style, such as "third-level headings that say Q and a number" or "bold
lines". Each style is a candidate for a stretch of the guide, and the one with the most evidence is
taken: a mark that reads as a question counts 1, one that is only numbered 1/2; what says that it
is a question ("Q12.", a card) counts threefold, bullets a quarter, since answers are full of them.
Marks of the same kind whose numbers fill the gaps, and siblings in the same lists, go with them.
What lies outside these entries is a stretch of its own, with a style of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.ends import extents_from
from ragprep.ingest.lists import as_mark, lists_of, run_of
from ragprep.ingest.mark import Carrier, Mark
from ragprep.ingest.oneline import with_answers
from ragprep.ingest.outline import Extent, Outline, heading_key
from ragprep.ingest.plain import ASK_MARKS, plain
from ragprep.ingest.siblings import (
    all_explained,
    bold_beside,
    bold_sections,
    topics_beside,
    without_bare,
)

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
_PARAGRAPHS: tuple[Carrier, ...] = ("line", "bold")  # "Q: Why?" and "**Q: Why?**" are one style
_AGAIN = 3  # how many asking headings are a pattern; a guess
_ALONE = 2  # how many entries make a style beside the first

_NO_TEXT = (Kind.RULE, Kind.COMMENT, Kind.METADATA, Kind.NAVIGATION, Kind.MARKUP, Kind.FOLD_END)
_Style = tuple[Carrier, int, str]


def extents_of(outline: Outline) -> list[Extent]:
    """Return the questions of a guide in order, each with the end of its answer."""
    extents = _cut(extents_from(outline, _choose(outline, outline.marks)))
    known = -1
    while len(extents) > known:
        known = len(extents)
        outside_sections = _not_sections(outline, extents)
        stretches = _outside(outside_sections, extents, len(outline.lines))
        more = [mark for stretch in stretches for mark in _more(outline, *stretch, extents)]
        extents = _cut(sorted([*extents, *more]))
    covered = [(mark.line, end) for mark, end in extents if mark.asks or mark.carrier != "bold"]
    filled = bold_sections(outline, covered) if extents else []
    folds = _more_folds(outline, extents)
    more = [*extents_from(outline, filled), *extents_from(outline, folds)]
    return _cut(sorted([*extents, *more]))


def _more(
    outline: Outline, start: int, marks: Sequence[Mark], extents: Sequence[Extent]
) -> list[Extent]:
    """Return the questions of a stretch that those found so far leave out."""
    chosen = _choose(outline, marks)
    if not chosen:
        return []
    few = sum(mark.asks for mark in chosen) < _ALONE and len(chosen) < len(extents)
    lone = (len(chosen) < _ALONE or few) and not (chosen[0].explicit or chosen[0].number)
    if lone and not (_opens(outline, start, chosen[0]) or _heads_a_section(outline, chosen[0])):
        return []
    more = extents_from(outline, chosen)
    if lone and not _has_body(outline, more[0]):
        return []
    return more if _goes_with(outline, more, extents) else []


def _more_folds(outline: Outline, extents: Sequence[Extent]) -> list[Mark]:
    """Return the folded sections in no entry of a guide most of whose questions are folded."""
    folded = sum(extent.mark.carrier == "summary" for extent in extents)
    if 2 * folded <= len(extents):
        return []
    starts = [extent.mark.line for extent in extents]
    folds: list[Mark] = []
    for mark in outline.marks:
        at = bisect_right(starts, mark.line) - 1
        inside = at >= 0 and mark.line < extents[at].end
        inside = inside or bool(folds and mark.line < folds[-1].end)
        if mark.carrier == "summary" and not inside:
            folds.append(mark)
    return folds


def _not_sections(outline: Outline, extents: Sequence[Extent]) -> list[Mark]:
    """Return the marks but for headings of the levels under which questions stand.

    A table or a card may stand below a heading that is a question's neighbour as well, and a topic
    beside headings that ask.
    """
    sections = _section_levels(outline, extents)
    spread = [extent for extent in extents if extent.mark.end < 0]
    asking = {mark.level for mark in outline.marks if mark.asks and mark.carrier == "heading"}
    sections -= asking - _section_levels(outline, spread)
    silent = [
        mark
        for mark in outline.marks
        if mark.carrier == "heading" and not mark.asks and mark.level in sections
    ]
    topics = topics_beside(outline, [mark for mark in silent if mark.level in asking])
    dropped = {mark.line for mark in silent} - {mark.line for mark in topics}
    return [mark for mark in outline.marks if mark.carrier != "heading" or mark.line not in dropped]


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


def _heads_a_section(outline: Outline, mark: Mark) -> bool:
    """Whether a heading with a question mark is the first one below the title of a section."""
    if mark.carrier != "heading" or not plain(mark.text).endswith(tuple(ASK_MARKS)):
        return False
    at = bisect_left(outline.headings, mark.line, key=lambda block: block.first)
    above = outline.headings[at - 1] if at else None
    return above is not None and 1 < above.level < mark.level


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
    elif best[0] == "bold" and not best[2]:
        chosen = sorted([*chosen, *bold_beside(outline, chosen)])
    elif best[0] in _PARAGRAPHS and best[2] == "explicit":
        chosen = [mark for mark in marks if mark.explicit and mark.carrier in _PARAGRAPHS]
    elif best[0] == "item":
        chosen = _with_siblings(outline, chosen)
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
    style: _Style, marks: Sequence[Mark], all_marks: Sequence[Mark]
) -> tuple[float, int, int]:
    """How much speaks for a style; ties go to the weightier carrier, then the higher heading."""
    carrier, level, kind = style
    asking = sum(mark.asks for mark in marks)
    if not marks:
        return 0, 0, 0
    if kind == "explicit":
        count = _EXPLICIT_WEIGHT * len(marks)
    elif kind == "numbered" and not _only_sections(marks, all_marks):
        count = (asking + len(marks)) / 2
    else:
        span = _asking_span(marks)
        count = asking if asking * 3 >= len(span) else 0
    return count * _WEIGHT[carrier], _RANK.index(carrier), -level


def _only_sections(marks: Sequence[Mark], all_marks: Sequence[Mark]) -> bool:
    """Whether headings that do not ask hold most of what asks: "1. Basics", "2. Advanced"."""
    asking = sum(mark.asks for mark in marks)
    if marks[0].carrier != "heading" or 2 * asking >= len(marks):
        return False
    level = marks[0].level
    inside = sum(
        mark.asks and not (mark.carrier == "heading" and mark.level <= level) for mark in all_marks
    )
    return inside >= len(marks) - asking or any(
        mark.explicit and mark.level > level for mark in all_marks
    )


def _asking_span(marks: Sequence[Mark]) -> Sequence[Mark]:
    asking = [i for i, mark in enumerate(marks) if mark.asks]
    return marks[asking[0] : asking[-1] + 1] if asking else marks


def _headings(
    outline: Outline, style: _Style, chosen: Sequence[Mark], marks: Sequence[Mark]
) -> list[Mark]:
    """Return headings of a style with those beside them that ask as well."""
    _, _, kind = style
    if not kind:
        span = _asking_span(chosen)
        lines = {mark.line for mark in span}
        outside = [mark for mark in chosen if mark.line not in lines]
        inside = [
            mark for mark in span if mark.asks or heading_key(mark.text) not in outline.repeated
        ]
        return sorted([*inside, *topics_beside(outline, outside)])
    levels = {mark.level for mark in chosen}
    lines = {mark.line for mark in chosen}
    first, last = chosen[0].line, chosen[-1].line
    between = [
        mark
        for mark in marks
        if mark.carrier == "heading" and mark.level in levels and first < mark.line < last
        if mark.line not in lines
    ]
    asking = [mark for mark in between if mark.asks]
    topics = topics_beside(outline, [mark for mark in between if not (mark.asks or mark.number)])
    return sorted([*chosen, *asking, *topics])


def _with_runs(chosen: Sequence[Mark], marks: Sequence[Mark]) -> list[Mark]:
    """Add marks of other kinds whose numbers fill the gaps in those of the chosen ones."""
    have = {mark.line for mark in chosen}
    added: list[Mark] = []
    lines = [mark.line for mark in marks]
    for before, after in pairwise(chosen):
        if not (before.number.isdecimal() and after.number.isdecimal()):
            continue
        wanted = int(before.number) + 1
        if not wanted < int(after.number) <= wanted + 20:
            continue
        between = marks[bisect_left(lines, before.line + 1) : bisect_left(lines, after.line)]
        for mark in between:
            fits = mark.number == str(wanted) and mark.explicit >= before.explicit
            if fits and mark.line not in have:
                added.append(mark)
                wanted += 1
    return sorted([*chosen, *added])


def _with_siblings(outline: Outline, chosen: Sequence[Mark]) -> list[Mark]:
    """Add the items of the same lists that do not read as questions, where most items do."""
    by_line = {mark.line: mark for mark in chosen}
    taken: list[Mark] = []
    for items in lists_of(outline.blocks):
        asking = [block for block in items if block.first in by_line]
        if not asking:
            continue
        kept = asking
        full = without_bare(outline, items, by_line)
        if 2 * len(asking) >= len(full) or all_explained(outline, items):
            kept = full
        if items[0].marker[:1] not in "-*+•":
            kept = run_of(items, {block.first for block in asking})
        of_list = [by_line.get(block.first) or as_mark(block) for block in kept]
        if kept is full:
            of_list = _ended(of_list, items)
        taken += with_answers(outline.lines, of_list)
    return sorted(taken)


def _ended(marks: Sequence[Mark], items: Sequence[Block]) -> list[Mark]:
    """Let the items of a list end where one that is none of them begins."""
    following = dict(pairwise(block.first for block in items))
    taken = {mark.line for mark in marks}
    ends = [following.get(mark.line, -1) for mark in marks]
    return [
        mark if end < 0 or end in taken else mark._replace(end=end)
        for mark, end in zip(marks, ends, strict=True)
    ]
