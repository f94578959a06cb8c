"""Decks of Anki: both layouts of their database, compressed or not, and files that are none."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec

import pytest

from ragprep.errors import GuideError
from ragprep.ingest.convert import archive, zstd
from ragprep.types.guide import Role

Notes = Sequence[tuple[str, str, str]]
"""Fields, tags and deck of each note."""

NOTES = (
    ("What is <b>RAID</b>?\x1fMany disks.\x1f", "hard", "OS\x1fDisks"),
    ("The {{c1::kernel}} runs tasks.\x1f", "", "Default"),
    ("\x1falone", "", "OS"),
)


def old_layout(notes: Notes) -> bytes:
    """Return a database with decks and types of notes as JSON in one row."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE col (models TEXT, decks TEXT)")
        decks = {str(n): {"name": deck.replace("\x1f", "::")} for n, (*_, deck) in enumerate(notes)}
        fields = [{"name": name} for name in ("Front", "Back", "Source")]
        models = {"7": {"flds": fields}}
        db.execute("INSERT INTO col VALUES (?, ?)", (json.dumps(models), json.dumps(decks)))
        return fill(db, notes)


def new_layout(notes: Notes) -> bytes:
    """Return a database with tables of decks and types, whose names have a collation of Anki's."""
    with sqlite3.connect(":memory:") as db:
        db.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        db.execute("CREATE TABLE col (models TEXT, decks TEXT)")
        db.execute("CREATE TABLE notetypes (id INTEGER, name TEXT COLLATE unicase)")
        db.execute(
            "CREATE TABLE fields (ntid INTEGER, ord INTEGER, name TEXT COLLATE unicase, "
            "PRIMARY KEY (ntid, ord)) WITHOUT ROWID"
        )
        db.execute("CREATE TABLE decks (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase)")
        db.execute("CREATE UNIQUE INDEX idx_decks ON decks (name, id)")
        for at, name in enumerate(("Front", "Back", "Source")):
            db.execute("INSERT INTO fields VALUES (7, ?, ?)", (at, name))
        for at, (*_, deck) in enumerate(notes):
            db.execute("INSERT INTO decks VALUES (?, ?)", (at, deck))
        return fill(db, notes)


def fill(db: sqlite3.Connection, notes: Notes) -> bytes:
    db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, mid INTEGER, flds TEXT, tags TEXT)")
    db.execute("CREATE TABLE cards (nid INTEGER, did INTEGER, odid INTEGER, ord INTEGER)")
    for at, (fields, tags, _) in enumerate(notes):
        db.execute("INSERT INTO notes VALUES (?, 7, ?, ?)", (at, fields, tags))
        db.execute("INSERT INTO cards VALUES (?, ?, 0, 0)", (at, at))
    db.commit()
    return db.serialize()


def package(**members: bytes) -> bytes:
    """Return an archive; `anki2=...` becomes its file collection.anki2."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"collection.{name}", content)
    return data.getvalue()


@pytest.mark.parametrize("layout", [old_layout, new_layout])
@pytest.mark.parametrize("suffix", [".apkg", ".colpkg"])
def test_notes_are_cards_with_their_decks(guide, layout, suffix):
    """The number of a note is its line; one without a front is named."""
    read = guide(package(anki21=layout(NOTES), anki2=b""), f"a{suffix}")
    assert [(e.question, e.answer, e.section, e.lines) for e in read.entries] == [
        ("What is RAID?", "Many disks.", ("OS", "Disks"), (1, 1)),
        ("The [...] runs tasks.", "The kernel runs tasks.", (), (2, 2)),
    ]
    assert (read.account[2].role, read.account[2].reason) == (
        Role.LEFT_OUT,
        "a note without a front",
    )


@pytest.mark.skipif(
    not any(find_spec(name.split(".")[0]) and find_spec(name) for name in zstd.MODULES),
    reason="backports.zstd is not installed",
)
def test_a_compressed_collection_wins_over_the_note_that_asks_to_update(guide):
    """What Anki exports by default today."""
    from importlib import import_module

    module = next(import_module(name) for name in zstd.MODULES if find_spec(name.split(".")[0]))
    update = old_layout([("Please update to the latest Anki version\x1f", "", "Default")])
    data = package(anki21b=module.compress(new_layout(NOTES)), anki2=update)
    assert guide(data, "a.apkg").entries[0].question == "What is RAID?"
    with pytest.raises(GuideError, match="damaged"):
        guide(package(anki21b=b"no"), "a.apkg")


def test_without_a_decoder_a_way_is_named(guide, monkeypatch):
    """An older Python without the package: install it, or export for older versions of Anki."""
    monkeypatch.setattr(zstd, "MODULES", ())
    with pytest.raises(GuideError) as caught:
        guide(package(anki21b=b"(\xb5/\xfd"), "a.apkg")
    assert "Support older Anki versions" in caught.value.remedy


def test_a_collection_with_a_write_ahead_log_is_read(guide):
    """Its header says so in two bytes; the log itself is no part of a package."""
    data = bytearray(old_layout(NOTES))
    data[18:20] = b"\x02\x02"
    assert len(guide(package(anki2=bytes(data)), "a.apkg").entries) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"no archive",
        package(),
        package(anki2=b""),
        package(anki2=b"no database"),
        package(anki2=old_layout(NOTES)[:5000]),
        package(anki2=old_layout(NOTES))[:-30],
    ],
)
def test_what_is_no_deck_is_refused(guide, data):
    """Empty, cut, or something else."""
    with pytest.raises(GuideError, match=r"a\.apkg"):
        guide(data, "a.apkg")


def test_a_bomb_is_refused(guide, monkeypatch):
    """Two thousand bytes that unpack to two million, where one million is the limit."""
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    with pytest.raises(GuideError, match="unpacks to more"):
        guide(package(anki2=bytes(2_000_000)), "a.apkg")


def test_views_are_not_run(guide):
    """A table of notes that is a query without end is no table."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE cards (nid, did, odid, ord)")
        db.execute(
            "CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id FROM n) "
            "SELECT id, 1 AS mid, '' AS flds, '' AS tags FROM n"
        )
        db.commit()
        data = db.serialize()
    with pytest.raises(GuideError):
        guide(package(anki2=data), "a.apkg")


@pytest.mark.parametrize("layout", [old_layout, new_layout])
def test_altered_decks_are_read_or_refused(accounted, altered, layout):
    """Of the archive and of the database in it."""
    for data in altered(package(anki2=layout(NOTES))):
        accounted(data, "a.apkg")
    for data in altered(layout(NOTES)):
        accounted(package(anki2=data), "a.apkg")
