"""The text between two blocks of HTML as lines of Markdown: emphasis, links, line breaks; pure."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

_TAG_SIGN = re.compile(r"<(?=[a-zA-Z/!?])")
_ENTITY = re.compile(r"&(?=#?\w{1,30};)")
_OPENING = re.compile(r"(?:#{1,6}(?:\s|$)|>|```|~~~|={2,}\s*$|-{3,}\s*$)")


class Paragraph:
    """What is said since the last block, with the lines of the file on which it stands.

    Attributes:
        in_summary: it is the summary of a fold.
    """

    def __init__(self) -> None:
        self.in_summary = False
        self._parts: list[str] = []
        self._open: dict[str, int] = {}  # a sign, and the part at which it was opened
        self._lines: list[list[int]] = [[0, 0]]  # first and last, for each line of text

    @property
    def waiting(self) -> bool:
        """Whether anything was said."""
        return self._lines[-1][0] > 0 or len(self._lines) > 1

    def say(self, text: str, line: int) -> None:
        """Add text as HTML has it."""
        stripped = text.strip()
        if stripped:
            lead = text[: text.index(stripped[0])]
            first = line + lead.count("\n")
            self._mark(first, first + stripped.count("\n"))
        if "&" in text:
            text = html.unescape(text)
        if "`" not in self._open:
            text = _escaped(text)
        self._parts.append(text.replace("\n", " "))

    def keep(self, markup: str) -> None:
        """Add markup that Markdown takes as it is."""
        self._parts.append(markup)

    def image(self, alt: str, address: str, line: int) -> None:
        """Add an image."""
        self._mark(line, line)
        self._parts.append(f"![{_escaped(alt)}]({_address(address)})")

    def end_line(self) -> None:
        """End a line, as <br> does; emphasis goes on behind it."""
        signs = [sign for sign in self._open if sign in ("**", "*")]
        for sign in signs:
            self.close(sign)
        self._parts.append("\n")
        self._lines.append([0, 0])
        for sign in signs:
            self.open(sign)

    def open(self, sign: str) -> None:
        """Begin emphasis, code or a link; within one of its kind, or within code, nothing."""
        if sign not in self._open and "`" not in self._open:
            self._open[sign] = len(self._parts)

    def close(self, sign: str) -> None:
        """End emphasis or code: the spaces at its edges stay outside."""
        start = self._open.pop(sign, None)
        if start is None or start > len(self._parts):
            return
        text = "".join(self._parts[start:])
        inner = text.strip()
        if not inner or "\n" in inner:
            return
        self._replace(start, text, _code(inner) if sign == "`" else f"{sign}{inner}{sign}")

    def close_link(self, address: str, *, drop: Collection[str]) -> None:
        """End a link; one without an address is its text, one whose text says nothing goes."""
        start = self._open.pop("[", None)
        if start is None or start > len(self._parts):
            return
        text = "".join(self._parts[start:])
        inner = text.strip()
        if inner in drop:
            del self._parts[start:]
        elif address and "\n" not in inner and len(address) < 2000:
            self._replace(start, text, f"[{inner}]({_address(address)})")

    def take(self, *, joined: bool) -> Iterator[tuple[str, int, int]]:
        """Yield each line with its first and last line in the file, and begin anew.

        Args:
            joined: as one line.
        """
        for sign in reversed(list(self._open)):
            if sign != "[":
                self.close(sign)
        lines, self._lines = self._lines, [[0, 0]]
        text = "".join(self._parts)
        self._parts, self._open = [], {}
        if joined:
            text = text.replace("\n", " ")
            known = [line for line in lines if line[0]]
            lines = [[known[0][0], known[-1][1]]] if known else [[0, 0]]
        for piece, (first, last) in zip(text.split("\n"), lines, strict=True):
            if words := " ".join(piece.replace("\xa0", " ").split()):
                yield ("\\" if _OPENING.match(words) else "") + words, first, last

    def _mark(self, first: int, last: int) -> None:
        here = self._lines[-1]
        here[0] = here[0] or first
        here[1] = max(here[1], last)

    def _replace(self, start: int, text: str, markdown: str) -> None:
        lead = " " if text[:1].isspace() else ""
        tail = " " if text[-1:].isspace() else ""
        self._parts[start:] = [f"{lead}{markdown}{tail}"]
        for sign, at in self._open.items():  # what was opened inside begins behind it
            self._open[sign] = min(at, len(self._parts))


def _escaped(text: str) -> str:
    """Return plain text with what Markdown would read as markup escaped, and no more."""
    if "&" in text:
        text = _ENTITY.sub("&amp;", text)
    if "<" in text:
        text = _TAG_SIGN.sub("&lt;", text)
    if text.count("*") > 1:
        text = text.replace("*", "\\*")
    if text.count("`") > 1:
        text = text.replace("`", "\\`")
    return text


def _code(text: str) -> str:
    sign = "``" if "`" in text else "`"
    return f"{sign} {text} {sign}" if sign == "``" else f"`{text}`"


def _address(address: str) -> str:
    return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("\n", "")
