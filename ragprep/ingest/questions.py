"""The questions of a guide with their answers and sections; pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ragprep.ingest.answers import answer_of, bare_lines
from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.document import Document
from ragprep.ingest.mark import Mark
from ragprep.ingest.numbering import numbered
from ragprep.ingest.outline import Extent, Outline
from ragprep.ingest.plain import ASK_MARKS, plain, title
from ragprep.ingest.segment import extents_of
from ragprep.ingest.topics import named_note, runs_of, topics_of

_ASK_MARK = re.compile(f"[{ASK_MARKS}]")


class Question(NamedTuple):
    """A question as it was read; it has neither a label nor an id yet.

    Attributes:
        mark: where it begins.
        text: plain.
        key: normalised text; the same for the same question.
        answer: Markdown; "" when there is none.
        section: path from the outermost heading.
        lines: first and last, 1-based; the answer's last line is the last.
    """

    mark: Mark
    text: str
    key: str
    answer: str
    section: tuple[str, ...]
    lines: tuple[int, int]


class Selection(NamedTuple):
    """The questions chosen from a guide, before their answers are read.

    Attributes:
        extents: in order.
        sections: for each the path from the outermost heading.
        dropped: lines that no answer quotes.
        edges: lines at which no answer begins or ends.
    """

    extents: Sequence[Extent]
    sections: Sequence[tuple[str, ...]]
    dropped: set[int]
    edges: set[int]


def selection_of(outline: Outline) -> Selection:
    """Return the questions of a guide."""
    return _selection(outline, named_note(outline) or extents_of(outline))


def run_questions(outline: Outline) -> list[Question]:
    """Return the numbered lists of a guide without questions, as its questions."""
    return questions_of(outline, _selection(outline, runs_of(outline)))


def topic_questions(outline: Outline, name: str) -> list[Question]:
    """Return the topics of a guide that asks nothing, as its questions.

    Args:
        outline: of the guide.
        name: of a note without any heading; "" when it may not be called so.
    """
    return questions_of(outline, _selection(outline, topics_of(outline, name)))


def only_sound_like_questions(marks: Iterable[Mark]) -> bool:
    """Whether nothing but their first words speaks for questions, as in "What we learned".

    Also said of no questions at all.
    """
    return not any(mark.explicit or mark.number or _ASK_MARK.search(mark.text) for mark in marks)


def questions_of(outline: Outline, selection: Selection) -> list[Question]:
    """Return the selected questions with their answers, which need none of the outline's blocks."""
    questions = []
    for extent, section in zip(selection.extents, selection.sections, strict=True):
        mark = extent.mark
        answer, last = answer_of(
            *(outline.lines, extent),
            dropped=selection.dropped,
            edges=selection.edges,
            repeated=outline.repeated,
            labels=outline.answer_labels,
        )
        heads = mark.carrier == "heading" and not (mark.asks or mark.number or mark.explicit)
        if heads and not answer:  # the title of a section among questions
            continue
        text = title(mark.text) or mark.text.strip()
        text = mark.text if text == mark.text else text  # one of two equal texts is let go
        if not text:  # a heading without a title
            continue
        lines = mark.line + 1, last + 1
        questions.append(Question(mark, text, key_of(text), answer, section, lines))
    return questions


def cards_of(document: Document) -> list[Question]:
    """Return the cards of a document, which are questions outright."""
    questions = []
    for card in document.cards:
        text = title(card.question) or card.question.strip()
        first, last = card.lines
        mark = Mark(first - 1, last - 1, "card", 0, 0, card.question, number=card.number)
        answer = card.answer.strip()
        questions.append(Question(mark, text, key_of(text), answer, card.section, card.lines))
    return questions


def key_of(text: str) -> str:
    """Return a question without what does not tell it from another: case, spaces, its end."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).rstrip(" ?.!:")


def _selection(outline: Outline, extents: Sequence[Extent]) -> Selection:
    folds = Counter(
        plain(b.text).casefold() for b in outline.blocks if b.kind is Kind.FOLD and b.text
    )
    titles = frozenset(text for text, times in folds.items() if times > 1)
    sections = list(_sections(outline, extents))
    return Selection(extents, sections, *bare_lines(outline.blocks, titles))


def _sections(outline: Outline, extents: Sequence[Extent]) -> Iterator[tuple[str, ...]]:
    """Yield the path of headings, and of the items of outer lists, above each question."""
    starts = {extent.mark.line for extent in extents}
    tops = [block for block in outline.headings if block.level == 1]
    alone = len(tops) == 1 and tops[0] is outline.headings[0]
    whole = tops[0].first if alone and tops[0].first not in starts else -1
    headings = [block for block in outline.headings if block.first not in starts]
    items = [block for block in outline.blocks if block.kind is Kind.ITEM]
    path: list[tuple[int, str]] = []
    above: list[Block] = []
    at = item = 0
    section: tuple[str, ...] = ()
    for extent in extents:
        mark = extent.mark
        while at < len(headings) and headings[at].first < mark.line:
            block = headings[at]
            at += 1
            if block.first == whole or title(block.text).casefold() in outline.repeated:
                continue
            path = [(level, name) for level, name in path if level < block.level]
            path.append((block.level, title(numbered(block.text)[2]) or title(block.text)))
        while item < len(items) and items[item].first < mark.line:
            above = [*(b for b in above if b.depth < items[item].depth), items[item]]
            item += 1
        below = mark.level if mark.carrier in ("heading", "quoted") else 7
        names = [name for level, name in path if level < below and name]
        if mark.carrier == "item" and mark.depth:
            names += [_name(b) for b in above if b.depth < mark.depth and b.first not in starts]
        names = [name for name in names if name]
        if list(section) != names:  # most questions share that of the one before
            section = tuple(names)
        yield section
        if mark.carrier == "heading":  # it ends the sections of its level, as a heading does
            path = [(level, name) for level, name in path if level < mark.level]


def _name(item: Block) -> str:
    return title(numbered(item.text)[2])
