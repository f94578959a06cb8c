"""What may stand where a file is expected, and a test that is not root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


def fifo(path: Path) -> None:
    """A FIFO that nobody writes to."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no FIFOs")
    os.mkfifo(path)


def device(path: Path) -> None:
    """A device without end."""
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no /dev/zero")
    path.symlink_to("/dev/zero")


@contextmanager
def without_privileges() -> Iterator[None]:
    """Act as a user who may not read everything; as before where that is so already."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
