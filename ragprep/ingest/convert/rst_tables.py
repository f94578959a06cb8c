"""Tables of reStructuredText, drawn with lines, as rows of cells; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GRID = re.compile(r"\s*\+(?:[-=]+\+)+\s*$")
_SIMPLE = re.compile(r"\s*=+(?:[ ]+=+)+\s*$")


def is_grid(row: str) -> bool:
    """Whether a line is a border of a grid table: "+---+---+"."""
    return bool(_GRID.match(row))


def is_simple(row: str) -> bool:
    """Whether a line is a border of a simple table, such as "=== ==="."""
    return bool(_SIMPLE.match(row))


def grid_rows(rows: Sequence[str]) -> tuple[list[tuple[int, int, list[str]]], bool]:
    """Return the rows of a grid table (first and last line, cells), and whether it has a header."""
    table: list[tuple[int, int, list[str]]] = []
    headed = False
    cells: list[list[str]] = []
    first = 0
    for at, row in enumerate(rows):
        if is_grid(row):
            if cells:
                table.append((first, at - 1, [" ".join(filter(None, cell)) for cell in cells]))
            headed = headed or ("=" in row and len(table) == 1)
            cells, first = [], at + 1
            continue
        parts = [part.strip() for part in row.strip().strip("|").split("|")]
        while len(cells) < len(parts):
            cells.append([])
        for cell, part in zip(cells, parts, strict=False):
            cell.append(part)
    return table, headed


def simple_rows(rows: Sequence[str]) -> tuple[list[tuple[int, int, list[str]]], bool]:
    """Return the rows of a simple table, as `grid_rows`; a line without a first cell goes on."""
    starts = [match.start() for match in re.finditer("=+", rows[0])]
    borders = [at for at, row in enumerate(rows) if is_simple(row)]
    table: list[tuple[int, int, list[str]]] = []
    for at, row in enumerate(rows):
        if at in (borders[0], borders[-1]) or is_simple(row) or not row.strip("- "):
            continue
        ends = [*starts[1:], len(row)]
        cells = [row[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        if cells[0] or not table:
            table.append((at, at, cells))
        else:
            first, _, above = table[-1]
            merged = [f"{old} {new}".strip() for old, new in zip(above, cells, strict=True)]
            table[-1] = first, at, merged
    return table, len(borders) > 2
