"""Files known by their sha256: hashed when first seen, afterwards recognised by what `stat` says.

A record file keeps what was verified: absolute path -> sha256, size, times of change, inode. A file
of which any of these differs is hashed again, and so is every file where the record is missing,
not readable or cannot be written. A write by any program moves the times; bytes that change behind
the file system's back (a failing disk) are found by hashing everything, as `ragprep doctor` does.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

RECORD = "verified.json"
"""Name of the record in a home."""

SETTLED_NS = 2_000_000_000
"""Age from which a file is recorded. Time stamps may be as coarse as two seconds (FAT): a file
that was changed a moment ago can change once more without getting a new one."""

State = list[str | int]
"""sha256, size, time of change of the content and of the inode (ns), number of the inode."""

_writing = threading.Lock()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered(files: Mapping[Path, str], *, record: Path | None) -> list[Path]:
    """Return those of `files` that are missing or have another content, in their order.

    Args:
        files: path -> the sha256 that its content should have.
        record: file that keeps what was verified, written where its folder allows; every file is
            hashed when None.
    """
    known = {} if record is None else _read(record)
    wrong: list[Path] = []
    verified: dict[str, State] = {}
    for path, sha256 in files.items():
        key = str(path.absolute())
        state = _state(path, sha256)
        if state and known.get(key) == state:
            continue
        if not _has(path, sha256):
            wrong.append(path)
        elif state and _state(path, sha256) == state and _is_settled(state):
            verified[key] = state
    if verified and record is not None:
        _add(record, verified)
    return wrong


def _state(path: Path, sha256: str) -> State:
    """Return what a file is known by, [] when it cannot be read."""
    try:
        stat = path.stat()
    except OSError:
        return []
    return [sha256, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _is_settled(state: State) -> bool:
    return time.time_ns() - max(int(state[2]), int(state[3])) > SETTLED_NS


def _has(path: Path, sha256: str) -> bool:
    try:
        return file_sha256(path) == sha256
    except OSError:
        return False


def _read(record: Path) -> dict[str, State]:
    try:
        content = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _add(record: Path, verified: Mapping[str, State]) -> None:
    """Add to the record, and forget files that are gone; replaced atomically."""
    fresh = record.with_suffix(f".{os.getpid()}.new")
    with _writing, suppress(OSError):
        kept = {key: state for key, state in _read(record).items() if Path(key).exists()}
        try:
            fresh.write_text(json.dumps(kept | dict(verified), indent=1), encoding="utf-8")
            fresh.replace(record)
        finally:
            fresh.unlink(missing_ok=True)
