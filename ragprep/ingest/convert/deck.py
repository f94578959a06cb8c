"""Rows of a table as cards, by what its columns are; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ragprep.ingest.convert.choices import right_choices, with_choices
from ragprep.ingest.convert.columns import Columns, columns_of, is_header
from ragprep.ingest.convert.fields import field_of
from ragprep.ingest.convert.rows import Row
from ragprep.ingest.document import Card, Document
from ragprep.ingest.plain import asks
from ragprep.types.guide import Role, Span

_SAMPLE = 200
_COLUMNS = 500
_ASK_END = ("?", "？", "؟")


def document_of(
    rows: Sequence[Row], spans: Sequence[Span], size: int, *, separator: str
) -> Document:
    """Return the cards of a table, and the rows that are none.

    Args:
        rows: in order; the first may name the columns.
        spans: lines that are known to be no rows.
        size: lines of the file.
        separator: of its columns.
    """
    seen = list(spans)
    filled = []
    for row in rows:
        if any(cell.strip() for cell in row.cells):
            filled.append(row)
        else:
            seen.append(Span(row.first, row.last, Role.BLANK))
    sample = [row.cells for row in filled[1 : _SAMPLE + 1]]
    names: Sequence[str] = ()
    if filled and (cards := _replies(filled[0], filled[1:])):
        return Document(size=size, cards=tuple(cards), spans=tuple(seen))
    if filled and is_header(filled[0].cells, sample):
        head = filled.pop(0)
        names = head.cells
        seen.append(Span(head.first, head.last, Role.METADATA, "names of the columns"))
    width = len(names) or _usual_width(filled[:_SAMPLE])
    columns = columns_of(names, [row.cells[:width] for row in filled[:_SAMPLE]])
    if columns is None:
        reason = "a table without a question and an answer"
        seen += [Span(row.first, row.last, Role.LEFT_OUT, reason) for row in filled]
        return Document(size=size, spans=tuple(seen))
    cards = []
    for row in filled:
        if card := card_of(_joined(row, columns, width, separator), columns):
            cards.append(card)
        else:
            reason = "a row without a question"
            seen.append(Span(row.first, row.last, Role.LEFT_OUT, reason))
    return Document(size=size, cards=tuple(cards), spans=tuple(seen))


def _replies(head: Row, rows: Sequence[Row]) -> list[Card]:
    """Return the questions of a form, which name its columns, with what people replied."""
    asking = [at for at, name in enumerate(head.cells) if asks(name) and " " in name.strip()]
    below = [cell for row in rows[:_SAMPLE] for cell in row.cells if asks(cell)]
    if len(asking) < 2 or below or not rows:
        return []
    lines = head.first, rows[-1].last
    cards = []
    for at in asking[:_COLUMNS]:
        replies = [field_of(row.cells[at]) for row in rows if at < len(row.cells)]
        answer = "\n\n".join(filter(None, replies))
        cards.append(Card(field_of(head.cells[at]), answer, lines))
    return cards


def _usual_width(rows: Sequence[Row]) -> int:
    """Return how many cells most rows have, the fewest of equals."""
    widths = Counter(len(row.cells) for row in rows)
    return max(widths, key=lambda width: (widths[width], -width), default=0)


def _joined(row: Row, columns: Columns, width: int, separator: str) -> Row:
    """Return a row with too many cells as it was meant: its question or its answer holds commas."""
    cells = row.cells
    blank = next((at for at, cell in enumerate(reversed(cells)) if cell.strip()), 0)
    extra = len(cells) - blank - width
    if extra < 1 or columns.answer < 0:
        return row
    question, answer = columns.question, columns.answer
    parts = cells[question : question + extra + 1] if question < answer else []
    more = next((at for at, part in enumerate(parts) if part.rstrip().endswith(_ASK_END)), 0)
    cells = _merged(cells, question, more, separator)
    return row._replace(cells=_merged(cells, answer, extra - more, separator))


def _merged(cells: list[str], at: int, more: int, separator: str) -> list[str]:
    """Return cells with one and those that follow it as one."""
    end = at + more + 1
    return [*cells[:at], separator.join(cells[at:end]), *cells[end:]]


def card_of(row: Row, columns: Columns) -> Card | None:
    """Return a row as a card; None when its question is blank."""

    def cell(at: int) -> str:
        return field_of(row.cells[at]) if 0 <= at < len(row.cells) else ""

    question = cell(columns.question)
    if not question.strip():
        return None
    more = "\n\n".join(text for at in columns.more if (text := cell(at)))
    if columns.options:
        choices = [text for at in columns.options if (text := cell(at))]
        key = cell(columns.correct) or cell(columns.answer)
        answer = with_choices(choices, right_choices(choices, key), more)
    else:
        parts = [cell(columns.answer) or cell(columns.correct), more]
        answer = "\n\n".join(part for part in parts if part)
    section = tuple(text for at in columns.sections if (text := cell(at)))
    number = cell(columns.number).strip("#. ")
    return Card(question, answer, (row.first, row.last), section, number)
