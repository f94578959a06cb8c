"""Jupyter notebooks: Markdown cells as they are, code cells as the code of the answer they follow.

The format is JSON (nbformat 3 and 4); what code printed is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ragprep.errors import GuideError
from ragprep.ingest.convert.json_tree import tree_of
from ragprep.ingest.convert.lines import Lines, fenced
from ragprep.ingest.convert.tree import Items, Record, Value
from ragprep.ingest.document import Document
from ragprep.ingest.plain import ASK_MARKS
from ragprep.types.guide import Role, Span

_HEADING = re.compile(r"(#{1,6})[ \t]")
_Row = tuple[str, int]


def read(source: str, name: str) -> Document:
    """Return the cells of a notebook in order.

    Raises:
        GuideError: it is no notebook.
    """
    size = source.count("\n") + 1
    root = tree_of(source, name) if source.strip() else Record()
    cells = list(_cells(root))
    if not cells and source.strip() and not _is_notebook(root):
        raise GuideError(
            f"{name} is no notebook: it has no cells.",
            remedy="Save it from Jupyter again, or give its text as a .md file.",
        )
    language = _language(root)
    texts = [_texts(cell) for cell in cells]
    level = _usual_level(text for cell in texts for text, _ in cell)
    lines = Lines()
    spans: list[Span] = []
    headed = True  # the last Markdown cell has a heading, or there was none
    for cell, rows in zip(cells, texts, strict=True):
        kind = _get(cell, "cell_type")
        spans += _outputs(cell)
        if not any(text.strip() for text, _ in rows):
            continue
        if kind == "code":
            _add_code(lines, rows, language)
        elif kind == "raw":
            spans.append(Span(rows[0][1], rows[-1][1], Role.LEFT_OUT, "a raw cell"))
        else:
            rows = _titled(cell, rows, level)
            lines.gap()
            if not headed:
                lines.add("---", rows[0][1])
                lines.gap()
            for text, line in rows:
                lines.add(text, line)
            several = sum(bool(text.strip()) for text, _ in rows) > 1
            headed = not several or any(text.lstrip().startswith("#") for text, _ in rows)
    return lines.document(size, spans, unnamed="settings of the notebook")


def _usual_level(texts: Iterable[str]) -> int:
    levels = Counter(len(match[1]) for text in texts if (match := _HEADING.match(text)))
    return levels.most_common(1)[0][0] if levels else 2


def _titled(cell: Record, rows: list[_Row], level: int) -> list[_Row]:
    """Return a cell whose first line is its title: by its kind (nbformat 3), or as it asks."""
    (title, line), *rest = rows
    if _get(cell, "cell_type") == "heading":
        named = _get(cell, "level")
        return [(f"{'#' * int(named if named in tuple('123456') else 1)} {title}", line), *rest]
    asking = title[:1].isalpha() and title.rstrip().endswith(tuple(ASK_MARKS))
    headed = any(_HEADING.match(text) for text, _ in rest)
    if asking and not headed and any(text.strip() for text, _ in rest):
        return [(f"{'#' * level} {title}", line), *rest]
    return rows


def _add_code(lines: Lines, texts: list[_Row], language: str) -> None:
    lines.gap()
    first, last = texts[0][1], texts[-1][1]
    opening, *_, closing = fenced("\n".join(text for text, _ in texts), language)
    lines.add(opening, first)
    for text, line in texts:
        lines.add(text, line)
    lines.add(closing, last)
    lines.gap()


def _cells(root: Value) -> Iterator[Record]:
    if not isinstance(root, Record):
        return
    sheets = _get(root, "worksheets")
    holders = sheets.values if isinstance(sheets, Items) else [root]
    for holder in holders:
        cells = _get(holder, "cells") if isinstance(holder, Record) else None
        if isinstance(cells, Items):
            yield from (cell for cell in cells.values if isinstance(cell, Record))


def _is_notebook(root: Value) -> bool:
    return isinstance(root, Record) and ("nbformat" in root.names or "cells" in root.names)


def _get(record: Record, name: str) -> Value | None:
    return record.values[record.names.index(name)] if name in record.names else None


def _texts(cell: Record) -> list[_Row]:
    """Return the lines of a cell, each with its line in the file."""
    name = "source" if "source" in cell.names else "input"
    value = _get(cell, name)
    pieces: list[_Row] = []
    if isinstance(value, str):
        pieces = [(value, cell.lines[cell.names.index(name)][0])]
    elif isinstance(value, Items):
        pieces = [
            (text, lines[0])
            for text, lines in zip(value.values, value.lines, strict=True)
            if isinstance(text, str)
        ]
    texts: list[_Row] = []
    opened = True
    for piece, line in pieces:
        for at, text in enumerate(piece.split("\n")):
            if at == 0 and not opened:
                texts[-1] = texts[-1][0] + text, texts[-1][1]
            else:
                texts.append((text, line))
            opened = False
        if piece.endswith("\n"):
            texts.pop()
            opened = True
    return texts


def _outputs(cell: Record) -> Iterator[Span]:
    outputs = _get(cell, "outputs")
    if isinstance(outputs, Items) and outputs.values:
        first, last = outputs.lines[0][0], outputs.lines[-1][1]
        yield Span(first, last, Role.LEFT_OUT, "what code printed")


def _language(root: Value) -> str:
    metadata = _get(root, "metadata") if isinstance(root, Record) else None
    for holder, key in (("language_info", "name"), ("kernelspec", "language")):
        inner = _get(metadata, holder) if isinstance(metadata, Record) else None
        if (
            isinstance(inner, Record)
            and isinstance(name := _get(inner, key), str)
            and name.isalnum()
        ):
            return name
    return "python"
