"""Tables whose rows are a question and its answer; pipe tables and HTML ones; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ragprep.ingest.plain import asks, plain

_ROW_END = re.compile(r"(?<!\\)\|")
_HTML_ROW = re.compile(r"<tr\b[^<>]*>(.*?)(?=</tr|<tr\b|</table|\Z)", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<(t[hd])\b[^<>]*>(.*?)(?=</t[hd]|<t[hd]\b|\Z)", re.IGNORECASE | re.DOTALL)
_IN_PAGE = re.compile(r"^\W*\[.*\]\(#[^()]*\)\W*$|<a\b[^<>]*href=[\"']?#")
_QUESTION = frozenset({"question", "questions", "q", "front", "prompt", "term", "concept"})
_ANSWER = frozenset({"answer", "answers", "a", "back", "response", "definition", "meaning"})


class Row(NamedTuple):
    """A row that asks.

    Attributes:
        first: 0-based line.
        last: 0-based line, included.
        question: Markdown.
        answer: Markdown.
        number: of a column that counts.
    """

    first: int
    last: int
    question: str
    answer: str
    number: str


class _Cells(NamedTuple):
    first: int
    last: int
    cells: list[str]


def rows_of(lines: Sequence[str], first: int, last: int) -> list[Row]:
    """Return the rows of a table that are entries; none where its rows do not ask.

    The question's column is named so, or is the one most of whose cells ask; the answer is the
    column named so, or all that follow.
    """
    if lines[first].lstrip()[:1] == "<":
        head, rows = _html_rows(lines, first, last)
    else:
        head = cells_of(lines[first])
        rows = [_Cells(i, i, cells_of(lines[i])) for i in range(first + 2, last + 1)]
    rows = [row for row in rows if any(row.cells)]
    width = max((len(row.cells) for row in rows), default=0)
    if width < 2:
        return []
    names = [plain(name).casefold() for name in head]
    column = _question_column(names, rows, width)
    if column is None:
        return []
    answer = next((i for i, name in enumerate(names) if name in _ANSWER and i != column), None)
    return [row for cells in rows if (row := _row(cells, column, answer))]


def cells_of(line: str) -> list[str]:
    """Return the cells of a line of a pipe table."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _ROW_END.split(line)]


def _html_rows(lines: Sequence[str], first: int, last: int) -> tuple[list[str], list[_Cells]]:
    text = "\n".join(lines[first : last + 1])
    head: list[str] = []
    rows: list[_Cells] = []
    line, at = first, 0
    for match in _HTML_ROW.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        cells = _HTML_CELL.findall(match[1])
        values = [" ".join(value.split()) for _, value in cells]
        if cells and all(tag.lower() == "th" for tag, _ in cells) and not rows:
            head = values
        else:
            end = line + match[0].rstrip().count("\n")
            rows.append(_Cells(line, end, values))
    return head, rows


def _question_column(names: Sequence[str], rows: Sequence[_Cells], width: int) -> int | None:
    named = next((i for i, name in enumerate(names) if name in _QUESTION), None)
    if named is not None and any(name in _ANSWER for name in names):
        return named
    for column in range(width):
        cells = [row.cells[column] for row in rows if column < len(row.cells)]
        if len(rows) > 1 and 2 * sum(asks(cell) and " " in cell for cell in cells) > len(rows):
            return column
    return None


def _row(cells: _Cells, column: int, answer: int | None) -> Row | None:
    values = cells.cells
    if column >= len(values) or not values[column] or _IN_PAGE.search(values[column]):
        return None
    rest = values[column + 1 :] if answer is None else values[answer : answer + 1]
    number = next((value for value in values[:column] if value.rstrip(".").isdecimal()), "")
    text = "\n".join(value for value in rest if value)
    return Row(cells.first, cells.last, values[column], text, number.rstrip("."))
