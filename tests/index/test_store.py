"""Generations: what serves at every step of writing, and what is removed."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import subprocess
import sys
import weakref
from dataclasses import replace

import pytest

from ragprep import checksums
from ragprep.errors import IndexDamaged, IndexMissing, IndexUnwritable
from ragprep.index.generations import (
    read_current,
    read_manifest,
    read_sources,
    verify,
    write_generation,
)
from ragprep.index.store import read_index
from ragprep.index.table import FILE


@pytest.fixture
def home(tmp_path, index):
    """The four pets' index; what it holds is of no matter here."""
    return tmp_path


def test_a_home_without_an_index_says_so(tmp_path):
    """With what to run."""
    with pytest.raises(IndexMissing) as caught:
        read_manifest(tmp_path)
    assert "ragprep index" in caught.value.remedy
    assert read_sources(tmp_path) == ()


def test_the_generation_before_is_kept_and_older_ones_removed(home):
    """A reader that has just read CURRENT can still finish."""
    manifest, files = read_current(home)
    names = []
    for n in range(3):
        write_generation(
            home,
            {FILE: files[FILE]},
            replace(manifest, model=f"model {n}"),
        )
        names.append((home / "CURRENT").read_text())
        assert read_manifest(home).model == f"model {n}"
    assert sorted(names[1:]) == sorted(path.name for path in (home / "generations").iterdir())


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "full")], ids=repr)
@pytest.mark.parametrize("step", range(1, 8))
def test_at_every_step_the_old_index_serves_or_the_new(home, monkeypatch, step: int, fault):
    """A fault at each flush to the disk: before CURRENT is replaced, and just after it."""
    old, files = read_current(home)
    new = replace(old, model="new")
    flushed = 0

    def fsync(descriptor: int) -> None:
        nonlocal flushed
        flushed += 1
        if flushed == step:
            raise fault

    raised = IndexUnwritable if isinstance(fault, OSError) else KeyboardInterrupt
    with monkeypatch.context() as patch, pytest.raises(raised):
        patch.setattr(os, "fsync", fsync)
        write_generation(home, {FILE: files[FILE]}, new)
    manifest, _ = read_current(home)
    assert manifest.model == ("fake" if step < 7 else "new")
    served = (home / "CURRENT").read_text()
    if step < 7:  # no part of the new one is left
        assert [path.name for path in (home / "generations").iterdir()] == [served]
        assert not (home / "CURRENT.new").exists()


def test_the_steps_above_are_all(home, monkeypatch):
    """The table, two manifests, their folder, its folder, the pointer, the home."""
    manifest, files = read_current(home)
    flushed = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    write_generation(home, {FILE: files[FILE]}, manifest)
    assert len(flushed) == 7


def test_an_open_index_outlives_its_files(home, pets):
    """Two builds later its generation is gone, and what was not yet looked at is still there."""
    index = read_index(home)
    shutil.rmtree(home)
    assert list(index.entries) == pets
    assert index.view(0).text == "What is a cat?"
    assert len(index.dense) == index.manifest.views


def test_entries_are_shown_without_numpy(home):
    """Which takes a third of the time of `show`; vectors and words stay where they are."""
    code = (
        "import sys; from pathlib import Path; from ragprep.index.store import read_index\n"
        "index = read_index(Path(sys.argv[1]))\n"
        "row = index.row('Q2'); entry = index.entry(row); index.points(row)\n"
        "print(entry.id, len(index.entries), 'numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["id2", "4", "False"]


def test_bytes_that_change_unnoticed_are_found_by_verify_alone(home, monkeypatch):
    """As on a failing disk: content differs, size and times do not. Here the record is made to say
    so, because no program can change a file without its times."""
    monkeypatch.setattr(checksums, "SETTLED_NS", -1)
    path = next(home.glob("segments/*"))
    sound = path.read_bytes()
    read_current(home)
    path.write_bytes(sound.replace(b"cat", b"bat"))
    record = json.loads((home / "verified.json").read_text())
    stat = path.stat()
    record[str(path)][1:] = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    (home / "verified.json").write_text(json.dumps(record))
    read_current(home)
    with pytest.raises(IndexDamaged, match=r"segments/.* is damaged"):
        verify(home)
    path.write_bytes(sound)
    assert verify(home) == read_manifest(home)


def test_an_index_that_nobody_has_any_more_gives_back_its_files(home):
    """At once, and not when the garbage is collected: a server opens one after each edit."""
    index = read_index(home)
    index.lexical.scores("cat")
    lexical = weakref.ref(index.lexical)
    gc.disable()
    try:
        del index
        assert lexical() is None
    finally:
        gc.enable()
