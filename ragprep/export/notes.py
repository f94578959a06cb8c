"""An entry as a note of Anki: its fields, tags, deck and guid; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ragprep.export.hypertext import text_to_html, to_html
from ragprep.types.guide import Entry, KeyPoint

FIELDS = ("Question", "Answer", "Key points", "Source")


class Note(NamedTuple):
    """A note.

    Attributes:
        guid: by which Anki knows it again; the entry's id, which an edited answer keeps.
        deck: "ragprep::networks".
        tags: the section, "Deep_Learning::Training"; none where there is no section.
        fields: HTML, in the order of `FIELDS`.
    """

    guid: str
    deck: str
    tags: tuple[str, ...]
    fields: tuple[str, str, str, str]


def note_of(entry: Entry, points: Sequence[KeyPoint], path: str) -> Note:
    """Return an entry as a note; `path` is its guide's file."""
    section = "::".join(filter(None, map(_tag, entry.section)))
    return Note(
        guid=f"ragprep-{entry.id}",
        deck=f"ragprep::{entry.guide.replace('::', ':')}",
        tags=(section,) if section else (),
        fields=(
            text_to_html(entry.question),
            to_html(entry.answer),
            _listed(points),
            _source(entry, path),
        ),
    )


def _tag(name: str) -> str:
    """Return a name as a part of a tag: Anki ends a tag at a space and a part at "::"."""
    return re.sub(r"[\s\x00-\x1f]+", "_", name.replace("::", ":").strip(" :"))


def _listed(points: Sequence[KeyPoint]) -> str:
    """Return the key points as lists, each below its heading."""
    lists = []
    for heading, members in groupby(points, key=lambda point: point.heading):
        items = "".join(f"<li>{text_to_html(point.text)}</li>" for point in members)
        lists.append(f"<p>{text_to_html(heading)}:</p>" * bool(heading) + f"<ul>{items}</ul>")
    return "".join(lists)


def _source(entry: Entry, path: str) -> str:
    first, last = entry.lines
    where = escape(f"{entry.guide}:{first}-{last}")
    if not Path(path).is_absolute():
        return where
    return f'<a href="{escape(Path(path).as_uri())}">{where}</a>'
