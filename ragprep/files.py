"""Files: reading one that a folder may have brought, without waiting; writing one whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_small(path: Path, limit: int, *, errors: str = "strict") -> str:
    """Return the text of a regular file; a FIFO is not waited for, a device not read.

    Args:
        path: of the file.
        limit: bytes that it may have.
        errors: what becomes of what is no UTF-8, as for `bytes.decode`.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
        UnicodeDecodeError: it is not UTF-8.
    """

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has none

    with open(path, "rb", opener=at_once) as stream:  # Path.open has no opener
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("it is not a regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"it is larger than {limit // 1024} KiB")
    return data.decode("utf-8", errors)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: what was there stays until all of it is on the disk.

    A link is followed, and the file it leads to replaced.

    Raises:
        OSError: it cannot be written.
    """
    target = path.resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
