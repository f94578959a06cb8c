"""`ragprep progress`, `due` and `history` at the command line, over a history on the disk."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.types.grade import PointStatus
from ragprep.types.practice import PointReview, Rating, Review


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of the person's history."""
    monkeypatch.setenv("RAGPREP_PRACTICE", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def answered(data: Path, prep: Prep) -> None:
    """q3 was answered with Good 40 days ago, where Hard was proposed, and an interview is near."""
    entry, day = prep.entry("q3"), datetime.now(UTC) - timedelta(days=40)
    missed = PointReview("Dropout", PointStatus.MISSING, 0.0)
    review = Review(
        *("r1", day, day.date(), entry.id, entry.question, content_of(entry).hash),
        *("noise", (missed,), 60, 0.9, Rating.HARD, Rating.GOOD),
    )
    with Journal.open(data) as journal:
        journal.record(review, entry)
        until = datetime.now(UTC).date() + timedelta(days=30)
        journal.keep_settings(replace(journal.settings(), until=until))


def test_nothing_was_answered_yet(run, data: Path, ready_home: Path):
    assert "Today: meet 10 new." in run("progress", "--home", ready_home).out
    assert run("due", "--home", ready_home).out == "Today: meet 10 new.\n"
    assert run("history", "--home", ready_home).out.startswith("Nothing was answered yet")


def test_progress(run, answered: None, ready_home: Path, tmp_path: Path):
    """With 100 entries, of which 99 are to be met in 30 days: 7 today, twice the even share."""
    ran = run("progress", "--svg", "p.svg", "--home", ready_home)
    assert (ran.code, ran.err) == (0, "")
    assert "Today: repeat 1 and meet 7 new." in ran.out
    assert "  q3    1 of 1   Dropout" in ran.out
    assert "You changed 1 of 1 proposed ratings: 0 to a lower one, 1 to a higher one." in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    assert (tmp_path / "p.svg").read_text().startswith("<svg ")


def test_progress_of_a_section(run, answered: None, ready_home: Path):
    ran = run("progress", "--section", "deep", "--json", "--home", ready_home)
    shown = json.loads(ran.out)
    assert [section["name"] for section in shown["sections"]] == ["Deep Learning"]
    assert shown["overall"]["tried"] == 0
    assert shown["forecast"] is None


def test_a_picture_replaces_a_file_only_with_force(run, answered, ready_home, tmp_path: Path):
    (tmp_path / "p.svg").write_text("mine")
    ran = run("progress", "--svg", "p.svg", "--home", ready_home)
    assert ran.err == "error: p.svg exists. Replace it with --force, or name another.\n"
    assert (tmp_path / "p.svg").read_text() == "mine"
    assert run("progress", "--svg", "p.svg", "--force", "--home", ready_home).code == 0
    assert (tmp_path / "p.svg").read_text().startswith("<svg ")


def test_due(run, answered: None, ready_home: Path):
    [entry] = json.loads(run("due", "--json", "--home", ready_home).out)["entries"]
    assert entry["label"] == "q3"
    today = (datetime.now().astimezone() - timedelta(hours=4)).date()  # a day begins at 4
    assert entry["day"] == today.isoformat()
    assert 0 < entry["recall"] < 0.9
    assert run("due", "--home", ready_home).out.startswith("q3 ")


@pytest.mark.parametrize("arguments", [["history"], ["history", "q3"], ["history", "show", "q3"]])
def test_history(run, answered: None, ready_home: Path, arguments: list[str]):
    """`show` may be left out."""
    lines = run(*arguments, "--home", ready_home).out.splitlines()
    assert " q3     60  good*      What is overfitting" in lines[0]
    assert lines[1] == "* another rating was proposed"


def test_history_of_another_entry(run, answered: None, ready_home: Path):
    shown = json.loads(run("history", "q4", "--json", "--home", ready_home).out)
    assert shown == {"reviews": [], "state": None}
    assert run("history", "q999", "--home", ready_home).code == 1


def test_a_history_is_exported_forgotten_and_imported(run, answered, ready_home, tmp_path: Path):
    """One review; a second import adds none."""
    file = tmp_path / "answers.jsonl"

    def printed(*arguments: str) -> object:
        return json.loads(run("history", *arguments, "--json", "--home", ready_home).out)

    assert printed("export", str(file)) == {"reviews": 1, "file": str(file)}
    assert printed("forget", "q3") == {"reviews": 1}
    assert printed("import", str(file)) == {"reviews": 1, "file": str(file)}
    assert printed("import", str(file)) == {"reviews": 0, "file": str(file)}


def test_a_history_that_went_over_is_given_back(run, data: Path, tmp_path: Path):
    """The notice names the command, which works once."""
    guide, home = tmp_path / "a.md", tmp_path / "home"
    guide.write_text("## What is RAID?\n\nMany disks as one.\n", encoding="utf-8")
    run("index", guide, "--home", home)
    [entry] = Prep.open(Config(home=home)).entries()
    day = datetime.now(UTC)
    review = Review(
        *("r1", day, day.date(), entry.id, entry.question, content_of(entry).hash),
        *("disks", (), 90, 0.9, Rating.GOOD, Rating.GOOD),
    )
    with Journal.open(data) as journal:
        journal.record(review, entry)
    renamed = guide.rename(tmp_path / "b.md")
    run("index", renamed, "--home", home)
    notice = run("history", "--home", home).err
    [move] = re.findall(r"`ragprep history undo (\w+)`", notice)
    assert run("history", "undo", move, "--json", "--home", home).out == f'{{"move": "{move}"}}\n'
    assert run("history", "undo", move, "--home", home).code == 1
    assert run("history", "q1", "--home", home).out.startswith("Nothing was answered yet")


def test_bars_and_columns_where_the_encoding_has_none(spawn, answered: None, ready_home: Path):
    """Such as a terminal in the C locale: `#` and digits in place of blocks, and no `?`."""
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = spawn("progress", "--home", ready_home, env=env)
    assert ran.code == 0
    assert " 4% #............... " in ran.out
    assert "?" not in ran.out
