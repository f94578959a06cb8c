"""What a format's reader gives: Markdown with the lines it came from, or cards; no reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from ragprep.types.guide import Role, Span


@dataclass(frozen=True, slots=True)
class Card:
    """A question and its answer that the format itself keeps apart: a row, a note, a record.

    Attributes:
        question: Markdown, never blank.
        answer: Markdown; "" when there is none.
        lines: first and last in the file, 1-based; the number of the record, twice, where the
            format has no lines.
        section: path from the outermost, such as ("Operating systems",).
        number: the one that the record bears itself ("12"); "" when it has none.
    """

    question: str
    answer: str
    lines: tuple[int, int]
    section: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    r"""A file as its format's reader gives it.

    Attributes:
        size: lines (or records) of the file; every one of them is accounted for.
        markdown: lines of Markdown, without "\n": the file itself, or what it says in Markdown.
        source: for each of `markdown`, the line of the file that it came from, never falling;
            empty when `markdown` is the file, line by line.
        ends: for each of `markdown`, the last line of the file that it came from; empty when
            each came from one line.
        cards: in the file's order.
        spans: lines that the reader has seen and passes over (METADATA, LEFT_OUT with the
            reason). Lines that neither a span, a card nor `markdown` names count as
            `unnamed`.
        unnamed: what lines are that nothing above names: markup by default.
        unit: what `size` and `lines` count.
    """

    size: int
    markdown: tuple[str, ...] = ()
    source: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    cards: tuple[Card, ...] = ()
    spans: tuple[Span, ...] = ()
    unnamed: tuple[Role, str] = field(default=(Role.METADATA, "markup"))
    unit: str = "line"
