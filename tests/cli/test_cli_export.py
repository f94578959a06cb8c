"""`ragprep export anki` at the command line: what it writes, refuses and says."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest


def test_entries_are_written_and_counted(run, ready_home: Path, tmp_path: Path):
    ran = run("export", "anki", "deck.apkg", "--section", "fundamentals", "--home", ready_home)
    assert ran.code == 0
    assert ran.out.startswith("Wrote deck.apkg: ")
    assert (tmp_path / "deck.apkg").read_bytes().startswith(b"PK")


def test_json(run, ready_home: Path):
    ran = run("export", "anki", "deck.apkg", "--json", "--home", ready_home)
    assert json.loads(ran.out) == {
        "path": "deck.apkg",
        "entries": 100,
        "decks": ["ragprep::ai-ml-interview-guide"],
        "replaced": False,
    }


def test_a_file_is_replaced_only_with_force(run, ready_home: Path, tmp_path: Path):
    (tmp_path / "deck.apkg").write_text("mine")
    ran = run("export", "anki", "deck.apkg", "--home", ready_home)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: deck.apkg exists. Replace it with --force, or name another.\n"
    assert (tmp_path / "deck.apkg").read_text() == "mine"
    ran = run("export", "anki", "deck.apkg", "--force", "--home", ready_home)
    assert ran.out.startswith("Replaced deck.apkg: 100 entries.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["deck.zip"], "Let the name end in .apkg."),
        (["folder.apkg", "--force"], "folder.apkg is not a file."),
        (["deck.apkg", "--guide", "nothing"], 'No guide has "nothing" in its name.'),
        (["deck.apkg", "--section", "nothing"], 'No section has "nothing" in its name.'),
    ],
)
def test_what_cannot_be_used(run, ready_home: Path, tmp_path: Path, arguments, message: str):
    (tmp_path / "folder.apkg").mkdir()
    ran = run("export", "anki", *arguments, "--home", ready_home)
    assert ran.code == 2
    assert message in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.apkg"]


def test_a_guide_is_chosen_by_a_part_of_its_name(run, ready_home: Path):
    ran = run("export", "anki", "deck.apkg", "--guide", "AI-ML", "--home", ready_home)
    assert ran.out.startswith("Wrote deck.apkg: 100 entries.")


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]
)
def test_a_write_that_ends_early_leaves_what_was_there(
    run, ready_home: Path, tmp_path: Path, monkeypatch, fault: BaseException
):
    def fails(number: int) -> None:
        raise fault

    (tmp_path / "deck.apkg").write_text("mine")
    monkeypatch.setattr(os, "fsync", fails)
    ran = run("export", "anki", "deck.apkg", "--force", "--home", ready_home)
    assert ran.code == (1 if isinstance(fault, OSError) else 130)
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]
    assert (tmp_path / "deck.apkg").read_text() == "mine"


def test_a_link_is_followed(run, ready_home: Path, tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "deck.apkg").symlink_to(tmp_path / "kept" / "deck.apkg")
    assert run("export", "anki", "deck.apkg", "--home", ready_home).code == 0
    assert (tmp_path / "deck.apkg").is_symlink()
    assert (tmp_path / "kept" / "deck.apkg").is_file()
