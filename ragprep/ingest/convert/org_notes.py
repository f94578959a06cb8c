"""Cards of org-drill and anki-editor, whose question is not the heading but a text below; pure.

* Item :drill:             * Item
What is RAID?              :PROPERTIES:
** Answer                  :ANKI_NOTE_TYPE: Basic
Many disks.                :END:
                           ** Front
                           What is RAID?
                           ** Back
                           Many disks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_LINES = 6  # of a question; a guess
_HIDDEN = re.compile(r"\s*(?::[\w-]+:|#|SCHEDULED:|DEADLINE:|CLOSED:|$)")


class Front(NamedTuple):
    """What stands for a heading.

    Attributes:
        text: the question; "" for a heading that only names a side.
        last: the last line (0-based) that it stands for.
    """

    text: str
    last: int


class _Heading(NamedTuple):
    line: int
    level: int
    title: str
    tags: tuple[str, ...]


def front_and_back(
    rows: Sequence[str],
    heading: re.Pattern[str],
    title_of: Callable[[str], tuple[str, tuple[str, ...]]],
) -> dict[int, Front]:
    """Return what stands for the headings of cards, by their lines (0-based).

    Args:
        rows: of the file.
        heading: its first group is the stars, its second the title.
        title_of: the title and the tags of a heading.
    """
    heads = [
        _Heading(at, len(match[1]), *title_of(match[2]))
        for at, row in enumerate(rows)
        if row[:1] == "*" and (match := heading.match(row))
    ]
    ends = [*(head.line for head in heads[1:]), len(rows)]
    fronts: dict[int, Front] = {}
    for at, head in enumerate(heads[:-1]):
        child = heads[at + 1]
        if child.level != head.level + 1:
            continue
        sides = child.title.casefold()
        if sides == "front" and at + 2 < len(heads) and heads[at + 2].title.casefold() == "back":
            if question := _paragraph(rows, child.line + 1, ends[at + 1]):
                fronts[head.line] = Front(question, ends[at + 1] - 1)
                fronts[ends[at + 1]] = Front("", ends[at + 1])
        elif (
            {"drill", "fc"} & set(head.tags)
            and sides != "back"
            and (question := _paragraph(rows, head.line + 1, ends[at]))
        ):
            fronts[head.line] = Front(question, ends[at] - 1)
            fronts[child.line] = Front("", child.line)
    return fronts


def _paragraph(rows: Sequence[str], start: int, end: int) -> str:
    """Return the text between two lines when it is one short paragraph."""
    texts: list[str] = []
    in_drawer = False
    for row in rows[start : min(end, start + 60)]:
        bare = row.strip()
        if in_drawer or (bare.startswith(":") and bare.endswith(":") and not texts):
            in_drawer = bare.upper() != ":END:"
        elif not _HIDDEN.match(row):
            texts.append(bare)
    return " ".join(texts) if 0 < len(texts) <= _LINES and end - start <= 60 else ""
