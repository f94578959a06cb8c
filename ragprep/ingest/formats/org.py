"""Org-mode as Markdown: headings without keywords and tags, properties left out, flashcards."""

from __future__ import annotations

import re

from ragprep.ingest.convert.kept import Kept, without_signs
from ragprep.ingest.convert.lines import TERM, Lines, blank_spans, fenced, table_row
from ragprep.ingest.convert.nesting import Nesting
from ragprep.ingest.convert.org_notes import front_and_back
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_HEADING = re.compile(r"(\*+)[ \t]+(.*)$")
_TAGS = re.compile(r"(?:^|[ \t]+)(:(?:[\w@#%]+:)+)[ \t]*$")
_KEYWORD = re.compile(
    r"(?:TODO|DONE|NEXT|WAITING|WAIT|HOLD|STARTED|CANCELL?ED|CANCELED|SOMEDAY|DOING)(?:[ \t]+|$)"
)
_PRIORITY = re.compile(r"\[#[A-Z0-9]\][ \t]*")
_COOKIE = re.compile(r"[ \t]*\[(?:\d*/\d*|\d*%)\][ \t]*$")
_SETTING = re.compile(r"[ \t]*#\+([\w-]+)(?:\[[^\[\]]*\])?:[ \t]*(.*)$")
_BLOCK = re.compile(r"[ \t]*#\+begin_(\w+)[ \t]*(.*)$", re.IGNORECASE)
_BLOCK_END = re.compile(r"[ \t]*#\+end_(\w+)[ \t]*$", re.IGNORECASE)
_DRAWER = re.compile(r"[ \t]*:([\w-]+):[ \t]*$")
_PLANNING = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):[ \t]*[<\[]")
_ITEM = re.compile(r"([ \t]*)([-+]|\d{1,6}[.)]|[A-Za-z][.)])[ \t]+(.*)$|([ \t]+)(\*)[ \t]+(.*)$")
_CHECKBOX = re.compile(r"\[[ xX-]\][ \t]+")
_TERM = re.compile(r"(.*?\S)[ \t]+::(?:[ \t]+(.*))?$")
_RULE = re.compile(r"[ \t]*-{5,}[ \t]*$")
_EDGE = r"(?<![\w\\]){sign}(?=[^\s{sign}])([^{sign}\n]*?[^\s{sign}]){sign}(?!\w)"
_VERBATIM = re.compile(r"(?<!\w)([=~])(?=\S)([^=~\n]+?)(?<=\S)\1(?!\w)")
_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_STYLES = tuple(
    (sign, re.compile(_EDGE.format(sign=re.escape(sign))), markdown)
    for sign, markdown in (("*", "**"), ("/", "*"), ("+", "~~"))
)
_CODE_BLOCKS = ("src", "example")
_HIDDEN_BLOCKS = ("comment", "export")


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return an outline as Markdown."""
    rows = source.split("\n")
    scan = _Scan(rows)
    scan.run()
    return scan.lines.document(len(rows), [*blank_spans(rows), *scan.spans])


def title_of(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the title of a heading without keyword, priority and counter, and its tags."""
    tags: tuple[str, ...] = ()
    if match := _TAGS.search(text):
        tags = tuple(match[1].strip(":").split(":"))
        text = text[: match.start()]
    text = _KEYWORD.sub("", text, count=1) if _KEYWORD.match(text) else text
    text = _PRIORITY.sub("", text, count=1) if _PRIORITY.match(text) else text
    return _COOKIE.sub("", text).strip(), tags


class _Scan:
    """One pass over the lines; each method reads one kind and returns the next line."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.lines = Lines()
        self.spans: list[Span] = []
        self._nesting = Nesting()
        self._ends = self._next_ends()
        self._drawers = self._drawer_ends()
        self._headings = any(map(_HEADING.match, rows))
        self._fronts = front_and_back(rows, _HEADING, title_of)
        self._comment_level = 0

    def run(self) -> None:
        at = 0
        while at < len(self.rows):
            at = self._take(at)

    def _take(self, at: int) -> int:
        row = self.rows[at]
        if row[:1] == "*" and (match := _HEADING.match(row)):
            return self._heading(at, match)
        stripped = row.strip()
        if not stripped:
            self.lines.gap()
            return at + 1
        if self._comment_level:
            return self._pass(at, at, Role.LEFT_OUT, "a section that is commented out")
        if stripped[0] == "#":
            return self._sharp(at, row, stripped)
        if stripped[0] == ":":
            if at in self._drawers:
                return self._pass(at, self._drawers[at], Role.METADATA, "properties")
            if stripped[:2] in (":", ": "):
                return self._fixed(at)
        if stripped[0] in "SDC" and _PLANNING.match(row):
            return self._pass(at, at, Role.METADATA, "dates")
        if stripped[0] == "|":
            return self._table(at)
        if _RULE.match(row):
            self._nesting.clear()
            self.lines.add("---", at + 1)
            return at + 1
        if match := _ITEM.match(row):
            return self._item(at, match)
        indent = len(row) - len(row.lstrip())
        self.lines.add(self._nesting.text(indent) + inline(stripped), at + 1)
        return at + 1

    def _pass(self, first: int, last: int, role: Role, reason: str) -> int:
        self.spans.append(Span(first + 1, last + 1, role, reason))
        return last + 1

    def _heading(self, at: int, match: re.Match[str]) -> int:
        level = len(match[1])
        if self._comment_level and level > self._comment_level:
            return self._pass(at, at, Role.LEFT_OUT, "a section that is commented out")
        self._comment_level = 0
        self._nesting.clear()
        title, _ = title_of(match[2])
        if title.startswith("COMMENT ") or title == "COMMENT":
            self._comment_level = level
            return self._pass(at, at, Role.LEFT_OUT, "a section that is commented out")
        if at in self._fronts:
            front = self._fronts[at]
            if not front.text:
                return self._pass(at, front.last, Role.METADATA, "heading of a card's side")
            self.lines.gap()
            self.lines.add(f"{_sharps(level)} {inline(front.text)}", at + 1, front.last + 1)
            return front.last + 1
        if not title:
            return self._pass(at, at, Role.METADATA, "a heading without a title")
        self.lines.gap()
        self.lines.add(f"{_sharps(level)} {inline(title)}", at + 1)
        return at + 1

    def _sharp(self, at: int, row: str, stripped: str) -> int:
        """Read a setting, a block or a comment."""
        if match := _BLOCK.match(row):
            return self._block(at, match[1].lower(), match[2])
        if match := _SETTING.match(row):
            key, value = match[1].lower(), match[2].strip()
            if key == "title" and value and not self._headings:
                self.lines.add(f"# {inline(value)}", at + 1)
                self.lines.gap()
                return at + 1
            if key == "results":
                return self._pass(at, self._results(at), Role.LEFT_OUT, "what code printed")
            return self._pass(at, at, Role.METADATA, "settings")
        if stripped.startswith("#+"):
            return self._pass(at, at, Role.METADATA, "settings")
        if stripped == "#" or stripped.startswith("# "):
            return self._pass(at, at, Role.METADATA, "comment")
        self.lines.add(self._nesting.text(len(row) - len(row.lstrip())) + stripped, at + 1)
        return at + 1

    def _block(self, at: int, kind: str, argument: str) -> int:
        end = self._ends.get(at, -1)
        if end < 0:
            return self._pass(at, at, Role.METADATA, "a block that is never closed")
        if kind in _HIDDEN_BLOCKS:
            return self._pass(at, end, Role.METADATA, "comment")
        indent = len(self.rows[at]) - len(self.rows[at].lstrip())
        prefix = self._nesting.text(indent)
        inner = [
            row[indent:] if not row[:indent].strip() else row for row in self.rows[at + 1 : end]
        ]
        self.lines.gap()
        if kind in _CODE_BLOCKS:
            language = (argument.split() or [""])[0] if kind == "src" else ""
            opening, *_, closing = fenced("\n".join(inner), language)
            self.lines.add(prefix + opening, at + 1)
            for number, row in enumerate(inner, at + 2):
                self.lines.add(prefix + re.sub(r"^([ \t]*),(?=[*,#])", r"\1", row), number)
            self.lines.add(prefix + closing, end + 1)
        elif kind in ("quote", "verse"):
            for number, row in enumerate(inner, at + 2):
                self.lines.add(f"{prefix}> {inline(row.strip())}".rstrip(), number)
        else:
            return at + 1  # its lines are read as any others
        self.lines.gap()
        return end + 1

    def _next_ends(self) -> dict[int, int]:
        """Return for each line that begins a block the line that ends it."""
        ends: dict[int, int] = {}
        after: dict[str, int] = {}
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if "#+" not in row:
                continue
            if match := _BLOCK_END.match(row):
                after[match[1].lower()] = at
            elif (match := _BLOCK.match(row)) and match[1].lower() in after:
                ends[at] = after.pop(match[1].lower())
        return ends

    def _drawer_ends(self) -> dict[int, int]:
        """Return for each line that begins a drawer the line that ends it, within its section."""
        ends: dict[int, int] = {}
        end = -1
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if row[:1] == "*" and _HEADING.match(row):
                end = -1
            elif row.lstrip()[:1] == ":" and (match := _DRAWER.match(row)):
                if match[1].upper() == "END":
                    end = at
                elif end > 0:
                    ends[at] = end
        return ends

    def _results(self, at: int) -> int:
        end = at
        while end + 1 < len(self.rows) and self.rows[end + 1].lstrip()[:2] in (": ", ":"):
            end += 1
        return end

    def _fixed(self, at: int) -> int:
        """Read lines that begin with ": " as code."""
        end = self._results(at - 1)
        code = [row.lstrip()[2:] for row in self.rows[at : end + 1]]
        opening, *_, closing = fenced("\n".join(code))
        self.lines.gap()
        self.lines.add(opening, at + 1)
        for number, row in enumerate(code, at + 1):
            self.lines.add(row, number)
        self.lines.add(closing, end + 1)
        self.lines.gap()
        return end + 1

    def _table(self, at: int) -> int:
        end = at
        while end + 1 < len(self.rows) and self.rows[end + 1].lstrip()[:1] == "|":
            end += 1
        rows = [
            (number, [inline(cell.strip()) for cell in row.strip().strip("|").split("|")])
            for number, row in enumerate(self.rows[at : end + 1], at + 1)
            if not re.match(r"[ \t]*\|[-+|]+$", row.rstrip())
        ]
        if not rows:
            return self._pass(at, end, Role.METADATA, "markup")
        headed = end > at and bool(re.match(r"[ \t]*\|[-+]+\|?", self.rows[at + 1].rstrip()))
        width = max(len(cells) for _, cells in rows)
        if not headed:
            rows.insert(0, (rows[0][0], [""] * width))
        self.lines.gap()
        for place, (number, cells) in enumerate(rows):
            self.lines.add(table_row(cells + [""] * (width - len(cells))), number)
            if place == 0:
                self.lines.add(table_row(["---"] * width), number)
        self.lines.gap()
        return end + 1

    def _item(self, at: int, match: re.Match[str]) -> int:
        if match[5]:
            space, marker, text = match.group(4, 5, 6)
        else:
            space, marker, text = match.group(1, 2, 3)
        text = _CHECKBOX.sub("", text, count=1) if _CHECKBOX.match(text) else text
        indent = len(space.expandtabs(8))
        if (term := _TERM.match(text)) and not self._nesting.depth(indent) and marker in "-+":
            self._nesting.clear()
            self.lines.gap()
            self.lines.add(TERM + inline(term[1]), at + 1)
            self.lines.gap()
            if term[2]:
                self.lines.add(inline(term[2].strip()), at + 1)
            return at + 1
        sign = "-" if marker in "-+*" else f"{marker[:-1]}." if marker[0].isdigit() else "-"
        self.lines.add(self._nesting.item(indent, len(marker) + 1, sign) + inline(text), at + 1)
        return at + 1


def _sharps(level: int) -> str:
    """Return the sign of a heading; the first level is the title of a whole file in Markdown."""
    return "#" * min(level + 1, 6)


def inline(text: str) -> str:
    """Return a line's emphasis, code and links as Markdown has them."""
    if not any(sign in text for sign in "*/=~+["):
        return text
    kept = Kept()
    text = _VERBATIM.sub(lambda match: kept.keep(f"`{match[2]}`"), without_signs(text))
    text = _LINK.sub(lambda match: kept.keep(_link(match[1], match[2])), text)
    for sign, pattern, markdown in _STYLES:
        if sign in text:
            text = pattern.sub(rf"{markdown}\1{markdown}", text)
    return kept.restored(text)


def _link(address: str, text: str | None) -> str:
    if re.match(r"(?:https?:|mailto:|\w+\.\w)", address):
        return f"[{text or address}]({address.replace(' ', '%20')})"
    return text or address.removeprefix("file:").removeprefix("*")
