"""What flashcard programs, MyST and Markdown Extra write beyond Markdown, said in Markdown; pure.

RAID::Many disks.       -> Q: RAID              C: [RAID] is fast.   -> Q: [...] is fast.
Fork >> A copy.            A: Many disks.                               A: RAID is fast.

RAID #card              -> Q: RAID              ```{dropdown} Why?   -> :::{dropdown} Why?
Many disks.                Many disks.          So.                     So.
                                                ```                     :::
RAID                    -> ###### RAID          ❓ Why?       -> Q: Why?
: Many disks.              Many disks.         💡 So.           A: So.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.ingest.blocks import without_symbols
from ragprep.ingest.convert.lines import TERM, Lines
from ragprep.ingest.document import Document
from ragprep.ingest.plain import asks
from ragprep.types.guide import Role, Span

_SIGNS = (
    *(b"#card", b"#flashcard", b"#srs", b"{{cloze ", b"```{", b"~~~{", b"\n: ", b"\nC: ", b"::"),
    *(b">>", b"\t", "\n❓".encode(), "\n❔".encode()),
)
_LONGEST = max(map(len, _SIGNS))
_PIECE = 1 << 16
_TAG = re.compile(
    r"(?<=\s)#(?:card|flashcards?|srs)(?:/\S*)?(?:\s+#(?:card|flashcards?|srs)(?:/\S*)?)*\s*$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(\s*(?:[-*+]|\d{1,4}[.)])\s+)(.*)$")
_HEADING = re.compile(r"(#{1,6}\s+)(.*)$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)$")
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}[ \t]*(.*)$")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")
_CODE = (
    "code",
    "code-block",
    "code-cell",
    "math",
    "sourcecode",
    "literalinclude",
    "mermaid",
    "raw",
)
_ASKS = ("❓", "❔")
_PAIR = re.compile(r"\s*(?:[-*+]\s+)?([^\s:`>|<#][^:`>|]{0,200}?)\s*(?:::|:::|>>)\s*([^\s:].*)$")
_TABBED = re.compile(r"([^\s`>|<#*+\d-][^\t]{0,300}?) ?\t+([^\s][^\t]*)$")
_PROPERTY = re.compile(r"\s*[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*::(?:\s.*)?$")
_BLANKS = re.compile(r"C:\s+(.*\[[^\[\]]+\](?!\().*)$")
_BLANK = re.compile(r"\[([^\[\]]+)\](?!\()")
_CLOZE = re.compile(r"\{\{cloze\s+([^{}]*)\}\}")
_DEFINITION = re.compile(r":[ \t]+(\S.*)$")
_TERM = re.compile(r"[^\W_`\"'(]?[^\n]{0,120}[^.:;,\s]$")


def translated(lines: Sequence[str], source: str) -> Document | None:
    """Return a file with such signs as Markdown with its lines; None when it has none."""
    if not _has_signs(source):
        return None
    scan = _Scan(lines)
    scan.run()
    return scan.lines.document(len(lines), scan.spans) if scan.changed else None


def _has_signs(source: str) -> bool:
    """Whether a text has any of the signs; as bytes, which are searched ten times as fast."""
    for start in range(0, len(source), _PIECE):
        piece = source[start : start + _PIECE + _LONGEST].encode(errors="surrogatepass")
        if any(sign in piece for sign in _SIGNS):
            return True
    return source.startswith("C: ")


class _Scan:
    """One pass over the lines; what is code stays as it is."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.rows = lines
        self.lines = Lines()
        self.spans: list[Span] = []
        self.changed = False
        self._fences: list[tuple[str, bool]] = []  # the sign, and whether it is a directive
        self._deck = _is_deck(lines)
        # one line that begins so may be anything; two are a deck
        self._blanks = sum(bool(_BLANKS.match(row)) for row in lines) > 1
        self._asks = sum(row.startswith(_ASKS) for row in lines) > 1
        self._asked = False
        self._options = False

    def run(self) -> None:
        for number, row in enumerate(self.rows, 1):
            if not self._take(row, number):
                self.lines.add(row, number)

    def _write(self, number: int, *texts: str) -> bool:
        self.changed = True
        for text in texts:
            self.lines.add(text, number)
        return True

    def _take(self, row: str, number: int) -> bool:
        """Write a line that is to be changed; False for any other."""
        options, self._options = self._options, False
        if options and _OPTION.match(row):
            self._options = True
            self.spans.append(Span(number, number, Role.METADATA, "options"))
            return self._write(number, "")
        if (row.lstrip()[:3] in ("```", "~~~")) and (match := _FENCE.match(row)):
            return self._fence(match[1], match[2].strip(), number)
        if self._fences and not self._fences[-1][1]:
            return False
        if "#" in row and (match := _TAG.search(row)):
            return self._tagged(row[: match.start()], number)
        if self._blanks and row.startswith("C:") and (match := _BLANKS.match(row)):
            shown, filled = _BLANK.sub("[...]", match[1]), _BLANK.sub(r"\1", match[1])
            return self._write(number, f"Q: {shown}", f"A: {filled}")
        if self._deck and (pair := _pair(row)):
            return self._write(number, f"Q: {pair[0]}", f"A: {pair[1]}")
        asked, self._asked = self._asked, False
        if self._asks and row[:1] > "\x7f" and (text := without_symbols(row)) and text != row:
            self._asked = row.startswith(_ASKS)
            if self._asked or asked:
                return self._write(number, f"{'Q' if self._asked else 'A'}: {text}")
        if row[:1] == ":" and (match := _DEFINITION.match(row)):
            return self._definition(match[1], number)
        return False

    def _fence(self, sign: str, rest: str, number: int) -> bool:
        inner = self._fences[-1] if self._fences else ("", True)
        closes = not rest and sign[0] == inner[0][:1] and len(sign) >= len(inner[0])
        if closes:
            _, directive = self._fences.pop()
            return directive and self._write(number, ":::")
        if not inner[1]:
            return False
        match = _DIRECTIVE.match(rest)
        directive = bool(match) and match is not None and match[1] not in _CODE
        self._fences.append((sign, directive))
        if match is None or not directive:
            return False
        self._options = True
        return self._write(number, f":::{{{match[1]}}} {match[2]}".rstrip())

    def _tagged(self, row: str, number: int) -> bool:
        """Read a line that ends with "#card" as a question."""
        head, text = "", row.strip()
        if match := _ITEM.match(row) or _HEADING.match(row):
            head, text = match[1], match[2].strip()
        if not text or "::" in text:
            return False
        if _CLOZE.search(text):
            shown, filled = _CLOZE.sub("[...]", text), _CLOZE.sub(r"\1", text)
            indent = " " * len(head)
            return self._write(number, f"{head}Q: {shown}", f"{indent}{filled}")
        if asks(text) and head:
            return self._write(number, f"{head}{text}")
        return self._write(number, f"{head}Q: {text}")

    def _definition(self, text: str, number: int) -> bool:
        """Read a line that begins with ": " as the meaning of the term above it."""
        texts = self.lines.texts
        at = len(texts) - 1
        while at >= 0 and not texts[at].strip() and at > len(texts) - 3:
            at -= 1
        if at < 0 or not (at == 0 or not texts[at - 1].strip()):
            return False
        term = texts[at].strip()
        if not term.startswith(TERM):
            if term[:1] in "#-*+>|<:!" or not _TERM.match(term):
                return False
            texts[at] = TERM + term
        return self._write(number, "", text)


def _is_deck(lines: Sequence[str]) -> bool:
    """Whether most lines of a file are a term and its meaning on either side of a sign."""
    pairs = unpaired = 0
    for row in lines:
        if "::" in row or ">>" in row or "\t" in row:
            pair = _pair(row)
            pairs += pair is not None
            unpaired += pair is None and not _PROPERTY.match(row)
        elif row.startswith("#") and asks(row):  # its questions are headings
            return False
        elif row.strip() and row.lstrip()[:1] not in "#<":
            unpaired += 1
    return pairs > 1 and pairs >= unpaired


def _pair(row: str) -> tuple[str, str] | None:
    if "\t" in row and (match := _TABBED.match(row)):
        return match[1], match[2].strip()
    if ("::" not in row and ">>" not in row) or _PROPERTY.match(row):
        return None
    match = _PAIR.match(row) if row.count("::") < 2 else None
    return (match[1], match[2].strip()) if match and not _TAG.search(row) else None
