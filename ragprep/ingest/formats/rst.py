"""ReStructuredText as Markdown: titles, lists, directives, tables, literal blocks.

A scan of our own: docutils reads a megabyte in half a minute, and includes files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.ingest.convert.lines import TERM, Lines, blank_spans, fenced, table_row
from ragprep.ingest.convert.nesting import Nesting
from ragprep.ingest.convert.rows import fields
from ragprep.ingest.convert.rst_inline import inline
from ragprep.ingest.convert.rst_tables import grid_rows, is_grid, is_simple, simple_rows
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\.\.[ \t]+([\w:+.-]+?)::(?:[ \t]+(.*))?$")
_SUBSTITUTION = re.compile(r"\.\.[ \t]+\|")
_TARGET = re.compile(r"\.\.[ \t]+_|__[ \t]")
_NOTE = re.compile(r"\.\.[ \t]+\[[^\[\]]+\][ \t]*(.*)$")
_OPTION = re.compile(r":[\w-]+:(?:[ \t]|$)")
_FIELD = re.compile(r":[^:`\n]{1,60}:(?:[ \t]+|$)")
_ITEM = re.compile(
    r"([-*+•]|(?:\d{1,6}|#|[A-Za-z]|[ivxIVX]{1,6})[.)]|\((?:\d{1,6}|[a-z])\))[ \t]+(\S.*)"
)
_CODE = (
    "code",
    "code-block",
    "sourcecode",
    "literalinclude",
    "highlight",
    "prompt",
    "parsed-literal",
)
_FOLDS = ("dropdown", "collapse", "details", "toggle", "spoiler")
_TITLED = ("admonition", "question", "topic", "sidebar", "rubric", "card", "tab-item", "tab")
_LETTERS = {"q": "Q", "question": "Q", "a": "A", "answer": "A"}
_SETTINGS = frozenset(
    {
        *("contents", "toctree", "index", "include", "meta", "only", "raw", "highlight", "sectnum"),
        *("default-role", "role", "title", "module", "currentmodule", "tags", "target-notes"),
        *("header", "footer", "class", "unicode", "date", "autosummary", "automodule", "autoclass"),
    }
)


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return a text as Markdown."""
    rows = [row.expandtabs(8) if "\t" in row else row for row in source.split("\n")]
    scan = _Scan(rows)
    scan.run()
    return scan.lines.document(len(rows), [*blank_spans(rows), *scan.spans])


