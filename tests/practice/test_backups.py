"""Copies of the history: when they are made, which stay, and how one comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ragprep.errors import JournalDamaged, PracticeError
from ragprep.practice.backups import back_up, kept, restore
from ragprep.practice.database import FILE
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating, Review

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()
ENTRY = Entry("a", "q1", "Why?", "So.", ("S",), "notes", (1, 2))


def record(journal: Journal, key: str) -> None:
    content = content_of(ENTRY).hash
    ratings = Rating.GOOD, Rating.GOOD
    review = Review(key, NOON, TODAY, "a", "Why?", content, "Well.", (), 80, 0.9, *ratings)
    journal.record(review, ENTRY)


def test_a_day_has_one_backup_and_only_if_something_changed(tmp_path: Path):
    with Journal.open(tmp_path) as journal:
        record(journal, "r1")
        first = back_up(journal, TODAY)
        assert first is not None
        assert back_up(journal, TODAY + timedelta(days=1)) is None
        record(journal, "r2")
        assert back_up(journal, TODAY) == first
    assert [file.name for file in (tmp_path / "backups").iterdir()] == ["2026-03-10.db"]


def test_backups_are_thinned():
    """Of a year of days: 7 days, the Sundays of the weeks before, the last days of the months."""
    days = [date(2026, 12, 31) - timedelta(days=n) for n in range(365)]
    stay = sorted(kept(days, date(2026, 12, 31)))
    assert stay[-7:] == days[:7][::-1]
    assert date(2026, 12, 13) in stay
    assert [day.month for day in stay if day < date(2026, 11, 20)] == list(range(1, 11))


@pytest.mark.parametrize("harm", ["flipped", "emptied", "gone"])
def test_a_damaged_history_is_reported_and_comes_back(tmp_path: Path, harm: str):
    """What it was stays beside it."""
    with Journal.open(tmp_path) as journal:
        record(journal, "r1")
        back_up(journal, TODAY)
    path = tmp_path / FILE
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(bytes(b ^ 0xFF for b in data) if harm == "flipped" else b"")
    with pytest.raises(JournalDamaged) as raised:
        Journal.open(tmp_path)
    assert "history restore" in raised.value.remedy
    backup, aside = restore(tmp_path, NOON)
    assert backup.reviews == 1
    assert (aside is None) == (harm == "gone")
    with Journal.open(tmp_path) as journal:
        assert [review.id for review in journal.reviews()] == ["r1"]


def test_a_damaged_backup_is_passed_over(tmp_path: Path):
    with Journal.open(tmp_path) as journal:
        record(journal, "r1")
        back_up(journal, TODAY - timedelta(days=1))
        record(journal, "r2")
        newest = back_up(journal, TODAY)
    assert newest is not None
    newest.write_bytes(b"no database" * 1000)
    assert restore(tmp_path, NOON)[0].reviews == 1
    for file in (tmp_path / "backups").iterdir():
        file.unlink()
    with pytest.raises(PracticeError, match="no sound backup"):
        restore(tmp_path, NOON)


def test_the_command_brings_the_last_backup_back(tmp_path: Path, monkeypatch, capsys):
    """As the error says that tells of a damaged history."""
    from ragprep.cli import main

    with Journal.open(tmp_path) as journal:
        record(journal, "r1")
        back_up(journal, TODAY)
    (tmp_path / FILE).write_bytes(b"")
    monkeypatch.setenv("RAGPREP_PRACTICE", str(tmp_path))
    assert main(["history", "restore"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Restored 1 review from" in shown
    assert "The damaged history is kept as" in shown
