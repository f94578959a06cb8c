"""Blocks as lines of Markdown: how lists, quotes, folds and tables nest; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ragprep.ingest.convert.columns import is_header
from ragprep.ingest.convert.lines import DEPTH, TERM, Lines, fenced, table_row


class Structure:
    """Writes lines with the indentation and the signs of the blocks that are open.

    Attributes:
        lines: written so far.
    """

    def __init__(self) -> None:
        self.lines = Lines()
        self._lists: list[_List] = []
        self._marker = ""
        self._quotes = 0
        self._folds = 0
        self._tables = 0
        self._rows: list[list[Lines]] = []
        self._heads: list[bool] = []
        self._outer: tuple[Lines, list[_List], int] | None = None  # while in a cell

    def write(self, text: str, first: int, last: int) -> None:
        """Write a line of a block."""
        self.lines.add(f"{self._prefix()}{text}", first, last)

    def gap(self) -> None:
        """End a block."""
        if not self._marker:
            self.lines.gap("> " * min(self._quotes, DEPTH))

    def stress(self, start: int) -> None:
        """Make a heading of what was written since `start` when it is one plain line."""
        texts = self.lines.texts
        written = [at for at in range(start, len(texts)) if texts[at].strip()]
        if len(written) == 1 and (text := texts[written[0]])[:1] not in "#*-<|>`!":
            texts[written[0]] = TERM + text.replace("**", "")

    def begin_list(self, number: int) -> None:
        """Begin a list, numbered from `number`; 0 for bullets."""
        if not self._lists:
            self.gap()
        self._marker = ""
        self._lists.append(_List(number))

    def end_list(self) -> None:
        """End the innermost list."""
        if self._lists:
            self._lists.pop()
        self._marker = ""
        if not self._lists:
            self.gap()

    def begin_item(self) -> None:
        """Begin an item of the innermost list."""
        if not self._lists:
            self._lists.append(_List(0))
        inner = self._lists[-1]
        inner.indents = True
        self._marker = f"{inner.number}. " if inner.number else "- "
        inner.number += bool(inner.number)

    def quote(self, step: int) -> None:
        """Begin (1) or end (-1) a quote."""
        self.gap()
        self._quotes = max(self._quotes + step, 0)
        self.gap()

    def fold(self, line: int, *, opens: bool) -> None:
        """Begin or end a folded section; as all there is of a list item it is no item."""
        if not opens and not self._folds:
            return
        if opens and self._marker:
            self._lists[-1].indents = False
            self._marker = ""
        if opens or self.lines.texts[-1:] != ["</details>"]:
            self.gap()
        self._folds += 1 if opens else -1
        self.write("<details>" if opens else "</details>", line, line)
        if not opens:
            self.gap()

    def write_code(self, pieces: Sequence[tuple[str, int]], language: str) -> None:
        """Write code, given as texts with their lines."""
        self.gap()
        code = "".join(text for text, _ in pieces)
        line = pieces[0][1] if pieces else 1
        body = code.removeprefix("\n")
        line += len(code) - len(body)
        body = body.rstrip()
        if body:
            opening, *inside, closing = fenced(body, language)
            self.write(opening, line, line)
            for at, text in enumerate(inside):
                self.write(text, line + at, line + at)
            self.write(closing, line + len(inside) - 1, line + len(inside) - 1)
        self.gap()

    def table(self, name: str, *, closes: bool) -> None:
        """Take a tag of a table; a table within a cell is but blocks of that cell."""
        if name == "table":
            self._tables = max(self._tables + (-1 if closes else 1), 0)
            if closes and self._tables == 0:
                self._end_table()
            elif not closes and self._tables == 1:
                self.gap()
        elif self._tables != 1:
            self.gap()
        elif name == "tr":
            self._end_cell()
            if not closes:
                self._rows.append([])
                self._heads.append(True)
        else:
            self._end_cell()
            if not closes:
                self._begin_cell(head=name == "th")

    def close_tables(self) -> None:
        """End what the page left open."""
        if self._tables or self._outer:
            self._tables = 0
            self._end_table()

    def _prefix(self) -> str:
        """Return what stands before a line; the marker of an item before its first only."""
        quotes = "> " * min(self._quotes, DEPTH)
        open_lists = self._lists[-DEPTH:]
        if self._marker:
            marker, self._marker = self._marker, ""
            open_lists = open_lists[:-1]
            return quotes + "    " * sum(item.indents for item in open_lists) + marker
        return quotes + "    " * sum(item.indents for item in open_lists)

    def _begin_cell(self, *, head: bool) -> None:
        if not self._rows:
            self._rows.append([])
            self._heads.append(True)
        self._heads[-1] &= head
        self._outer = self.lines, self._lists, self._quotes
        self.lines, self._lists, self._quotes, self._marker = Lines(), [], 0, ""

    def _end_cell(self) -> None:
        if self._outer:
            self._rows[-1].append(self.lines)
            self.lines, self._lists, self._quotes = self._outer
            self._outer, self._marker = None, ""

    def _end_table(self) -> None:
        self._end_cell()
        rows = [(row, head) for row, head in zip(self._rows, self._heads, strict=True) if row]
        self._rows, self._heads = [], []
        self.gap()
        cells = [cell for row, _ in rows for cell in row]
        width = max((len(row) for row, _ in rows), default=0)
        if width < 2 or any(_is_section(text) for cell in cells for text in cell.texts):
            self._write_cells(cells)
        else:
            self._write_rows(rows, width)
        self.gap()

    def _write_cells(self, cells: Sequence[Lines]) -> None:
        for cell in cells:
            self.gap()
            for text, first, last in cell:
                self.write(text, first, last)

    def _write_rows(self, rows: Sequence[tuple[list[Lines], bool]], width: int) -> None:
        texts = [[_flat(cell) for cell in row] + [""] * (width - len(row)) for row, _ in rows]
        lines = [_extent(row) for row, _ in rows]
        headed = rows[0][1] or is_header(texts[0], texts[1:])
        if not headed:
            texts.insert(0, [""] * width)
            lines.insert(0, (lines[0][0], 0))
        for at, (row, (first, last)) in enumerate(zip(texts, lines, strict=True)):
            if not any(row) and at:
                continue
            self.write(table_row(row), first, last)
            if at == 0:
                self.write(table_row(["---"] * width), first, last)


class _List:
    """A list that is open: its next number (0 for bullets), and whether its items indent."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.indents = True


def _flat(cell: Lines) -> str:
    return "<br>".join(text.strip() for text in cell.texts if text.strip())


def _extent(row: Sequence[Lines]) -> tuple[int, int]:
    firsts = [cell.firsts[0] for cell in row if cell.firsts]
    lasts = [cell.lasts[-1] for cell in row if cell.lasts]
    return min(firsts, default=0), max(lasts, default=0)


def _is_section(text: str) -> bool:
    return text.startswith(("#", "```", "<details>", "<summary>"))
