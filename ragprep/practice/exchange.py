"""The history as JSON Lines: written, merged with another's by id, and forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from ragprep.errors import ExportError, JournalDamaged, PracticeError
from ragprep.files import write_whole
from ragprep.practice import rows
from ragprep.practice.backups import files
from ragprep.practice.database import COLUMNS, LOG, Database, Row
from ragprep.practice.journal import Journal


def write(folder: Path, path: Path) -> int:
    """Write the history in a folder to a file; return how many reviews it has.

    Raises:
        PracticeError: the history cannot be used.
        ExportError: the file cannot be written.
    """
    with Journal.open(folder) as journal:
        exported = list(lines(journal))
    try:
        write_whole(path, "".join(f"{line}\n" for line in exported).encode())
    except OSError as exc:
        raise ExportError(
            f"{path} cannot be written: {exc.strerror or exc}.", remedy="Name another file."
        ) from exc
    return sum(json.loads(line)["kind"] == "review" for line in exported)


def read(folder: Path, path: Path, now: datetime) -> int:
    """Merge a file into the history in a folder; return how many reviews are new.

    Raises:
        PracticeError: the file or the history cannot be used; nothing is added.
    """
    try:
        exported = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise PracticeError(
            f"{path} cannot be read: {exc}.",
            remedy="Give a file that `ragprep history export` wrote.",
        ) from exc
    with Journal.open(folder) as journal:
        return merge(journal, exported, now.date())


def forget_in(folder: Path, entry: str | None, now: datetime) -> int:
    """Remove an entry, all when None, from the history in a folder; see `forget`."""
    with Journal.open(folder) as journal:
        return forget(journal, entry, now.date())


def lines(journal: Journal) -> Iterator[str]:
    """Yield the log as lines of JSON, each an object with its `kind` and the columns of its row."""
    for table in LOG:
        for row in journal.database.rows(table):
            values = dict(zip(COLUMNS[table].split(), row, strict=True))
            yield json.dumps({"kind": table, **values}, ensure_ascii=False)


def merge(journal: Journal, exported: Iterable[str], today: date) -> int:
    """Add what is not there yet; all of it or, where a line cannot be used, nothing.

    What is there already is left as it is: merging twice, or in another order, is the same.

    Args:
        journal: to merge into.
        exported: lines that `lines` gave, in any order.
        today: states are derived as on this day.

    Returns:
        How many reviews were added.

    Raises:
        PracticeError: a line is no line of a history, or names what is not there.
    """
    added = 0
    database = journal.database
    parsed = [_row(number, line) for number, line in enumerate(exported, 1) if line.strip()]
    with database.writing():
        database.run("PRAGMA defer_foreign_keys=ON")
        there = {table: {row[0]: row for row in database.rows(table)} for table in LOG}
        for number, table, row in parsed:
            present = there[table].setdefault(row[0], row)
            if present is row:
                try:
                    database.add(table, row)
                except JournalDamaged as exc:  # a value that the column does not take
                    raise _unusable(number, "a value is of another kind") from exc
                added += table == "review"
            elif present != row:
                raise _unusable(number, f"the {table} {row[0]} is another one here")
        if missing := database.run("PRAGMA foreign_key_check"):
            raise PracticeError(
                f"The file is not whole: a {missing[0][0]} lacks its {missing[0][2]}.",
                remedy="Export it again.",
            )
        journal.derive_all(today)
    return added


def forget(journal: Journal, entry: str | None, today: date) -> int:
    """Remove all that was recorded of an entry, also from the backups, so that no trace is left.

    Args:
        journal: to forget in.
        entry: its id; all entries when None.
        today: states are derived as on this day.

    Returns:
        How many reviews were removed.
    """
    removed = journal.remove(entry, today)
    folder = journal.database.path.parent
    for path in files(folder):
        with Journal(Database(path)) as backup:
            backup.remove(entry, today)
    for path in folder.glob("history.damaged-*.db"):
        path.unlink()
    return removed


def _row(number: int, line: str) -> tuple[int, str, Row]:
    try:
        values = json.loads(line)
        table = values.pop("kind")
        columns = COLUMNS[table].split() if table in LOG else []
        if not columns or set(values) != set(columns):
            raise _unusable(number, "its keys are not those of a history")
        row = tuple(values[name] for name in columns)
        if table == "review" and rows.review_row(rows.review_of(row, "")) != row:
            raise _unusable(number, "it is no review")
        if table == "move":
            rows.move_of(row, "")
        return number, table, row
    except (ValueError, KeyError, AttributeError, TypeError) as exc:
        raise _unusable(number, f"it is no line of a history ({exc})") from exc


def _unusable(number: int, reason: str) -> PracticeError:
    return PracticeError(
        f"Line {number} cannot be used: {reason}. Nothing was imported.",
        remedy="Give a file that `ragprep history export` wrote.",
    )