class _Scan:
    """One pass over the lines; each method reads one kind and returns the next line."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.lines = Lines()
        self.spans: list[Span] = []
        self._indents = [len(row) - len(row.lstrip()) if row.strip() else -1 for row in rows]
        self._nesting = Nesting()
        self._styles: list[str] = []  # adornments of titles in the order of their levels
        self._folds: list[int] = []  # columns of directives that fold their content
        self._literal = -1  # the column of a paragraph that ends with "::"

    def run(self) -> None:
        at = 0
        while at < len(self.rows):
            at = self._take(at)
        self._close_folds(-1)

    def _take(self, at: int) -> int:
        row, indent = self.rows[at], self._indents[at]
        if indent < 0:
            self.lines.gap()
            return at + 1
        if self._literal >= 0:
            column, self._literal = self._literal, -1
            if indent > column:
                return self._code(at, at, self._end_of(at, column), "")
        self._close_folds(indent)
        text = row.strip()
        if indent == 0 and (end := self._title(at)):
            return end
        if text.startswith(".. ") or text == "..":
            return self._explicit(at, indent, text)
        if text.startswith("__ ") and _TARGET.match(text):
            return self._pass(at, at, Role.METADATA, "link target")
        if (text[0] == "+" and is_grid(row)) or (text[0] == "=" and is_simple(row)):
            return self._table(at, indent)
        if text[0] == ":" and _FIELD.match(text) and "`" not in text:
            name, _, value = text[1:].partition(":")
            if name.casefold() in _LETTERS and value.strip():
                self.lines.gap()
                self._write(at, indent, f"{_LETTERS[name.casefold()]}: {inline(value.strip())}")
                return at + 1
            return self._pass(at, self._end_of(at + 1, indent) - 1, Role.METADATA, "settings")
        if text[0] == "|" and text[:2] in ("|", "| "):
            self._write(at, indent, inline(text[2:]))
            return at + 1
        if match := _ITEM.match(text):
            return self._item(at, indent, match)
        return self._paragraph(at, indent, text)

    def _pass(self, first: int, last: int, role: Role, reason: str) -> int:
        self.spans.append(Span(first + 1, last + 1, role, reason))
        return last + 1

    def _write(self, at: int, indent: int, text: str, last: int = 0) -> None:
        depth = indent - (len(self._folds) and self._folds[-1] + 3)
        self.lines.add(self._nesting.text(max(depth, 0)) + text, at + 1, last + 1)

    def _end_of(self, at: int, indent: int) -> int:
        """Return the line behind those from `at` on that are indented more than a column."""
        end = last = at
        while end < len(self.rows) and (self._indents[end] > indent or self._indents[end] < 0):
            end += 1
            if self._indents[end - 1] >= 0:
                last = end
        return last

    def _title(self, at: int) -> int:
        """Read a title with a line below, or lines above and below; 0 where there is none."""
        rows, n = self.rows, len(self.rows)
        over = _ADORNMENT.match(rows[at])
        if (
            over
            and at + 2 < n
            and rows[at + 1].strip()
            and rows[at + 2].rstrip() == rows[at].rstrip()
        ):
            return self._add_title(at, at + 1, at + 2, over[1] * 2)
        if over:
            blank = (at + 1 >= n or self._indents[at + 1] < 0) and len(rows[at].rstrip()) >= 4
            if blank and (at == 0 or self._indents[at - 1] < 0):
                self._nesting.clear()
                self.lines.gap()
                self.lines.add("---", at + 1)
                return at + 1
            return 0
        under = _ADORNMENT.match(rows[at + 1]) if at + 1 < n else None
        if under is None or rows[at].startswith(".. "):
            return 0
        long_enough = len(rows[at + 1].rstrip()) >= min(len(rows[at].rstrip()) * 2 // 3, 40)
        alone = at == 0 or self._indents[at - 1] < 0 or not self.lines.texts
        return self._add_title(at, at, at + 1, under[1]) if long_enough and alone else 0

    def _add_title(self, first: int, at: int, last: int, style: str) -> int:
        if style not in self._styles:
            self._styles.append(style)
        level = min(self._styles.index(style) + 1, 6)
        self._nesting.clear()
        self._close_folds(-1)
        self.lines.gap()
        self.lines.add(f"{'#' * level} {inline(self.rows[at].strip())}", first + 1, last + 1)
        self.lines.gap()
        return last + 1

    def _explicit(self, at: int, indent: int, text: str) -> int:
        """Read a directive, a footnote, a target or a comment."""
        end = self._end_of(at + 1, indent)
        match = _DIRECTIVE.match(text)
        if match and not _SUBSTITUTION.match(text):
            return self._directive(at, indent, end, match[1].lower(), (match[2] or "").strip())
        if note := _NOTE.match(text):
            self._write(at, indent, inline(note[1]))
            return at + 1
        reason = "link target" if _TARGET.match(text) else "comment"
        return self._pass(at, end - 1, Role.METADATA, reason)

    def _directive(self, at: int, indent: int, end: int, name: str, argument: str) -> int:
        body = at + 1
        while body < end and _OPTION.match(self.rows[body].strip()):
            body += 1
        if name in _CODE:
            return self._code(at, body, end, argument.split()[0] if argument else "")
        if name == "math":
            return self._code(at, body, end, "math", argument)
        if name in _SETTINGS:
            return self._pass(at, end - 1, Role.METADATA, f"directive {name}")
        if name in ("image", "figure"):
            alt = next(
                (
                    m[1]
                    for row in self.rows[at + 1 : body]
                    if (m := re.match(r"\s*:alt:\s*(.*)", row))
                ),
                "",
            )
            self._write(at, indent, f"![{alt}]({argument.replace(' ', '%20')})", body - 1)
            return body
        if name in ("list-table", "csv-table"):
            return self._data_table(at, body, end, name)
        self.lines.gap()
        if name in _FOLDS and argument:
            self._folds.append(indent)
            self.lines.add("<details>", at + 1)
            self.lines.add(f"<summary>{inline(argument)}</summary>", at + 1, body)
            self.lines.gap()
        elif argument and name in _TITLED:
            self._write(at, indent, f"**{inline(argument)}**", body - 1)
            self.lines.gap()
        elif argument:
            self._write(at, indent, inline(argument), body - 1)
        if body > at + 1 and not argument:
            self.spans.append(Span(at + 2, body, Role.METADATA, "options"))
        return body

    def _close_folds(self, indent: int) -> None:
        while self._folds and indent <= self._folds[-1]:
            self._folds.pop()
            self.lines.gap()
            self.lines.add("</details>", self.lines.lasts[-1] if self.lines.lasts else 1)
            self.lines.gap()

    def _code(self, at: int, body: int, end: int, language: str, first: str = "") -> int:
        """Write lines as a fence: those of a directive at `at`, or of a literal block."""
        inner = self.rows[body:end]
        margin = min(
            (self._indents[k] for k in range(body, end) if self._indents[k] >= 0), default=0
        )
        code = [row[margin:] for row in inner]
        numbers = list(range(body + 1, end + 1))
        while code and not code[0].strip():
            code, numbers = code[1:], numbers[1:]
        if first:
            code, numbers = [first, *code], [at + 1, *numbers]
        if not code:
            return self._pass(at, max(end - 1, at), Role.METADATA, "a directive without content")
        opening, *_, closing = fenced("\n".join(code), language)
        prefix = self._nesting.text(
            self._indents[at] if body > at else max(self._indents[at] - 1, 0)
        )
        self.lines.gap()
        self.lines.add(prefix + opening, at + 1)
        for number, row in zip(numbers, code, strict=True):
            self.lines.add((prefix + row).rstrip(), number)
        self.lines.add(prefix + closing, numbers[-1])
        self.lines.gap()
        return max(end, at + 1)

    def _item(self, at: int, indent: int, match: re.Match[str]) -> int:
        marker = match[1]
        sign = "-" if marker in "-*+•" else "1." if marker[0] == "#" else "-"
        digits = re.sub(r"\D", "", marker)
        sign = f"{digits}." if digits else sign
        depth = indent - (len(self._folds) and self._folds[-1] + 3)
        text, literal = _without_colons(match[2])
        prefix = self._nesting.item(max(depth, 0), len(marker) + 1, sign)
        self.lines.add(prefix + inline(text), at + 1)
        self._literal = indent if literal else -1
        return at + 1

    def _paragraph(self, at: int, indent: int, text: str) -> int:
        nested = at + 1 < len(self.rows) and self._indents[at + 1] > indent
        begins = at == 0 or self._indents[at - 1] < 0 or self._indents[at - 1] != indent
        text, literal = _without_colons(text)
        if nested and begins and not literal and not _ITEM.match(self.rows[at + 1].strip()):
            self.lines.gap()
            self._write(at, indent, TERM + inline(text.partition(" : ")[0]))
            self.lines.gap()
            self._nesting.clear()
            return at + 1
        if text:
            self._write(at, indent, inline(text))
        self._literal = indent if literal else -1
        return at + 1

    def _table(self, at: int, indent: int) -> int:
        end = at + 1
        if is_grid(self.rows[at]):
            while end < len(self.rows) and self.rows[end].strip()[:1] in ("+", "|"):
                end += 1
            rows, headed = grid_rows(self.rows[at:end])
        else:
            borders = 1
            while end < len(self.rows) and (self._indents[end] >= 0 or borders == 1):
                borders += is_simple(self.rows[end])
                end += 1
                if self._indents[end - 1] < 0 and borders == 1 and end - at > 200:
                    break
            if borders < 2:
                return self._paragraph(at, indent, self.rows[at].strip())
            rows, headed = simple_rows([row[indent:] for row in self.rows[at:end]])
        self._write_table(at, [(at + a, at + b, cells) for a, b, cells in rows], headed=headed)
        return end

    def _data_table(self, at: int, body: int, end: int, name: str) -> int:
        """Read the rows of a list-table or csv-table."""
        options = "\n".join(self.rows[at + 1 : body])
        rows: list[tuple[int, int, list[str]]] = []
        for number in range(body, end):
            text = self.rows[number].strip()
            if name == "csv-table" and text:
                [(cells, _)] = fields([text])
                rows.append((number, number, [cell.strip() for cell in cells]))
            elif match := re.match(r"\*\s+-\s*(.*)", text):
                rows.append((number, number, [match[1]]))
            elif rows and (match := re.match(r"-\s*(.*)", text)):
                rows[-1] = rows[-1][0], number, [*rows[-1][2], match[1]]
            elif rows and text:
                first, _, cells = rows[-1]
                rows[-1] = first, number, [*cells[:-1], f"{cells[-1]} {text}".strip()]
        headed = "header-rows" in options
        if match := re.search(r":header:\s*(.*)", options):
            rows.insert(0, (at, body - 1, [cell.strip(' "') for cell in match[1].split(",")]))
            headed = True
        self._write_table(at, rows, headed=headed)
        return max(end, at + 1)

    def _write_table(
        self, at: int, rows: Sequence[tuple[int, int, list[str]]], *, headed: bool
    ) -> None:
        if not rows:
            self._pass(at, at, Role.METADATA, "an empty table")
            return
        width = max(len(cells) for _, _, cells in rows)
        if not headed:
            rows = [(rows[0][0], rows[0][0], [""] * width), *rows]
        self.lines.gap()
        for place, (first, last, cells) in enumerate(rows):
            filled = [inline(cell) for cell in cells] + [""] * (width - len(cells))
            self.lines.add(table_row(filled), first + 1, last + 1)
            if place == 0:
                self.lines.add(table_row(["---"] * width), last + 1)
        self.lines.gap()


def _without_colons(text: str) -> tuple[str, bool]:
    """Return a text without the "::" that announces a literal block, and whether it had one."""
    if not text.endswith("::"):
        return text, False
    return (
        "" if text == "::" else text[:-2].rstrip() if text[-3:-2].isspace() else text[:-1]
    ), True
