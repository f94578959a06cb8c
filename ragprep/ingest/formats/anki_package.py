"""Decks of Anki (.apkg, .colpkg), as cards: a zip archive with an SQLite database."""

from __future__ import annotations

import sqlite3

from ragprep.errors import GuideError
from ragprep.ingest.convert.anki import card_of
from ragprep.ingest.convert.archive import MAX_BYTES, Archive
from ragprep.ingest.convert.collection import MAX_NOTES, notes_of
from ragprep.ingest.convert.zstd import decompressed
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_NEWEST = "collection.anki21b"
_OLDER = ("collection.anki21", "collection.anki2")
"""In a newest package `collection.anki2` holds one note that asks to update Anki."""


def read(source: bytes, name: str) -> Document:
    """Return the notes of a deck as cards; lines count notes.

    Raises:
        GuideError: it is no deck of Anki, is too large, or needs a decoder that is not installed.
    """
    archive = Archive(source, name, is_called="a deck of Anki")
    try:
        notes = notes_of(_database(archive, name))
    except (sqlite3.Error, ValueError, TypeError) as error:
        if "too many notes" in str(error):
            raise GuideError(
                f"{name} has more than {MAX_NOTES:,} notes.", remedy="Export a single deck."
            ) from error
        raise archive.damaged() from error
    cards = []
    spans = []
    for number, note in enumerate(notes, 1):
        card = card_of(
            note.fields, names=note.names, lines=(number, number), deck=note.deck, tags=note.tags
        )
        if card:
            cards.append(card)
        else:
            spans.append(Span(number, number, Role.LEFT_OUT, "a note without a front"))
    return Document(size=len(notes), cards=tuple(cards), spans=tuple(spans), unit="note")


def _database(archive: Archive, name: str) -> bytes:
    if _NEWEST in archive.names:
        packed = archive.read(_NEWEST)
        database = decompressed(packed, MAX_BYTES)
        if database is None:
            raise GuideError(
                f"{name} is compressed in a way that this Python cannot read.",
                remedy="Install a decoder with `pip install backports.zstd`, or export the deck "
                "again with 'Support older Anki versions' checked.",
            )
        if len(database) > MAX_BYTES:
            raise archive.too_large()
        return database
    for member in _OLDER:
        if member in archive.names:
            return archive.read(member)
    raise archive.damaged()
