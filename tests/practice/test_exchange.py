"""Histories of two machines are merged; what is forgotten leaves no trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ragprep.errors import JournalDamaged, PracticeError
from ragprep.practice.backups import back_up, examine
from ragprep.practice.exchange import forget, lines, merge
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating, Review

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()


def record(journal: Journal, key: str, name: str, days: int = 0, text: str = "Well.") -> None:
    entry = Entry(name, name, f"Why {name}?", f"Because of {name}.", ("S",), "notes", (1, 2))
    at, content = NOON + timedelta(days=days), content_of(entry).hash
    ratings = Rating.GOOD, Rating.GOOD
    of = name, entry.question, content
    journal.record(Review(key, at, at.date(), *of, text, (), 80, 0.9, *ratings), entry)


def test_two_machines_come_to_the_same_in_either_order(tmp_path: Path):
    """And merging again adds nothing."""
    end = TODAY + timedelta(days=9)
    with Journal.open(tmp_path / "1") as first, Journal.open(tmp_path / "2") as second:
        record(first, "r1", "a")
        record(first, "r2", "a", 5)
        record(second, "r3", "a", 2)
        record(second, "r4", "b", 3)
        second.undo("r4", NOON + timedelta(days=4))
        first_lines, second_lines = list(lines(first)), list(lines(second))
        assert merge(first, second_lines, end) == 2
        assert merge(second, reversed(first_lines), end) == 2
        assert first.states() == second.states()
        assert [review.id for review in first.reviews()] == ["r1", "r3", "r2"]
        assert first.reviews() == second.reviews()
        assert merge(first, second_lines, end) == 0
        assert sorted(lines(first)) == sorted(lines(second))


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "state"}', '{"kind": "undo", "id": "u"}'])
def test_a_line_that_is_no_history_imports_nothing(tmp_path: Path, line: str):
    with Journal.open(tmp_path / "1") as first, Journal.open(tmp_path / "2") as second:
        record(first, "r1", "a")
        with pytest.raises(PracticeError, match=r"Line 3 .* Nothing was imported"):
            merge(second, [*lines(first), line], TODAY)
        assert second.reviews() == ()


@pytest.mark.parametrize("old", ['"score": 80', '"at": "2026', '"rating": 3'])
def test_a_value_that_makes_no_sense_imports_nothing(tmp_path: Path, old: str):
    """Also where it is of the wrong kind."""
    with Journal.open(tmp_path / "1") as first, Journal.open(tmp_path / "2") as second:
        record(first, "r1", "a")
        exported = [line.replace(old, f'{old.split(":")[0]}: "x') for line in lines(first)]
        exported = [line.replace('"x,', '"x",') for line in exported]
        with pytest.raises(PracticeError, match=r"Line 2 .* Nothing was imported"):
            merge(second, exported, TODAY)
        assert second.reviews() == ()


def test_a_file_that_lacks_a_line_imports_nothing(tmp_path: Path):
    """A review without the content that it names."""
    with Journal.open(tmp_path / "1") as first, Journal.open(tmp_path / "2") as second:
        record(first, "r1", "a")
        with pytest.raises(PracticeError, match="not whole"):
            merge(second, list(lines(first))[1:], TODAY)
        assert second.reviews() == ()


@pytest.mark.parametrize("entry", ["a", None])
def test_what_is_forgotten_is_in_no_file(tmp_path: Path, entry: str | None):
    """Neither the words nor the entry, in the history or in its backups; the other one stays."""
    with Journal.open(tmp_path) as journal:
        record(journal, "r1", "a", text="SECRET-WORDS " * 800)
        record(journal, "r2", "b")
        journal.keep_draft("a", "SECRET-DRAFT", NOON)
        back_up(journal, TODAY)
        assert forget(journal, entry, TODAY) == (1 if entry else 2)
        assert [review.id for review in journal.reviews()] == (["r2"] if entry else [])
    for file in tmp_path.rglob("*.db*"):
        data = file.read_bytes()
        assert b"SECRET" not in data
        assert b"Why a?" not in data


def test_the_commands_export_import_and_forget(tmp_path: Path, monkeypatch, capsys):
    """From one folder to another, and then from neither home nor index anything."""
    from ragprep.cli import main

    with Journal.open(tmp_path / "1") as journal:
        record(journal, "r1", "a")
    file = str(tmp_path / "answers.jsonl")
    monkeypatch.setenv("RAGPREP_PRACTICE", str(tmp_path / "1"))
    assert main(["history", "export", file]) == 0
    monkeypatch.setenv("RAGPREP_PRACTICE", str(tmp_path / "2"))
    assert main(["history", "import", file]) == 0
    assert main(["history", "forget", "all"]) == 0
    shown = capsys.readouterr().out
    assert "Wrote 1 review to" in shown
    assert "Added 1 review from" in shown
    assert "Removed 1 review," in shown
    assert main(["history", "import", str(tmp_path / "none")]) == 1


def test_doctor_examines_the_history(tmp_path: Path):
    """A state that the log does not bear out is a fault; a clock that went back is none."""
    assert examine(tmp_path) == "nothing was answered yet"
    with Journal.open(tmp_path) as journal:
        record(journal, "r1", "a")
        record(journal, "r2", "a", days=4_000)
        record(journal, "r3", "a", days=1)
        assert examine(tmp_path).startswith("3 reviews in")
        journal.database.run("DELETE FROM state")
    with pytest.raises(JournalDamaged, match="not what the log says"):
        examine(tmp_path)
