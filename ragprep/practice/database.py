"""The history's SQLite file: opened, made, checked, and its errors told; no meaning of its rows.

Every row carries a digest of its values, because SQLite has no checksums: a flipped bit in a text
would be read as if it had been written so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ragprep.errors import (
    JournalBusy,
    JournalDamaged,
    JournalNewer,
    JournalUnwritable,
    PracticeError,
)

FILE = "history.db"
VERSION = 1
APPLICATION_ID = 0x72616770  # "ragp"
BUSY_S = 10.0
"""How long a writer waits for another, whose transaction takes milliseconds. A guess."""

Row = tuple[Any, ...]

COLUMNS = {
    "content": "hash question answer",
    "review": "id at day entry content said points score confidence proposed rating follows"
    " scheduler retention version",
    "move": "id at old new content similarity",
    "undo": "id at review move",
    "state": "entry stability difficulty first last reviews lapses score unchanged derived",
    "draft": "entry at text",
    "setting": "name value",
}
"""Of each table, without the digest; the first is its key."""

LOG = ("content", "review", "move", "undo")
"""Tables that are only added to; the others can be derived or are the person's to change."""

SCHEMA = """
CREATE TABLE content (hash TEXT PRIMARY KEY, question TEXT NOT NULL, answer TEXT NOT NULL,
  digest BLOB NOT NULL) STRICT;
CREATE TABLE review (id TEXT PRIMARY KEY, at TEXT NOT NULL, day TEXT NOT NULL, entry TEXT NOT NULL,
  content TEXT NOT NULL REFERENCES content, said TEXT, points TEXT NOT NULL,
  score INTEGER NOT NULL, confidence REAL NOT NULL, proposed INTEGER, rating INTEGER,
  follows TEXT REFERENCES review, scheduler TEXT NOT NULL, retention REAL NOT NULL,
  version TEXT NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE INDEX review_entry ON review (entry);
CREATE TABLE move (id TEXT PRIMARY KEY, at TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL,
  content TEXT NOT NULL REFERENCES content, similarity REAL NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TABLE undo (id TEXT PRIMARY KEY, at TEXT NOT NULL, review TEXT REFERENCES review,
  move TEXT REFERENCES move, digest BLOB NOT NULL,
  CHECK ((review IS NULL) <> (move IS NULL))) STRICT;
CREATE TABLE state (entry TEXT PRIMARY KEY, stability REAL NOT NULL, difficulty REAL NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL, reviews INTEGER NOT NULL, lapses INTEGER NOT NULL,
  score INTEGER NOT NULL, unchanged REAL NOT NULL, derived TEXT NOT NULL, digest BLOB NOT NULL)
  STRICT;
CREATE TABLE draft (entry TEXT PRIMARY KEY, at TEXT NOT NULL, text TEXT NOT NULL,
  digest BLOB NOT NULL) STRICT;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL, digest BLOB NOT NULL) STRICT;
""" + "".join(
    f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;\n"
    for table in LOG
)


