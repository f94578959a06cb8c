"""Notes in a collection of Anki, an SQLite database of either layout; read in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

MAX_NOTES = 500_000
_STEPS = 100_000
_MAX_STEPS = 20_000
"""Of `_STEPS` instructions each: far more than half a million notes need."""


class Note(NamedTuple):
    """A note.

    Attributes:
        fields: HTML.
        names: of the fields.
        deck: "Storage::Disks".
        tags: separated by spaces.
    """

    fields: list[str]
    names: tuple[str, ...]
    deck: str
    tags: str


def notes_of(database: bytes) -> list[Note]:
    """Return the notes of a collection in the order in which they were made.

    Raises:
        sqlite3.Error, ValueError: it is no collection, or holds more than `MAX_NOTES`.
    """
    if not database.startswith(b"SQLite format 3\0"):
        raise ValueError("no database")
    if database[18:20] == b"\x02\x02":  # a write-ahead log, which a database in memory has not
        database = database[:18] + b"\x01\x01" + database[20:]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        del database
        steps = iter(range(_MAX_STEPS))
        connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
        connection.create_collation("unicase", _unicase)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        return list(_notes(connection))


def _notes(connection: sqlite3.Connection) -> Iterator[Note]:
    tables = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    if not {"notes", "cards"} <= tables:
        raise ValueError("no collection")
    if {"notetypes", "fields", "decks"} <= tables:
        names = _new_names(connection)
        decks = {key: str(name) for key, name in connection.execute("SELECT id, name FROM decks")}
    else:
        models, stored = connection.execute("SELECT models, decks FROM col").fetchone()
        names = _old_names(models)
        decks = _old_decks(stored)
    deck_of = dict(
        connection.execute(
            "SELECT nid, CASE WHEN odid THEN odid ELSE did END FROM cards ORDER BY ord DESC"
        )
    )
    rows = connection.execute("SELECT id, mid, flds, tags FROM notes ORDER BY id")
    for count, (key, kind, fields, tags) in enumerate(rows):
        if count >= MAX_NOTES:
            raise ValueError("too many notes")
        yield Note(
            fields=str(fields).split("\x1f"),
            names=names.get(kind, ()),
            deck=decks.get(deck_of.get(key), ""),
            tags=str(tags or ""),
        )


def _new_names(connection: sqlite3.Connection) -> dict[object, tuple[str, ...]]:
    names: dict[object, tuple[str, ...]] = {}
    rows = connection.execute("SELECT ntid, ord, name FROM fields")
    for kind, _, name in sorted(rows, key=lambda row: (row[0], row[1])):
        names[kind] = (*names.get(kind, ()), str(name))
    return names


def _old_names(models: object) -> dict[object, tuple[str, ...]]:
    """Return the names of the fields of each type of note, as JSON has them."""
    names: dict[object, tuple[str, ...]] = {}
    for key, model in _json(models).items():
        fields = model.get("flds", ()) if isinstance(model, dict) else ()
        if key.isdecimal() and isinstance(fields, list):
            names[int(key)] = tuple(
                str(field.get("name", "")) for field in fields if isinstance(field, dict)
            )
    return names


def _old_decks(decks: object) -> dict[object, str]:
    return {
        int(key): str(deck.get("name", ""))
        for key, deck in _json(decks).items()
        if key.isdecimal() and isinstance(deck, dict)
    }


def _json(text: object) -> dict[str, object]:
    try:
        value = json.loads(str(text or "{}"))
    except RecursionError as error:
        raise ValueError("no collection") from error
    return value if isinstance(value, dict) else {}


def _unicase(a: str, b: str) -> int:
    first, second = a.casefold(), b.casefold()
    return (first > second) - (first < second)
