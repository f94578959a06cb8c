"""A package that Anki imports (.apkg): a zip archive with an SQLite database; pure.

The layout is that of schema 11, which every Anki since 2.1 and AnkiDroid read. What the tables and
the JSON in them mean: https://github.com/ankidroid/Anki-Android/wiki/Database-Structure
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from ragprep.export.notes import FIELDS, Note

NOTE_TYPE = 1_795_000_000_000
"""Id of the note type, by which Anki knows it again: any number, but never another."""

NOTE_TYPE_CHANGED = 1_795_000_000
"""Seconds since 1970. Raised when `FIELDS`, the templates or the style change, and only then: Anki
replaces a note type by a newer one, and with it what a person changed in its style."""

_FRONT = "{{Question}}"
_BACK = (
    "{{FrontSide}}<hr id=answer>{{Answer}}"
    "{{#Key points}}<details><summary>Key points</summary>{{Key points}}</details>{{/Key points}}"
    "<footer>{{Source}}</footer>"
)
_STYLE = """\
.card { font-family: sans-serif; font-size: 18px; line-height: 1.4; max-width: 40em; margin: auto; }
pre { overflow-x: auto; font-size: 85%; }
table { border-collapse: collapse; }
td, th { border: 1px solid #888; padding: 0.2em 0.5em; }
details, footer { margin-top: 1em; font-size: 85%; }
"""

_SCHEMA = """
CREATE TABLE col (id INTEGER PRIMARY KEY, crt INTEGER, mod INTEGER, scm INTEGER, ver INTEGER,
  dty INTEGER, usn INTEGER, ls INTEGER, conf TEXT, models TEXT, decks TEXT, dconf TEXT, tags TEXT);
CREATE TABLE notes (id INTEGER PRIMARY KEY, guid TEXT, mid INTEGER, mod INTEGER, usn INTEGER,
  tags TEXT, flds TEXT, sfld TEXT, csum INTEGER, flags INTEGER, data TEXT);
CREATE TABLE cards (id INTEGER PRIMARY KEY, nid INTEGER, did INTEGER, ord INTEGER, mod INTEGER,
  usn INTEGER, type INTEGER, queue INTEGER, due INTEGER, ivl INTEGER, factor INTEGER, reps INTEGER,
  lapses INTEGER, left INTEGER, odue INTEGER, odid INTEGER, flags INTEGER, data TEXT);
CREATE TABLE revlog (id INTEGER PRIMARY KEY, cid INTEGER, usn INTEGER, ease INTEGER, ivl INTEGER,
  lastIvl INTEGER, factor INTEGER, time INTEGER, type INTEGER);
CREATE TABLE graves (usn INTEGER, oid INTEGER, type INTEGER);
"""
_NOTE_TYPE = """{"name": "ragprep", "type": 0, "usn": 0, "sortf": 0, "did": null,
  "latexPre": "", "latexPost": "", "req": [[0, "any", [0]]]}"""
_TEMPLATE = '{"name": "Card 1", "ord": 0, "bqfmt": "", "bafmt": "", "did": null}'
_FIELD = '{"sticky": false, "rtl": false, "font": "Arial", "size": 20}'
_DECK = """{"mod": 0, "usn": 0, "desc": "", "dyn": 0, "conf": 1, "collapsed": false,
  "browserCollapsed": false, "extendNew": 0, "extendRev": 0,
  "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0]}"""


def package(notes: Sequence[Note], now: datetime) -> bytes:
    """Return a package with a card for each note, all of them new.

    Args:
        notes: in the order in which the cards are to come.
        now: Anki updates a note that it has where this is later than what it has.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        for name, content in (("collection.anki2", _collection(notes, now)), ("media", b"{}")):
            members.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content)
    return archive.getvalue()


def _collection(notes: Sequence[Note], now: datetime) -> bytes:
    seconds, milliseconds = int(now.timestamp()), int(now.timestamp() * 1000)
    decks = {name: _deck_id(name) for name in dict.fromkeys(note.deck for note in notes)}
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_SCHEMA)
        database.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, '{}', ?, ?, '{}', '{}')",
            (seconds, milliseconds, milliseconds, _note_types(), _decks(decks)),
        )
        for place, note in enumerate(notes):
            key = milliseconds + place
            fields, tags = "\x1f".join(note.fields), f" {' '.join(note.tags)} "
            database.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')",
                (key, note.guid, NOTE_TYPE, seconds, tags, fields, note.fields[0]),
            )
            database.execute(
                "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
                (key, key, decks[note.deck], seconds, place),
            )
        database.commit()
        return database.serialize()


def _deck_id(name: str) -> int:
    """Return a number that is the same for the same deck, and of as many digits as Anki's."""
    digest = hashlib.sha256(name.encode()).digest()
    return 1_000_000_000_000 + int.from_bytes(digest[:5])


def _note_types() -> str:
    """Return the one note type as JSON."""
    fields = [json.loads(_FIELD) | {"name": name, "ord": n} for n, name in enumerate(FIELDS)]
    template = json.loads(_TEMPLATE) | {"qfmt": _FRONT, "afmt": _BACK}
    identity = {"id": NOTE_TYPE, "mod": NOTE_TYPE_CHANGED}
    content = {"css": _STYLE, "flds": fields, "tmpls": [template]}
    return json.dumps({NOTE_TYPE: json.loads(_NOTE_TYPE) | identity | content})


def _decks(ids: dict[str, int]) -> str:
    """Return the decks as JSON; Anki wants its default one among them."""
    deck = json.loads(_DECK)
    return json.dumps(
        {key: deck | {"id": key, "name": name} for name, key in {"Default": 1, **ids}.items()}
    )
