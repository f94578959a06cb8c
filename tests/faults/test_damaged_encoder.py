"""An encoder that is truncated, altered or gone: never used; what was prepared is so again."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder import info
from ragprep.encoder import prepare as encoders
from ragprep.encoder.info import INFO_FILE, MODEL_FILE, SHIPPED, TOKENIZER_FILE
from ragprep.errors import IndexUnwritable, ModelError

FILES = (INFO_FILE, MODEL_FILE, TOKENIZER_FILE)
MODEL = "org/other"
"""A model that does not come with ragprep; what is prepared for it here is a copy of that one."""


@pytest.fixture
def home(ready_home: Path, exports: list[str], tmp_path: Path) -> Path:
    """A copy of the indexed home, with an encoder prepared in it, to be broken."""
    home = shutil.copytree(ready_home, tmp_path / "home")
    encoders.prepare(MODEL, home, lambda stage, done, total: None)
    exports.clear()
    return home


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the process that exports with torch (20 s): the models it was started for."""
    models: list[str] = []

    def copy(model: str, folder: Path) -> None:
        models.append(model)
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)

    monkeypatch.setattr(encoders, "_run_export", copy)
    return models


def spoil(folder: Path, name: str, how: str) -> None:
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if how == "removed":
        path.unlink()
    else:
        path.write_bytes(content if how == "flipped" else content[:-2])


@pytest.mark.parametrize("how", ["flipped", "truncated", "removed"])
@pytest.mark.parametrize("name", FILES)
def test_it_is_prepared_again_by_the_next_query(home: Path, exports, name: str, how: str):
    """With a notice (but when it seems never to have been prepared), and the same answer."""
    spoil(encoders.encoder_folder(home, MODEL), name, how)
    notices: list[str] = []
    prep = Prep.open(Config(home=home, model=MODEL, llm="none"), notice=notices.append)
    assert prep.search("what is dropout").hits[0].entry.label == "q15"
    assert exports == [MODEL]
    expected = [] if (name, how) == (INFO_FILE, "removed") else [f"{name}. Preparing it again."]
    assert [notice.rpartition("/")[2] for notice in notices] == expected


def test_a_build_that_finds_it_damaged_does_not_wait_for_itself(home: Path, exports, tmp_path):
    """It holds the builder's lock when it opens the encoder, and prepares it under that."""
    guide = tmp_path / "guide.md"
    guide.write_text("## Q1. Why?\n\nBecause.\n")
    spoil(encoders.encoder_folder(home, MODEL), MODEL_FILE, "flipped")
    notices: list[str] = []
    prep = Prep.open(Config(home=home, model=MODEL, llm="none"), notice=notices.append)
    assert prep.build([guide]).embedded
    assert "Waiting" not in " ".join(notices)
    assert exports == [MODEL]


def test_in_a_read_only_home_the_reason_is_said(home: Path, exports, make_read_only):
    """What is damaged as a notice, why it stays so as the error."""
    spoil(encoders.encoder_folder(home, MODEL), MODEL_FILE, "flipped")
    make_read_only(home)
    notices: list[str] = []
    with pytest.raises(IndexUnwritable, match="cannot be written"):
        Prep.open(Config(home=home, model=MODEL), notice=notices.append).search("what is dropout")
    assert "damaged" in notices[0]


def test_what_a_killed_preparation_left_is_removed(home: Path, exports):
    """It may be 100 MB."""
    spoil(encoders.encoder_folder(home, MODEL), MODEL_FILE, "flipped")
    left = home / "models" / ".preparing-killed"
    left.mkdir()
    Prep.open(Config(home=home, model=MODEL, llm="none")).search("what is dropout")
    assert list((home / "models").iterdir()) == [encoders.encoder_folder(home, MODEL)]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the model that comes with ragprep, to be broken, in its place."""
    folder = shutil.copytree(SHIPPED, tmp_path / "minilm")
    for module in (info, encoders):
        monkeypatch.setattr(module, "SHIPPED", folder)
    return folder


@pytest.mark.parametrize("how", ["flipped", "truncated", "removed"])
@pytest.mark.parametrize("name", FILES)
def test_the_model_that_comes_with_ragprep_is_installed_again_by_a_person(
    ready_home: Path, exports, shipped: Path, name: str, how: str
):
    """It is not prepared, and no notice says that it were; `doctor` says the same."""
    spoil(shipped, name, how)
    notices: list[str] = []
    prep = Prep.open(Config(home=ready_home, llm="none"), notice=notices.append)
    with pytest.raises(ModelError, match=f"comes with ragprep is damaged: .*{name}") as caught:
        prep.search("what is dropout")
    assert "pip install --force-reinstall" in caught.value.remedy
    assert notices == exports == []
    [check] = [check for check in prep.doctor() if check.name == "model"]
    assert (check.ok, check.message) == (False, str(caught.value))


@pytest.fixture
def export_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Have the process that exports be a shell script with these lines."""

    def write(lines: str) -> None:
        script = tmp_path / "python"
        script.write_text(f"#!/bin/sh\n{lines}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(sys, "executable", str(script))

    return write


@pytest.mark.skipif(os.name == "nt", reason="shell scripts and signals")
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("kill -KILL $$", "its process was ended by signal 9 (Killed); memory may be short."),
        ("exit 3", "its process ended with code 3."),
        ("exit 0", "its process ended with code 0."),
        ("echo trace >&2; echo 'ValueError: no such layer.' >&2; exit 1", "no such layer."),
    ],
    ids=["killed", "silent", "nothing made", "error"],
)
def test_why_a_model_could_not_be_prepared_is_said(tmp_path: Path, export_by, lines, reason):
    """In a sentence of its own, whatever the process left."""
    export_by(lines)
    with pytest.raises(ModelError, match="could not be prepared: ") as caught:
        encoders.prepare(MODEL, tmp_path / "home", lambda stage, done, total: None)
    assert str(caught.value).endswith(reason)


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_gets_no_advice_about_models(tmp_path: Path, export_by, reason: int):
    """The process that exports met it."""
    export_by(f"echo 'OSError: [Errno {reason}] {os.strerror(reason)}' >&2; exit 1")
    with pytest.raises(IndexUnwritable, match=r"disk of .*home is full") as caught:
        encoders.prepare(MODEL, tmp_path / "home", lambda stage, done, total: None)
    assert "Free some space" in caught.value.remedy
