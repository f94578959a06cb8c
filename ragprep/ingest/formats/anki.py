"""Anki's "Notes in Plain Text": directives ("#separator:tab"), then a note in each row."""

from __future__ import annotations

import re

from ragprep.ingest.convert.anki import card_of
from ragprep.ingest.convert.rows import Row, rows_of, separator_of
from ragprep.ingest.document import Card, Document
from ragprep.types.guide import Role, Span

_DIRECTIVE = re.compile(
    r"#(separator|html|columns|deck|tags|notetype|guid|if matches"
    r"|(?:deck|tags|notetype|guid) column):(.*)",
    re.IGNORECASE,
)
_SEPARATORS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return the notes of an export as cards."""
    lines = source.split("\n")
    settings, start = _settings(lines)
    spans = [Span(1, start, Role.METADATA, "directives of Anki")] if start else []
    named = settings.get("separator", "")
    separator = _SEPARATORS.get(named.lower(), named[:1]) or separator_of(lines[start:], "\t")
    places = {
        kind: int(value) - 1
        for kind in ("guid", "notetype", "deck", "tags")
        if (value := settings.get(f"{kind} column", "")).isdecimal()
    }
    columns = settings.get("columns", "")
    names = next(rows_of([columns], separator)).cells if columns else []
    cards = []
    for row in rows_of(lines, separator, start):
        if not any(cell.strip() for cell in row.cells):
            spans.append(Span(row.first, row.last, Role.BLANK))
        elif row.cells[0].startswith("#") and len(row.cells) == 1:
            spans.append(Span(row.first, row.last, Role.METADATA, "comment"))
        elif card := _card(row, places, names, settings):
            cards.append(card)
        else:
            spans.append(Span(row.first, row.last, Role.LEFT_OUT, "a note without a front"))
    return Document(size=len(lines), cards=tuple(cards), spans=tuple(spans))


def _settings(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the directives, and how many lines they take."""
    settings: dict[str, str] = {}
    for at, line in enumerate(lines):
        match = _DIRECTIVE.match(line)
        if match is None:
            return settings, at
        value = match[2] if match[2].strip() == "" else match[2].strip(" ")
        settings[match[1].lower()] = value
    return settings, len(lines)


def _card(
    row: Row, places: dict[str, int], names: list[str], settings: dict[str, str]
) -> Card | None:
    def side(kind: str) -> str:
        at = places.get(kind, -1)
        return row.cells[at].strip() if 0 <= at < len(row.cells) else settings.get(kind, "")

    tags = side("tags")
    fields = [cell for at, cell in enumerate(row.cells) if at not in places.values()]
    kept = [name for at, name in enumerate(names) if at not in places.values()]
    if "tags" not in places and [name.strip().lower() for name in kept[-1:]] == ["tags"]:
        tags = fields[len(kept) - 1] if len(fields) >= len(kept) else tags
        fields, kept = fields[: len(kept) - 1], kept[:-1]
    return card_of(fields, names=kept, lines=(row.first, row.last), deck=side("deck"), tags=tags)
