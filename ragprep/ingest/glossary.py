"""The terms of a glossary, each with its meaning beside or below it; pure.

- **Mutex**: a lock that one thread holds.        **Mutex** - a lock that one thread holds.
| Mutex | a lock that one thread holds |          Mutex: a lock that one thread holds.
Mutex - a lock that one thread holds             <details><summary>Mutex</summary> ... </details>
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Carrier, Mark
from ragprep.ingest.oneline import without_sign
from ragprep.ingest.outline import Extent, Outline
from ragprep.ingest.tables import cells_of

_LEAST = 3  # terms that are a glossary, of folded ones two; guesses
_LEAST_FOLDS = 2
_TERM = re.compile(r"(\*\*|__)(?=\S)(.{1,100}?)\1(.*)")
_COLON = re.compile(
    r"([^\W_][^:：.?!;|]{0,60}?)(?:[:：]|[ \t]+(?:[-=]>?|[–—→⇒])(?=[ \t]))[ \t]*(.*)$"
)
_BULLETS = ("- ", "* ", "• ", "+ ")
_TITLE = re.compile(r"[^\W_][^.!;|]{0,80}$")
_MEANING = re.compile(r"(?:[^\W_]+[\W_]+){2}|[^\W\x00-\u2fff]{3}")  # three words; no figure or name
_NO_TEXT = (
    *(Kind.NAVIGATION, Kind.METADATA, Kind.COMMENT, Kind.RULE, Kind.MARKUP, Kind.HEADING),
    Kind.FOLD_END,
)


def terms_of(outline: Outline, topics: Sequence[Extent]) -> list[Extent]:
    """Return the terms of a guide all of whose topics hold nothing but terms; else nothing.

    Args:
        outline: of the guide.
        topics: what stands under its headings; none where it has no headings.
    """
    whole = Extent(Mark(0, -1, "heading", 0, 0, ""), len(outline.lines))
    terms: list[Extent] = []
    folds = {mark.line: mark for mark in outline.marks if mark.carrier == "summary"}
    for topic in topics or [whole]:
        if outline.headings and not topics:
            return []
        marks = _terms_in(outline, topic, folds)
        if not marks:
            return []
        terms += _extents(marks, topic.end)
    return _glossary(terms)


def plain_terms(outline: Outline) -> list[Extent]:
    """Return the terms of a text each of whose lines, or paragraphs below a title, is one.

    "Mutex: a lock of one thread", with a dash or an arrow; or "Mutex:" over its meaning, "Mutex"
    over a list.
    """
    lines = outline.lines
    filled = [i for i, line in enumerate(lines) if line.strip()]
    starts = [i for i in filled if i == 0 or not lines[i - 1].strip()]
    if starts and filled[:2] != [starts[0], starts[0] + 1] and not _plain_term(lines, starts[0]):
        filled, starts = filled[1:], starts[1:]  # a title
    for places in (filled, starts):
        marks = [mark for i in places if (mark := _plain_term(lines, i))]
        if marks and len(marks) == len(places):
            return _glossary(_extents(marks, len(lines)))
    return []


def _plain_term(lines: Sequence[str], i: int) -> Mark | None:
    line = lines[i].strip()
    match = _COLON.match(line)
    below = lines[i + 1].strip() if i + 1 < len(lines) else ""
    if below.startswith(_BULLETS) and _TITLE.match(line):
        return Mark(i, i, "plain", 0, 0, line.rstrip(" :："))
    if match is None or not _MEANING.match(match[2] or below):
        return None
    return Mark(i, i, "plain", 0, 0, match[1].rstrip(), match[2])


def _extents(marks: Sequence[Mark], end: int) -> list[Extent]:
    following = [*(mark.line for mark in marks[1:]), end]
    ends = [
        min(mark.end, end) if mark.end >= 0 else end
        for mark, end in zip(marks, following, strict=True)
    ]
    return [Extent(mark, end) for mark, end in zip(marks, ends, strict=True)]


def _glossary(terms: list[Extent]) -> list[Extent]:
    """Return terms if they are enough, and each has a name of its own."""
    names = {term.mark.text.casefold() for term in terms}
    least = _LEAST_FOLDS if all(term.mark.carrier == "summary" for term in terms) else _LEAST
    return terms if len(terms) >= least and len(names) == len(terms) else []


def _terms_in(outline: Outline, topic: Extent, folds: Mapping[int, Mark]) -> list[Mark]:
    """Return the terms of a topic, if all of its blocks that are in no list item are terms.

    Args:
        outline: of the guide.
        topic: where they stand.
        folds: the marks of folded sections by their lines.
    """
    start = bisect_left(outline.firsts, topic.mark.last + 1)
    stop = bisect_left(outline.firsts, topic.end)
    terms: list[Mark] = []
    end = 0  # of the fold that is open
    for block in outline.blocks[start:stop]:
        if block.first < end or block.kind in _NO_TEXT or block.depth:
            continue
        if block.kind is Kind.FOLD and block.first in folds:
            terms.append(folds[block.first])
            end = terms[-1].end
            continue
        term = _term(block)
        marks = [term] if term else _rows(outline.lines, block)
        if not marks:
            return []
        terms += marks
    return terms


def _rows(lines: Sequence[str], block: Block) -> list[Mark]:
    """Return the rows of a pipe table with two columns, if each has a word in the first."""
    if block.kind is not Kind.TABLE or lines[block.first].lstrip()[:1] == "<":
        return []
    rows = [cells_of(lines[i]) for i in range(block.first + 2, block.last + 1)]
    if not all(len(row) == 2 and all(row) and re.search(r"[^\W\d_]", row[0]) for row in rows):
        return []
    return [
        Mark(i, i, "row", 0, 0, term, meaning, end=i + 1, whole=True)
        for i, (term, meaning) in enumerate(rows, block.first + 2)
    ]


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
