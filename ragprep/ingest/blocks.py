"""The lines of a guide in Markdown as blocks; pure, and no more of Markdown than that.

A scan, not a parser of CommonMark: it looks at how a line begins, knows what is hidden (code,
comments, front matter) and how deep a list item stands, and reads 20 MB in seconds (markdown-it
takes a second for each). It follows what people mean where Markdown itself does not: `##Title`,
two spaces of nesting under "1.", a forgotten closing fence that hides nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ragprep.ingest.plain import asks, decorates


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    ITEM = "item"
    BOLD = "bold"
    LABEL = "label"
    PARAGRAPH = "paragraph"
    CODE = "code"
    TABLE = "table"
    QUOTE = "quote"
    CALLOUT = "callout"
    FOLD = "fold"
    FOLD_END = "fold end"
    RULE = "rule"
    MARKUP = "markup"
    COMMENT = "comment"
    METADATA = "metadata"
    NAVIGATION = "navigation"


class Block(NamedTuple):
    """Some lines of a guide that belong together. Lines in no block are blank.

    Attributes:
        kind: what it is.
        first: 0-based.
        last: 0-based, included.
        source: what ends with the text: the line itself, which lives anyway, where it can be.
        level: of a heading, 1 to 6; of an item that holds a heading, that heading's.
        depth: how many list items it stands in; an item does not count itself.
        marker: an item's "-" or "12."; a callout's kind.
        rest: Markdown on the last line that follows a summary.
        skip: characters of the source before the text.
    """

    kind: Kind
    first: int
    last: int
    source: str = ""
    level: int = 0
    depth: int = 0
    marker: str = ""
    rest: str = ""
    skip: int = 0

    @property
    def text(self) -> str:
        """Markdown of a heading, an item's first line, a fold's summary, a callout's title."""
        return self.source[self.skip :]


