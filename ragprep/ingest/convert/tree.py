"""What a file of JSON or YAML holds, as records and lists with their lines; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_DEPTH = 100
"""How deep records may nest; banks of questions take 6."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Number(str):
    """A scalar that the file has as a number: a right choice counts from 0 then."""

    __slots__ = ()


@dataclass(slots=True)
class Items:
    """A list.

    Attributes:
        values: in order.
        lines: first and last line of each value.
    """

    values: list[Value] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)

    def add(self, value: Value, first: int, last: int) -> None:
        """Add a value with its lines."""
        self.values.append(value)
        self.lines.append((first, last))


@dataclass(slots=True)
class Record:
    """A mapping; a name may come twice.

    Attributes:
        names: in order.
        values: of the names.
        lines: first and last line of each name with its value.
    """

    names: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)


Value = str | Items | Record


def sound(text: str) -> str:
    """Return a text without what only escapes can write: controls, halves of characters."""
    if text.isprintable():
        return text
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return _SURROGATE.sub("\ufffd", text)