class Database:
    """A connection to the history's file, which holds one."""

    def __init__(self, path: Path, *, wait_s: float = BUSY_S) -> None:
        """Open a file that is there, and check it.

        Args:
            path: of the file.
            wait_s: how long a method waits for another process that holds the file.

        Raises:
            JournalDamaged, JournalNewer, JournalUnwritable, JournalBusy: it cannot be used.
        """
        self.path = path
        address = f"{path.resolve().as_uri()}?mode=rw"
        with errors_of(path):
            self._connection = sqlite3.connect(
                address, uri=True, isolation_level=None, timeout=wait_s
            )
            try:
                self._prepare()
                self._check()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; twice does no harm."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the file for writing: all that is written inside is kept at the end, or nothing."""
        with errors_of(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement and return its rows."""
        with errors_of(self.path):
            return self._connection.execute(statement, values).fetchall()

    def rows(self, table: str, where: str = "", values: Sequence[Any] = ()) -> list[Row]:
        """Return rows of a table without their digests, in the order of their keys.

        Raises:
            JournalDamaged: a row is not what was written.
        """
        columns = COLUMNS[table].replace(" ", ", ")
        stored = self.run(f"SELECT {columns}, digest FROM {table} {where} ORDER BY 1", values)  # noqa: S608  # names of ours
        for *row, digest in stored:
            if digest != _digest(row):
                raise damaged(self.path, f"a row of {table} was altered")
        return [row[:-1] for row in stored]

    def add(self, table: str, row: Row, *, instead: bool = False) -> None:
        """Add a row; one with its key is replaced if `instead`, else it is an error."""
        columns = COLUMNS[table].split()
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        verb = "REPLACE" if instead else "INSERT"
        statement = f"{verb} INTO {table} ({names}, digest) VALUES ({places}, ?)"
        self.run(statement, (*row, _digest(row)))

    def copy_to(self, path: Path) -> None:
        """Write a copy, without what was deleted, to a file that is not there."""
        self.run("VACUUM INTO ?", [str(path)])

    def faults(self) -> list[str]:
        """Return what is wrong with the file by SQLite's own checks and our digests."""
        faults = [row[0] for row in self.run("PRAGMA integrity_check(5)") if row[0] != "ok"]
        faults += [
            f"a row of {row[0]} has no {row[2]}" for row in self.run("PRAGMA foreign_key_check")
        ]
        for table in COLUMNS:
            try:
                self.rows(table)
            except JournalDamaged as exc:
                faults.append(str(exc))
        return faults

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA synchronous=FULL")
        execute("PRAGMA foreign_keys=ON")
        execute("PRAGMA secure_delete=ON")
        execute("PRAGMA trusted_schema=OFF")
        execute("PRAGMA cell_size_check=ON")

    def _check(self) -> None:
        """Check the header and the structure, before anything is read from the file or added."""
        if not self.path.stat().st_size:
            raise damaged(self.path, "it is empty")
        [[application], [version]] = [
            self._connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("application_id", "user_version")
        ]
        [result] = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise damaged(self.path, result)
        # the version stands in the header and in a row: a damaged header is not a newer version
        written = self.rows("setting", "WHERE name = 'version'")
        if application != APPLICATION_ID or written != [("version", str(version))]:
            raise damaged(self.path, "its header is not the history's")
        if version > VERSION:
            raise JournalNewer(
                f"{self.path} was written by a newer ragprep.", remedy="Update ragprep."
            )


def make(path: Path) -> None:
    """Make an empty history in a file that is not there; an interrupted one leaves none.

    Raises:
        JournalUnwritable: the folder cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.tmp")
    with errors_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        connection = sqlite3.connect(unfinished, isolation_level=None)
        try:
            connection.executescript(
                f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};{SCHEMA}"
            )
            row = ("version", str(VERSION))
            connection.execute("INSERT INTO setting VALUES (?, ?, ?)", (*row, _digest(row)))
        finally:
            connection.close()
        unfinished.replace(path)


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors into ours."""
    try:
        yield
    except sqlite3.Error as exc:
        raise _translated(path, exc) from exc
    except UnicodeDecodeError as exc:  # a text, or the message of an error that quotes one
        raise damaged(path, "a text is no UTF-8") from exc
    except OSError as exc:
        raise _unwritable(path, exc.strerror or str(exc)) from exc


def _translated(path: Path, exc: sqlite3.Error) -> PracticeError:
    name = getattr(exc, "sqlite_errorname", "") or ""
    if name == "SQLITE_CONSTRAINT_TRIGGER":
        return PracticeError(f"{path}: {exc}.", remedy="Undo a review instead.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return JournalBusy(
            f"Another process is writing {path}.", remedy="Wait until it is done and try again."
        )
    if name == "SQLITE_FULL":
        return JournalUnwritable(
            f"The disk of {path} is full: nothing was recorded.",
            remedy="Free some space and try again.",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return _unwritable(path, str(exc))
    return damaged(path, str(exc))


def _unwritable(path: Path, reason: str) -> JournalUnwritable:
    return JournalUnwritable(
        f"{path} cannot be written: {reason}.",
        remedy="Make its folder writable, or set RAGPREP_PRACTICE to a folder that is.",
    )


def damaged(path: Path, reason: str) -> JournalDamaged:
    """Return the error for a damaged history."""
    return JournalDamaged(
        f"The history in {path} is damaged: {reason}.",
        remedy="`ragprep history restore` brings back the last backup.",
    )


def _digest(row: Sequence[Any]) -> bytes:
    return blake2b(json.dumps(row, ensure_ascii=False).encode(), digest_size=8).digest()
