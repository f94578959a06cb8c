"""Copies of the history: one a day on which something changed, thinned, and brought back."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from ragprep.errors import PracticeError
from ragprep.practice.database import FILE, LOG, Database, Row, damaged, errors_of
from ragprep.practice.journal import BACKUPS, Journal
from ragprep.types.practice import Backup

DAYS, WEEKS, MONTHS = 7, 5, 12
"""Of so many days, weeks and months the last backup is kept. A guess."""


def back_up(journal: Journal, today: date) -> Path | None:
    """Keep a copy in place of today's earlier one, unless the last one has the same reviews.

    Returns:
        Its file, None where nothing changed.

    Raises:
        JournalUnwritable: it cannot be written.
    """
    folder = journal.database.path.parent / BACKUPS
    path = folder / f"{today.isoformat()}.db"
    last = max(folder.glob("*.db"), default=None)
    if last is not None and _log_in(last) == _log(journal.database):
        return None
    with errors_of(path):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{path.name}.{os.getpid()}.tmp"
        unfinished.unlink(missing_ok=True)
        journal.database.copy_to(unfinished)
        with unfinished.open("rb+") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(path)
        days = {date.fromisoformat(file.stem): file for file in folder.glob("????-??-??.db")}
        for day in set(days) - kept(days, today):
            days[day].unlink(missing_ok=True)
    return path


def kept(days: Collection[date], today: date) -> set[date]:
    """Return which backups stay: the last of each of the last days, weeks and months."""
    last: dict[tuple[str, int, int], date] = {}
    for day in sorted(days):
        if day > today - timedelta(days=DAYS):
            last["day", day.year, day.timetuple().tm_yday] = day
        if day > today - timedelta(weeks=WEEKS):
            last["week", *day.isocalendar()[:2]] = day
        if day > today - timedelta(days=31 * MONTHS):
            last["month", day.year, day.month] = day
    return set(last.values())


def restore(folder: Path, now: datetime) -> tuple[Backup, Path | None]:
    """Put the last sound backup in the place of the history, which is set aside, not deleted.

    Returns:
        The backup, and where the history went that it replaced; None where there was none.

    Raises:
        PracticeError: there is no sound backup.
        JournalUnwritable: the folder cannot be written.
    """
    path, aside = folder / FILE, None
    source = next((file for file in sorted(files(folder), reverse=True) if _is_sound(file)), None)
    if source is None:
        raise PracticeError(
            f"There is no sound backup in {folder / BACKUPS}.",
            remedy=f"Move {path} away to begin a new history.",
        )
    with errors_of(path):
        unfinished = folder / f".{FILE}.{os.getpid()}.tmp"
        unfinished.write_bytes(source.read_bytes())
        with unfinished.open("rb+") as stream:
            os.fsync(stream.fileno())
        if path.exists():
            aside = folder / f"history.damaged-{now:%Y%m%dT%H%M%S%f}.db"
            path.replace(aside)
        path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
        unfinished.replace(path)
    with Journal.open(folder) as journal:
        reviews = len(journal.reviews())
        with journal.database.writing():
            journal.derive_all(now.date())
    return Backup(
        source, datetime.fromtimestamp(source.stat().st_mtime, now.tzinfo), reviews
    ), aside


def examine(folder: Path) -> str:
    """Return how the history in a folder is, in words; nothing is made where there is none.

    Raises:
        JournalDamaged: its file, a reference or a state that the log does not bear out is wrong.
        PracticeError: it cannot be used.
    """
    backups = f"{len(files(folder))} backups"
    if not (folder / FILE).exists() and not files(folder):
        return "nothing was answered yet"
    with Journal.open(folder) as journal:
        faults = journal.database.faults()
        if not faults and not journal.is_derived():
            faults = ["what is due is not what the log says"]
        if faults:
            raise damaged(folder / FILE, faults[0])
        return f"{len(journal.reviews()):,} reviews in {folder / FILE}, {backups}"


def files(folder: Path) -> list[Path]:
    """Return the backups of the history in a folder."""
    return list((folder / BACKUPS).glob("*.db"))


def _is_sound(path: Path) -> bool:
    return _log_in(path) is not None


def _log_in(path: Path) -> list[list[Row]] | None:
    """Return the keys of the log in a backup, None where it is damaged."""
    try:
        database = Database(path)
    except PracticeError:
        return None
    try:
        return None if database.faults() else _log(database)
    finally:
        database.close()


def _log(database: Database) -> list[list[Row]]:
    return [[row[:1] for row in database.rows(table)] for table in LOG]
