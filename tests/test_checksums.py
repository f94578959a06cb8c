"""Files known by checksum: what is hashed again, what is recognised, what is never trusted."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from ragprep import checksums
from ragprep.checksums import altered

CAT, DOG = b"cat", b"dog"
LONG_AGO = 10**18
"""September 2001, in nanoseconds: older than any granularity of time stamps."""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "home" / "verified.json"


@pytest.fixture
def path(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that says cat, and counts as settled from the start: its inode is a moment old."""
    monkeypatch.setattr(checksums, "SETTLED_NS", -1)
    record.parent.mkdir()
    path = tmp_path / "pet"
    path.write_bytes(CAT)
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read to be hashed, in turn."""
    names: list[str] = []

    def file_sha256(path: Path) -> str:
        names.append(path.name)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(checksums, "file_sha256", file_sha256)
    return names


def expected(path: Path) -> dict[Path, str]:
    return {path: hashlib.sha256(CAT).hexdigest()}


def test_a_file_is_hashed_when_first_seen_and_recognised_afterwards(path, record, hashed):
    """By two calls with one record; without a record each time."""
    for _ in range(2):
        assert altered(expected(path), record=record) == []
    assert hashed == ["pet"]
    for _ in range(2):
        assert altered(expected(path), record=None) == []
    assert hashed == ["pet"] * 3


def test_other_content_of_the_same_size_is_altered(path, record):
    """Before it was verified, and after."""
    path.write_bytes(DOG)
    assert altered(expected(path), record=record) == [path]
    path.write_bytes(CAT)
    assert altered(expected(path), record=record) == []
    path.write_bytes(DOG)
    assert altered(expected(path), record=record) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no time of change of the inode")
def test_a_change_that_sets_the_old_time_of_change_is_seen(path, record):
    """The inode's own time, which no program can set, still moves."""
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    assert altered(expected(path), record=record) == []
    path.write_bytes(DOG)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    assert altered(expected(path), record=record) == [path]


def test_a_file_that_takes_the_place_of_another_is_hashed(path, record, hashed):
    """Though it says the same."""
    altered(expected(path), record=record)
    copy = path.with_name("copy")
    copy.write_bytes(CAT)
    copy.replace(path)
    assert altered(expected(path), record=record) == []
    assert hashed == ["pet", "pet"]


def test_another_checksum_is_never_answered_from_the_record(path, record):
    """The file has not changed, but what is asked for has."""
    altered(expected(path), record=record)
    assert altered({path: hashlib.sha256(DOG).hexdigest()}, record=record) == [path]


def test_a_file_that_is_gone_is_altered_and_forgotten(path, record, tmp_path):
    """The record keeps nothing of it, once something else is verified."""
    altered(expected(path), record=record)
    path.unlink()
    assert altered(expected(path), record=record) == [path]
    second_path = tmp_path / "other"
    second_path.write_bytes(CAT)
    altered(expected(second_path), record=record)
    assert list(json.loads(record.read_text())) == [str(second_path)]


def test_a_file_changed_a_moment_ago_is_not_recorded(path, record, hashed, monkeypatch):
    """It could change again within the same time stamp; two seconds later it is."""
    monkeypatch.setattr(checksums, "SETTLED_NS", 2_000_000_000)
    for _ in range(2):
        assert altered(expected(path), record=record) == []
    assert hashed == ["pet", "pet"]
    assert not record.exists()
    now = checksums.time.time_ns()
    monkeypatch.setattr(checksums.time, "time_ns", lambda: now + 3_000_000_000)
    for _ in range(2):
        altered(expected(path), record=record)
    assert hashed == ["pet"] * 3


@pytest.mark.parametrize("content", ["", "[]", "{", '{"%s": 1}', "\x00", '{"%s": []}'])
def test_a_record_that_says_nothing_costs_a_hash(path, record, hashed, content: str):
    """And is written again."""
    record.write_text(content.replace("%s", str(path)))
    assert altered(expected(path), record=record) == []
    assert altered(expected(path), record=record) == []
    assert hashed == ["pet"]


def test_a_record_that_cannot_be_written_costs_a_hash_each_time(path, hashed, tmp_path):
    """Its folder does not exist."""
    for _ in range(2):
        assert altered(expected(path), record=tmp_path / "none" / "verified.json") == []
    assert hashed == ["pet", "pet"]


def test_records_of_several_callers_are_joined(path, record, hashed, tmp_path):
    """Nothing but the record is left in its folder."""
    second_path = tmp_path / "other"
    second_path.write_bytes(CAT)
    for file in (path, second_path, path, second_path):
        assert altered(expected(file), record=record) == []
    assert hashed == ["pet", "other"]
    assert [file.name for file in record.parent.iterdir()] == ["verified.json"]
