"""Generations: what serves at every step of writing, and what is removed."""

from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest

from ragprep.errors import IndexMissing, IndexUnwritable
from ragprep.index.generations import read_current, read_manifest, read_sources, write_generation


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
            dict(files),
            replace(manifest, model=f"model {n}"),
        )
        names.append((home / "CURRENT").read_text())
        assert read_manifest(home).model == f"model {n}"
    assert sorted(names[1:]) == sorted(path.name for path in (home / "generations").iterdir())


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "full")], ids=repr)
@pytest.mark.parametrize("step", range(1, 13))
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

    monkeypatch.setattr(os, "fsync", fsync)
    try:
        write_generation(home, dict(files), new)
    except (KeyboardInterrupt, IndexUnwritable) as exc:
        assert isinstance(exc, KeyboardInterrupt | IndexUnwritable)
        assert step <= 12
    finally:
        monkeypatch.undo()
    manifest, _ = read_current(home)
    assert manifest.model == ("fake" if step < 12 else "new")
    served = (home / "CURRENT").read_text()
    if step < 12:  # no part of the new one is left
        assert [path.name for path in (home / "generations").iterdir()] == [served]
        assert not (home / "CURRENT.new").exists()


def test_the_steps_above_are_all(home, monkeypatch):
    """Six files, two manifests, their folder, its folder, the pointer, the home."""
    manifest, files = read_current(home)
    flushed = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    write_generation(home, dict(files), manifest)
    assert len(flushed) == len(files) + 6 == 12
