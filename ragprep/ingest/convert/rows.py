"""Text with a separator as rows with their lines (RFC 4180, and what people make of it); pure."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

_SEPARATORS = ("\t", ",", ";", "|")
_HEAD_LINES = 60
_REREADS = 20
"""How often a quote that is never closed is taken literally; after that, every quote is."""
_LONGEST = 2**31 - 1
"""Characters of a field; Python's limit of 131,072 is less than a long answer may have."""
_LIMIT = Lock()


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        cells: its fields, without quotes.
        first: line, 1-based.
        last: line, included; fields may hold line breaks.
    """

    cells: list[str]
    first: int
    last: int


def separator_of(lines: Sequence[str], suggested: str = "") -> str:
    """Return the separator by which most of the first lines have the same number of fields."""
    head = list(lines[:_HEAD_LINES])
    best, most = suggested or ",", 0.0
    for separator in _SEPARATORS:
        widths = [len(row.cells) for row in rows_of(head, separator) if any(row.cells)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        if usual < 2:
            continue
        share = widths.count(usual) / len(widths)
        share += 0.5 * (separator == suggested)
        if share > most + 0.05:
            best, most = separator, share
    return best


def rows_of(lines: Sequence[str], separator: str, start: int = 0) -> Iterator[Row]:
    """Yield the rows from a line (0-based) on; a quote that is never closed is a character."""
    for _ in range(_REREADS):
        unclosed = yield from _quoted(lines, separator, start)
        if unclosed < 0:
            return
        yield Row(lines[unclosed].split(separator), unclosed + 1, unclosed + 1)
        start = unclosed + 1
    for at in range(start, len(lines)):
        yield Row(lines[at].split(separator), at + 1, at + 1)


def _quoted(lines: Sequence[str], separator: str, start: int) -> Generator[Row, None, int]:
    """Yield rows; return the line of a quote that is never closed, or -1."""
    last = len(lines)
    before = start
    held: Row | None = None
    for cells, line in fields((f"{lines[at]}\n" for at in range(start, last)), separator):
        if held:
            yield held
        held = Row(cells, before + 1, start + line)
        before = start + line
    if held is None:
        return -1
    if held.cells and held.cells[-1].endswith("\n") and held.last == last:
        return held.first - 1
    yield held
    return -1


def fields(lines: Iterable[str], separator: str = ",") -> list[tuple[list[str], int]]:
    """Return the fields of each row, of any length, and how many lines were read with it."""
    with _LIMIT:  # of the process, and asked for while a row is read
        limit = csv.field_size_limit(_LONGEST)
        try:
            reader = csv.reader(lines, delimiter=separator)
            return [(row, reader.line_num) for row in reader]
        finally:
            csv.field_size_limit(limit)