_RULE = re.compile(r"[ \t]{0,3}(?:([-*_])[ \t]*(?:\1[ \t]*){2,}|(?:<(?:br|hr)[ \t]*/?>[ \t]*)+)$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-{2,})[ \t]*$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t\xa0\u3000]+|$|(?<=##)(?=[^\s#!]))(.*)")
_ITEM = re.compile(
    r"([-*+•]|\d{1,4}[.)]|\(\d{1,4}\)|\d{1,3}(?:\.\d{1,3}){1,3}[.)])[ \t\xa0\u3000]+(\S.*)"
    r"|(\d{1,4}[、．])[ \t]*(\S.*)"
)
_ITEM_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_FENCE = re.compile(r"(`{3,}|~{3,})(.*)")
_CALLOUT = re.compile(r"[ \t]*>[ \t]*\[!([\w-]+)\]([-+]?)[ \t]*(.*)")
_DIRECTIVE = re.compile(r"(:{3,})[ \t]*\{?([A-Za-z][\w-]*)\}?[ \t]*(.*)")
_FENCED_DIRECTIVE = re.compile(r"`{3,}\{(dropdown|admonition|toggle|details)\}[ \t]*(\S.*)")
_ADMONITION = re.compile(
    r"(\?\?\?\+?|!!!)[ \t]+([\w-]+(?:[ \t]+[\w-]+)*)(?:[ \t]+\"(.*)\")?[ \t]*$"
)
_DETAILS = re.compile(r"<details[^<>]*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary[^<>]*>", re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>", re.IGNORECASE)
_TAG_LINE = re.compile(r"(?:</?(?!img\b)[a-zA-Z][^<>]*>|&nbsp;|\s)+$")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_LINK = r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_ANCHOR = re.compile(
    rf"(?:<[^<>]*>|[^\w<\[])*(?:{_LINK}\(#[^()\s]*\)|<a\b[^<>]*href=[\"']?#[^<>]*>[^<>]*</a>)"
    r"(?:<[^<>]*>|[^\w<\[])*$",
    re.IGNORECASE,
)
_BADGES = re.compile(
    r"(?:\s|\[?!\[[^\[\]]*\]\((?=[^()]*(?:badge|shields\.io))[^()]*\)(?:\]\([^()]*\))?)+$"
)
_PROPERTY = re.compile(
    r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*::(?: .*)?$"
    r"|[^\W\d_]{1,20}:: (?:\[\[[^\[\]]*\]\](?:, *| +)?)+$"  # "Related:: [[UDP]], [[QUIC]]"
)
_TAGS = re.compile(r"(?:#[^\s#]+\s*)+$")
_LABEL = re.compile(
    r"[^\W\d_]{1,12}\.?[ \t]{0,3}(?:[#№]?[ \t]{0,3}\d{1,4}[a-z]?[ \t]{0,3}[.:：)、–—-]|[:：])"
    r"|[QA][.)][ \t]"
)
_BOLD = re.compile(
    r"(?:\*\*|__)(?=[^\s*_])|<(?:b|strong)>"
    r"|\*[^\s*][^*]{0,300}[^\s*]\*[ \t]*$|_[^\s_][^_]{0,300}[^\s_]_[ \t]*$",
    re.IGNORECASE,
)
_SETTING = re.compile(r"[\w-]+\s*:|\s|#|-|$")
_SUMMARY_LINES = 40  # a summary may hold a list of what is asked; a guess
_SPECIAL = frozenset("#-*+_=>|`~<:?!0123456789(•$%")


def blocks_of(lines: Sequence[str]) -> tuple[list[Block], list[int]]:
    """Return the blocks of a text in order, and the lines of code fences that are never closed."""
    scan = _Scan(lines)
    scan.run()
    return scan.blocks, scan.unclosed


def front_matter(lines: Sequence[str]) -> int:
    """Return how many lines of settings (YAML or TOML) a guide begins with."""
    sign = lines[0].rstrip() if lines else ""
    if sign not in ("---", "+++"):
        return 0
    for i, line in enumerate(lines[1:200], 1):
        if line.rstrip() in (sign, "..."):
            return i + 1
        if sign == "---" and not _SETTING.match(line):
            break
    return 0


def without_symbols(text: str) -> str:
    """Return a text without the emoji and other symbols that it begins with."""
    start = 0
    while start < len(text) and decorates(text[start]):
        start += 1
    return text[start:]


def _tail(line: str, text: str) -> tuple[str, int]:
    """Return a text as the end of its line and where it begins, so that it needs no copy."""
    return (line, len(line) - len(text)) if line.endswith(text) else (text, 0)


class _Scan:
    """One pass over the lines; each method reads one kind of block and returns the next line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.blocks: list[Block] = []
        self.unclosed: list[int] = []
        self._items: list[int] = []  # the columns of the open list items
        self._fences = [i for i, line in enumerate(lines) if line.lstrip(" \t")[:3] in _SIGNS]
        self._longest = self._longest_fences()
        self._comment_ends: list[int] | None = None
        self._vault_ends: list[int] | None = None
        self._table_ends: list[int] | None = None

    def run(self) -> None:
        lines = self.lines
        i = front_matter(lines)
        if i:
            self.blocks.append(Block(Kind.METADATA, 0, i - 1))
        n = len(lines)
        while i < n:
            line = lines[i]
            first = line[:1]
            if first == " " or first == "\t":
                stripped = line.lstrip(" \t")
                first = stripped[:1]
            else:
                stripped = line
            if not first:
                i += 1
            elif first in _SPECIAL or first > "\x7f":
                i = self._special(i, line, stripped, first)
            else:
                i = self._text(i, line, stripped)

    def _add(
        self,
        kind: Kind,
        first: int,
        last: int,
        *,
        text: str = "",
        level: int = 0,
        marker: str = "",
        rest: str = "",
    ) -> int:
        line = self.lines[first]
        depth = len(self._items) if line[:1] in " \t" else 0
        source, skip = _tail(line, text)
        self.blocks.append(Block(kind, first, last, source, level, depth, marker, rest, skip))
        return last + 1

    def _special(self, i: int, line: str, stripped: str, first: str) -> int:
        indent = 0 if stripped is line else len(line[: -len(stripped)].expandtabs(4))
        plain_item = first in "-*+" and stripped[1:2] == " " and indent < 4 and "|" not in line
        if plain_item and not _RULE.match(line) and (match := _ITEM.match(stripped)):
            return self._item(i, indent, match)
        if first == "`" or first == "~":
            return self._code(i, stripped) or self._text(i, line, stripped)
        if indent >= 4 and self._is_indented_code(i, indent):
            return self._indented(i)
        if first == "#":
            return self._heading(i, indent, stripped) or self._text(i, line, stripped)
        if first == ">":
            return self._quote(i)
        if first == "%" and (at := self._vault_comment(i, stripped)):
            return at
        if first == "<":
            return self._html(i, line, stripped) or self._text(i, line, stripped)
        if "|" in line and (at := self._table(i)):
            return at
        if first == "=" or first == "-" or first == "*" or first == "_":
            if _UNDERLINE.match(line) and (at := self._underlined(i)):
                return at
            if _RULE.match(line):
                self._items.clear()
                return self._add(Kind.RULE, i, i)
        if first in ":?!" and (at := self._directive(i, stripped)):
            return at
        if match := _ITEM.match(stripped):
            return self._item(i, indent, match)
        return self._text(i, line, stripped)

    def _text(self, i: int, line: str, stripped: str) -> int:
        """Read a line of text: a paragraph's first or next, or one that stands out."""
        if "|" in line and (at := self._table(i)):
            return at
        if "</details" in line:
            return self._fold_end(i, stripped)
        head = without_symbols(stripped) if stripped[0] > "\x7f" else stripped
        kind = Kind.PARAGRAPH
        if head[:1] in "*_<" and _BOLD.match(head):
            kind = Kind.BOLD
        elif "](" in line and (_ANCHOR.match(stripped) or _BADGES.match(stripped)):
            return self._add(Kind.NAVIGATION, i, i)
        elif _PROPERTY.match(stripped) if "::" in line else _TAGS.match(stripped):
            return self._add(Kind.METADATA, i, i)
        elif _LABEL.match(head):
            kind = Kind.LABEL
        if kind is Kind.PARAGRAPH and self.blocks:
            before = self.blocks[-1]
            if before.kind is Kind.PARAGRAPH and before.last == i - 1:
                self.blocks[-1] = before._replace(last=i)
                return i + 1
        if kind is Kind.PARAGRAPH:
            return self._add(kind, i, i)
        if kind is Kind.BOLD and "](#" in line and _ANCHOR.match(stripped):
            kind = Kind.NAVIGATION
        return self._add(kind, i, i, text=head.rstrip())

    def _heading(self, i: int, indent: int, stripped: str) -> int:
        match = _HEADING.match(stripped)
        if match is None:
            return 0
        if not (self._items and indent >= 2):
            self._items.clear()
        text = match[2].strip()
        if text.endswith("#"):
            bare = text.rstrip("#")
            text = bare.rstrip() if not bare or bare[-1].isspace() else text
        return self._add(Kind.HEADING, i, i, text=text, level=len(match[1]))

    def _underlined(self, i: int) -> int:
        """Read "Title" over "=====" as a heading; 0 where it is none, but a separator."""
        before = self.blocks[-1] if self.blocks else None
        if before is None or before.kind not in (Kind.PARAGRAPH, Kind.LABEL, Kind.BOLD):
            return 0
        if before.last != i - 1 or before.first != before.last or before.depth:
            return 0
        title, sign = self.lines[i - 1].strip(), self.lines[i].strip()
        sentence = title.endswith((".", "。", ":", "：", ";", ","))
        short = len(sign) < 4 and len(title) > 2 * len(sign) + 20
        if sign[0] == "-" and (sentence or (short and not self._heads(i))):
            return 0
        self.blocks.pop()
        level = 1 if sign[0] == "=" else 2
        return self._add(Kind.HEADING, i - 1, i, text=title, level=level)

    def _heads(self, i: int) -> bool:
        """Whether a line of its own over a short underline has its text right below."""
        alone = i < 2 or not self.lines[i - 2].strip()
        below = self.lines[i + 1].strip() if i + 1 < len(self.lines) else ""
        next_asks = asks(below) and not asks(self.lines[i - 1])
        return alone and below[:1] not in ("", "#") and not next_asks

    def _item(self, i: int, indent: int, match: re.Match[str]) -> int:
        marker, text = match[1] or match[3], match[2] or match[4]
        while self._items and indent < self._items[-1] + 2:
            self._items.pop()
        inner = _ITEM_HEADING.match(text) if text[0] == "#" else None
        level = len(inner[1]) if inner else 0
        text = (inner[2] if inner else text).rstrip()
        if ("](#" in text or "href" in text) and _ANCHOR.match(text):
            self._add(Kind.NAVIGATION, i, i, text=text)
            self._items.append(indent)
            return i + 1
        source, skip = _tail(self.lines[i], text)
        depth = len(self._items)
        self.blocks.append(Block(Kind.ITEM, i, i, source, level, depth, marker, "", skip))
        self._items.append(indent)
        if text[0] in "`~" and text[:3] in _SIGNS:
            end = self._closing(i, text)
            return self._add(Kind.CODE, i, end) if end > i else i + 1
        return i + 1

    def _quote(self, i: int) -> int:
        lines, n = self.lines, len(self.lines)
        last = i
        while last + 1 < n and lines[last + 1].lstrip(" \t")[:1] == ">":
            if _CALLOUT.match(lines[last + 1]):
                break
            last += 1
        match = _CALLOUT.match(lines[i])
        if match is None:
            return self._add(Kind.QUOTE, i, last)
        return self._add(Kind.CALLOUT, i, last, text=match[3].strip(), marker=match[1] + match[2])

    def _table(self, i: int) -> int:
        lines, n = self.lines, len(self.lines)
        if i + 1 >= n or "-" not in lines[i + 1] or not _DELIMITERS.match(lines[i + 1]):
            return 0
        if "|" not in lines[i + 1]:
            return 0
        last = i + 1
        while last + 1 < n and "|" in lines[last + 1]:
            last += 1
        return self._add(Kind.TABLE, i, last)

    def _code(self, i: int, stripped: str) -> int:
        end = self._closing(i, stripped)
        if end > i and (match := _FENCED_DIRECTIVE.match(stripped)):
            first = end if end == i + 1 else end - 1
            self._add(Kind.CALLOUT, i, first, text=match[2].strip(), marker=match[1])
            return self._add(Kind.MARKUP, end, end) if first < end else end + 1
        if end == i:
            self.unclosed.append(i)
            return self._add(Kind.MARKUP, i, i)
        return self._add(Kind.CODE, i, end) if end > i else 0

    def _is_indented_code(self, i: int, indent: int) -> bool:
        if self._items:
            return indent >= self._items[-1] + 8
        after_blank = i == 0 or not self.lines[i - 1].strip()
        before = self.blocks[-1] if self.blocks else None
        goes_on = before is not None and before.kind is Kind.CODE and before.last == i - 1
        return after_blank or goes_on

    def _indented(self, i: int) -> int:
        before = self.blocks[-1] if self.blocks else None
        if before is not None and before.kind is Kind.CODE and before.last == i - 1:
            self.blocks[-1] = before._replace(last=i)
            return i + 1
        return self._add(Kind.CODE, i, i)

    def _closing(self, i: int, stripped: str) -> int:
        """Return the line that closes a fence; its own where none does, -1 where it is no fence."""
        match = _FENCE.match(stripped)
        if match is None or (match[1][0] == "`" and "`" in match[2]):
            return -1
        sign = match[1]
        at = bisect_left(self._fences, i + 1)
        if self._longest[sign[0]][at] < len(sign):
            return i
        while True:
            line = self.lines[self._fences[at]].strip()
            if line.startswith(sign) and not line.strip(sign[0]):
                return self._fences[at]
            at += 1

    def _longest_fences(self) -> dict[str, list[int]]:
        """Return for each sign the longest closing fence at or after each line of a fence."""
        longest = {sign: [0] * (len(self._fences) + 1) for sign in "`~"}
        for at in range(len(self._fences) - 1, -1, -1):
            line = self.lines[self._fences[at]].strip()
            for sign, sizes in longest.items():
                closes = line[0] == sign and not line.strip(sign)
                sizes[at] = max(sizes[at + 1], len(line) if closes else 0)
        return longest

    def _html(self, i: int, line: str, stripped: str) -> int:
        if stripped.startswith("<!--"):
            return self._comment(i)
        lower = stripped[:9].lower()
        if lower.startswith(("<details", "<summary")):
            return self._fold(i)
        if "</details" in line and not lower.startswith("<summary"):
            return self._fold_end(i, stripped)
        if match := _HTML_HEADING.match(stripped):
            return self._html_heading(i, int(match[1]), stripped[match.end() :])
        if lower.startswith("<table"):
            return self._html_table(i)
        if _RULE.match(line):
            self._items.clear()
            return self._add(Kind.RULE, i, i)
        if _TAG_LINE.match(stripped):
            return self._add(Kind.MARKUP, i, i)
        if "href" in line and "#" in line and _ANCHOR.match(stripped):
            return self._add(Kind.NAVIGATION, i, i)
        return 0

    def _comment(self, i: int) -> int:
        if self._comment_ends is None:
            self._comment_ends = [k for k, line in enumerate(self.lines) if "-->" in line]
        at = bisect_left(self._comment_ends, i)
        if at == len(self._comment_ends):
            return 0
        return self._add(Kind.COMMENT, i, self._comment_ends[at])

    def _vault_comment(self, i: int, stripped: str) -> int:
        """Read "%% note to self %%", on one line or between two of "%%", as Obsidian hides it."""
        text = stripped.rstrip()
        if text[:2] != "%%" or (len(text) > 2 and not text[2:].endswith("%%")):
            return 0
        if len(text) > 3:
            return self._add(Kind.COMMENT, i, i)
        if self._vault_ends is None:
            self._vault_ends = [k for k, line in enumerate(self.lines) if line.strip() == "%%"]
        at = bisect_left(self._vault_ends, i + 1)
        return self._add(Kind.COMMENT, i, self._vault_ends[at]) if at < len(self._vault_ends) else 0

    def _fold(self, i: int) -> int:
        """Read <details> with its <summary>, which may begin on the next lines and go on."""
        lines = self.lines
        start = next(
            (k for k in range(i, min(i + 3, len(lines))) if _SUMMARY.search(lines[k])), None
        )
        if start is None or any(lines[k].strip() for k in range(i + 1, start)):
            return self._add(Kind.FOLD, i, i, level=1)
        for last in range(start, min(start + _SUMMARY_LINES, len(lines))):
            if "</summary>" in lines[last].lower():
                break
        else:
            return self._add(Kind.FOLD, i, i, level=1)
        whole = "\n".join(lines[start : last + 1])
        opening = _SUMMARY.search(whole)
        assert opening is not None
        end = whole.lower().rindex("</summary>")
        rest = whole[end + len("</summary>") :]
        counts = bool(_DETAILS.search(lines[i]))
        text = whole[opening.end() : end].strip()
        return self._add(Kind.FOLD, i, last, text=text, rest=rest, level=int(counts))

    def _fold_end(self, i: int, stripped: str) -> int:
        """Read </details>, alone or behind the last words of an answer."""
        text = "" if _TAG_LINE.match(stripped) else stripped.rstrip()
        return self._add(Kind.FOLD_END, i, i, text=text)

    def _html_heading(self, i: int, level: int, after: str) -> int:
        end = re.compile(rf"</h{level}[ \t]*>", re.IGNORECASE)
        whole = [after]
        for last in range(i, min(i + 5, len(self.lines))):
            if last > i:
                whole.append(self.lines[last])
            if match := end.search(whole[-1]):
                whole[-1] = whole[-1][: match.start()]
                self._items.clear()
                text = " ".join(" ".join(whole).split())
                return self._add(Kind.HEADING, i, last, text=text, level=level)
        return 0

    def _html_table(self, i: int) -> int:
        if self._table_ends is None:
            self._table_ends = [k for k, line in enumerate(self.lines) if "</table" in line]
        at = bisect_left(self._table_ends, i)
        closed = at < len(self._table_ends)
        return self._add(
            Kind.TABLE if closed else Kind.MARKUP, i, self._table_ends[at] if closed else i
        )

    def _directive(self, i: int, stripped: str) -> int:
        """Read `:::{dropdown} Title` and `??? question "Title"`."""
        if match := _DIRECTIVE.match(stripped):
            return self._add(Kind.FOLD, i, i, text=match[3].strip(), level=1, marker=match[1])
        if stripped.startswith(":::") and not stripped.strip(": \t"):
            return self._add(Kind.FOLD_END, i, i, marker=stripped.rstrip())
        if match := _ADMONITION.match(stripped):
            text = (match[3] or "").strip()
            return self._add(Kind.CALLOUT, i, self._indented_body(i), text=text, marker=match[2])
        return 0

    def _indented_body(self, i: int) -> int:
        last = i
        for k in range(i + 1, len(self.lines)):
            line = self.lines[k]
            if line[:4] == "    " or line[:1] == "\t":
                last = k
            elif line.strip():
                break
        return last


_SIGNS = ("```", "~~~")
