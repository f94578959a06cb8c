"""HTML as tags and text with their lines: a scan in one pass, for pages that nobody has checked.

Not the standard library's parser, which takes time with the square of `<a b='<a b='...` and of
comments that are never closed (20 kB of the first take more than a minute in Python 3.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s<>/\"']{0,40})((?:[^<>\"']|\"[^\"]{0,4096}\"|'[^']{0,4096}')*+)>"
    # an attribute with a stray quote
    r"|<(/?)([a-zA-Z][^\s<>/\"']{0,40})([^<>]{0,4096})>"
)
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_RAW = ("script", "style")


class Tag(NamedTuple):
    """A tag, or text where `name` is ""."""

    name: str
    line: int
    text: str
    """Of a tag: its attributes as written. Of text: as written, with its entities."""
    closes: bool = False

    @property
    def written(self) -> str:
        """The tag as the file has it, but for the case of its name."""
        return f"<{'/' * self.closes}{self.name}{self.text}>"

    def attributes(self) -> dict[str, str]:
        """Return the attributes of a tag by their names in lower case."""
        matches = _ATTRIBUTE.findall(self.text)
        return {name.lower(): double or single or bare for name, double, single, bare in matches}


def tags_of(source: str) -> Iterator[Tag]:
    """Yield tags and texts in order; what scripts, styles and comments hold is passed over."""
    scan = _Scan(source)
    start = at = 0
    line = counted = 1
    counted = 0
    while (at := source.find("<", at)) >= 0:
        match = _TAG.match(source, at)
        end = match.end() if match else scan.declaration(at)
        if end < 0:
            at += 1
            continue
        if at > start:
            yield Tag("", line, source[start:at])
        line += source.count("\n", counted, at)
        counted = at
        if match:
            closes, name, attributes = match.group(1, 2, 3) if match[2] else match.group(4, 5, 6)
            name = name.lower()
            yield Tag(name, line, attributes, bool(closes))
            if name in _RAW and not closes:
                end = scan.after_raw(name, end)
        line += source.count("\n", counted, end)
        start = at = counted = end
    if start < len(source):
        yield Tag("", line, source[start:])


class _Scan:
    """Ends of what has an end mark of its own; a mark that is nowhere is looked for once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._missing: set[str] = set()

    def declaration(self, at: int) -> int:
        """Return where a comment or declaration ends; -1 where "<" is a sign of the text."""
        for opening, closing in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
            if self._source.startswith(opening, at):
                end = self._find(closing, at + len(opening))
                return at + len(opening) if end < 0 else end + len(closing)
        return -1

    def after_raw(self, name: str, at: int) -> int:
        """Return where the closing tag of a script begins; the end of the source if nowhere."""
        end = self._find(f"</{name}", at)
        if end < 0:
            end = self._find(f"</{name.upper()}", at)
        return len(self._source) if end < 0 else end

    def _find(self, sign: str, at: int) -> int:
        if sign in self._missing:
            return -1
        place = self._source.find(sign, at)
        if place < 0:
            self._missing.add(sign)
        return place
