"""AsciiDoc as Markdown: titles, labelled and nested lists, delimited blocks, tables."""

from __future__ import annotations

import re

from ragprep.ingest.convert.adoc_inline import inline
from ragprep.ingest.convert.lines import DEPTH, TERM, Lines, blank_spans, fenced, table_row
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_TITLE = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*$")
_SETTING = re.compile(r":!?[\w-]+!?:(?:[ \t]|$)")
_ATTRIBUTES = re.compile(r"\[[^\[\]]*\]\s*$|\[\[[^\[\]]*\]\]\s*$")
_BLOCK_TITLE = re.compile(r"\.([^\s.].*)$")
_MACRO = re.compile(
    r"(include|toc|ifdef|ifndef|ifeval|endif|video|audio|image)::([^\[]*)\[(.*)\]\s*$"
)
_LISTED = re.compile(r"(\*{1,6}|-|\.{1,6}|\d{1,6}\.|[a-z]\.|<\d{1,3}>|<\.>)[ \t]+(\S.*)$")
_LABEL = re.compile(r"(\S.*?)(:{2,4}|;;)(?:[ \t]+(.*))?$")
_NOTE = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(.*)$")
_DELIMITER = re.compile(
    r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}.*|[|,!:]={3,})\s*$"
)
_CHECKBOX = re.compile(r"\[[ xX*]\][ \t]+")
_CELL = re.compile(r"(?:^|(?<=\s))(?:\d*\.?\d*[+*])?[<^>.]*[adehlmsv]?\|")
_FLUSH = ("'''", "---", "***", "<<<")


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return a text as Markdown."""
    rows = source.split("\n")
    scan = _Scan(rows)
    scan.run()
    return scan.lines.document(len(rows), [*blank_spans(rows), *scan.spans])


class _Scan:
    """One pass over the lines; each method reads one kind and returns the next line."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.lines = Lines()
        self.spans: list[Span] = []
        self._markers: list[str] = []  # of the list items that are open
        self._attached = False  # a "+" says that what follows belongs to the item
        self._folds: list[str] = []  # delimiters of collapsible blocks
        self._ends = self._closing_lines()
        self._style = ""
        self._title = ("", 0)
        self._level = 1
        self._in_label = False

    def run(self) -> None:
        at = 0
        while at < len(self.rows):
            at = self._take(at)
        self._flush_title()
        for _ in self._folds:
            self.lines.add("</details>", len(self.rows))

    def _take(self, at: int) -> int:
        row = self.rows[at].rstrip()
        text = row.strip()
        if not text:
            self.lines.gap()
            return at + 1
        if text == "+":
            self._attached = True
            self.lines.gap()
            return self._pass(at, at, "markup")
        if (row[0] in "-.=*_+/`|,!:") and _DELIMITER.match(row):
            return self._delimited(at, row)
        if row.startswith("//"):
            return self._pass(at, at, "comment")
        if row[0] in "=#" and (match := _TITLE.match(row)):
            return self._heading(at, len(match[1]), match[2])
        if row[0] == ":" and _SETTING.match(row):
            return self._pass(at, at, "settings")
        if row[0] == "[" and _ATTRIBUTES.match(row):
            self._style = row.strip("[] ").casefold()
            return self._pass(at, at, "settings")
        if row[0] == "." and (match := _BLOCK_TITLE.match(row)):
            self._flush_title()
            self._title = match[1], at
            return at + 1
        if match := _MACRO.match(row):
            return self._macro(at, match)
        if text in _FLUSH:
            self._end_lists()
            self.lines.gap()
            self.lines.add("---", at + 1)
            self.lines.gap()
            return at + 1
        self._flush_title()
        if match := _LISTED.match(text):
            return self._item(at, match)
        if ("::" in text or ";;" in text) and (match := _LABEL.match(text)):
            return self._label(at, match)
        return self._text(at, row, text)

    def _pass(self, first: int, last: int, reason: str, role: Role = Role.METADATA) -> int:
        self.spans.append(Span(first + 1, last + 1, role, reason))
        return last + 1

    def _prefix(self) -> str:
        return "    " * len(self._markers)

    def _end_lists(self) -> None:
        self._markers.clear()
        self._attached = self._in_label = False

    def _flush_title(self) -> None:
        """Write the title of a block that did not take it itself."""
        text, at = self._title
        if text:
            self.lines.gap()
            self.lines.add(f"{self._prefix()}**{inline(text)}**", at + 1)
            self.lines.gap()
        self._title = "", 0

    def _heading(self, at: int, level: int, text: str) -> int:
        self._flush_title()
        self._end_lists()
        self._level = level
        self._style = ""
        self.lines.gap()
        self.lines.add(f"{'#' * level} {inline(text)}", at + 1)
        return at + 1

    def _macro(self, at: int, match: re.Match[str]) -> int:
        if match[1] != "image":
            return self._pass(at, at, "settings")
        alt = match[3].split(",")[0].strip('"')
        address = match[2].replace(" ", "%20")
        self.lines.add(f"{self._prefix()}![{alt}]({address})", at + 1)
        return at + 1

    def _item(self, at: int, match: re.Match[str]) -> int:
        marker, text = match[1], match[2]
        kind = "1." if marker[0].isdigit() else "<1>" if marker[0] == "<" else marker
        if self._fresh(at) and not self._markers:
            self.lines.gap()
        if kind in self._markers:
            del self._markers[self._markers.index(kind) :]
        if len(self._markers) < DEPTH:
            self._markers.append(kind)
        text = _CHECKBOX.sub("", text, count=1)
        number = marker if marker[0].isdigit() else "1."
        sign = number if marker[0] in ".<" or marker[0].isdigit() else "-"
        self.lines.add(f"{'    ' * (len(self._markers) - 1)}{sign} {inline(text)}", at + 1)
        self._attached = False
        return at + 1

    def _fresh(self, at: int) -> bool:
        return at == 0 or not self.rows[at - 1].strip()

    def _label(self, at: int, match: re.Match[str]) -> int:
        """Read "Term:: text"; in a list of questions and answers the term is a heading."""
        self._end_lists()
        self.lines.gap()
        term = inline(match[1])
        asked = self._style.split(",")[0].strip() == "qanda"
        nested = match[2] != "::"
        sharps = "#" * min(self._level + 1, 6)
        self.lines.add(f"{sharps} {term}" if asked and not nested else TERM + term, at + 1)
        self.lines.gap()
        self._in_label = True
        if match[3]:
            self.lines.add(inline(match[3].strip()), at + 1)
        return at + 1

    def _text(self, at: int, row: str, text: str) -> int:
        blank_before = self._fresh(at)
        if blank_before and not self._attached and not row[:1].isspace():
            self._markers.clear()
            self._style = "" if not self._in_label else self._style
            self._in_label = False
        if blank_before and row[:1].isspace() and not self._markers and not self._in_label:
            return self._indented(at)
        self._attached = self._attached and not blank_before
        if text.endswith(" +"):
            text = text[:-2] + "\\"
        if match := _NOTE.match(text):
            text = f"**{match[1].capitalize()}:** {match[2]}"
        self.lines.add(self._prefix() + inline(text), at + 1)
        return at + 1

    def _indented(self, at: int) -> int:
        end = at
        while end < len(self.rows) and self.rows[end][:1].isspace() and self.rows[end].strip():
            end += 1
        self._code(at, at, end, "")
        return end

    def _delimited(self, at: int, row: str) -> int:
        """Read a block between two lines of the same signs."""
        style, self._style = self._style, self._style if self._in_label else ""
        end = self._ends.get(at, -1)
        if self._folds and self._folds[-1] == row and end < 0:
            self._folds.pop()
            self.lines.gap()
            self.lines.add("</details>", at + 1)
            self.lines.gap()
            return at + 1
        if end < 0:
            return self._pass(at, at, "markup")
        kind = row[0] if row != "--" else "="
        parts = [part.strip() for part in re.split(r"[,%]", style)]
        if kind == "/":
            return self._pass(at, end, "comment")
        if kind == "+" or parts[0] in ("comment", "pass"):
            return self._pass(at, end, "markup that is passed through")
        if row.endswith("===") and kind in "|,:!":
            self._flush_title()
            return self._table(at, end, "," if kind == "," else "|", style)
        if kind in "-.`" or parts[0] in ("source", "listing", "literal"):
            self._flush_title()
            language = row.strip("` ") if kind == "`" else ""
            if not language and parts[0] == "source" and len(parts) > 1:
                language = parts[1]
            self._code(at, at + 1, end, language)
            return end + 1
        if kind == "_":
            self._flush_title()
            self.lines.gap()
            for number in range(at + 1, end):
                text = f"> {inline(self.rows[number].strip())}".rstrip()
                self.lines.add(self._prefix() + text, number + 1)
            self.lines.gap()
            return end + 1
        return self._container(at, end, row, collapsible="collapsible" in parts)

    def _container(self, at: int, end: int, row: str, *, collapsible: bool) -> int:
        """Begin a block whose lines are read as any others; a collapsible one is folded."""
        if collapsible:
            (text, line), self._title = self._title, ("", 0)
            self._end_lists()
            self.lines.gap()
            first = line + 1 if text else at + 1
            self.lines.add("<details>", first)
            self.lines.add(f"<summary>{inline(text) or 'Details'}</summary>", first, at + 1)
            self.lines.gap()
            self._folds.append(row)
            return at + 1
        self._flush_title()
        self.spans.append(Span(end + 1, end + 1, Role.METADATA, "markup"))
        return self._pass(at, at, "markup")

    def _closing_lines(self) -> dict[int, int]:
        """Return for each line that opens a block the one that closes it."""
        ends: dict[int, int] = {}
        opened: dict[str, int] = {}
        verbatim = ""
        for at, row in enumerate(self.rows):
            row = row.rstrip()
            if not row or row[0] not in "-.=*_+/`|,!:" or not _DELIMITER.match(row):
                continue
            key = row.strip() if row[0] != "`" else "```"
            if verbatim and key != verbatim:
                continue
            if key in opened:
                ends[opened.pop(key)] = at
                verbatim = ""
            elif row[0] != "`" or not verbatim:
                opened[key] = at
                verbatim = key if row[0] in ".-+/`" and row != "--" else verbatim
        return ends

    def _code(self, at: int, first: int, end: int, language: str) -> None:
        code = self.rows[first:end]
        opening, *_, closing = fenced("\n".join(code), language)
        prefix = self._prefix() if self._attached or self._markers else ""
        self.lines.gap()
        self.lines.add(prefix + opening, at + 1)
        for number, row in enumerate(code, first + 1):
            self.lines.add((prefix + row).rstrip(), number)
        self.lines.add(prefix + closing, max(end, at) + (end > first - 1 and first > at))
        self.lines.gap()

    def _table(self, at: int, end: int, sign: str, style: str) -> int:
        rows: list[tuple[int, list[str]]] = []
        columns = _column_count(style)
        flat: list[tuple[int, str]] = []
        first_gap = False
        for number in range(at + 1, end):
            text = self.rows[number].strip()
            if not text:
                first_gap = first_gap or len(rows) == 1
                continue
            if sign == ",":
                rows.append((number, [cell.strip(' "') for cell in text.split(",")]))
                continue
            cells = [cell.strip() for cell in _CELL.split(text)]
            if cells[0] and flat:
                flat[-1] = flat[-1][0], f"{flat[-1][1]} {cells[0]}".strip()
            flat += [(number, cell) for cell in cells[1:]]
            if len(cells) > 1:
                rows.append((number, cells[1:]))
        width = columns or max((len(cells) for _, cells in rows), default=0)
        if flat and width:
            rows = [
                (flat[k][0], [cell for _, cell in flat[k : k + width]])
                for k in range(0, len(flat), width)
            ]
        if not rows:
            return self._pass(at, end, "an empty table")
        if not (first_gap or "header" in style):
            rows.insert(0, (rows[0][0], [""] * width))
        self.lines.gap()
        for place, (number, cells) in enumerate(rows):
            filled = [inline(cell) for cell in cells] + [""] * (width - len(cells))
            self.lines.add(table_row(filled), number + 1)
            if place == 0:
                self.lines.add(table_row(["---"] * width), number + 1)
        self.lines.gap()
        return self._pass(end, end, "markup")


def _column_count(style: str) -> int:
    match = re.search(r"cols\s*=\s*\"?([^\"\]]*)", style)
    if match is None:
        return 0
    if times := re.match(r"\s*(\d{1,2})\*", match[1]):
        return int(times[1])
    return len([part for part in match[1].split(",") if part.strip()])
