"""One builder at a time: locks between processes, and what to say when a home cannot be written."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ragprep.errors import IndexBusy, IndexUnwritable

BUILD_WAIT_S = 120.0
"""A guess: enough for the shipped guide's first build (15 s) on a machine eight times slower."""


@contextmanager
def building(
    home: Path,
    *,
    wait_s: float = BUILD_WAIT_S,
    on_wait: Callable[[str], None] = lambda message: None,
) -> Iterator[None]:
    """Hold the lock that makes this process the one that builds the index in `home`.

    Args:
        home: folder of the index; made when missing.
        wait_s: how long to wait for another builder.
        on_wait: told once when there is one.

    Raises:
        IndexBusy: another process holds it for longer than that.
        IndexUnwritable: the folder cannot be written.
    """
    with _alone(home, "build.lock", f"building the index in {home}", wait_s, on_wait):
        yield


@contextmanager
def preparing(home: Path, *, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock that makes this process the one that prepares a model in `home`.

    It is a lock of its own because a builder takes it too, when it finds its model damaged.

    Raises:
        IndexBusy, IndexUnwritable: as `building`.
    """
    with _alone(home, "prepare.lock", f"preparing a model in {home}", BUILD_WAIT_S, on_wait):
        yield


def unwritable(home: Path, exc: OSError) -> IndexUnwritable:
    """Say why nothing can be written to `home`, and what to do."""
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return IndexUnwritable(
            f"The disk of {home} is full.", remedy="Free some space, or set RAGPREP_HOME elsewhere."
        )
    return IndexUnwritable(
        f"{home} cannot be written: {exc.strerror or exc}.",
        remedy="Make it writable, or set RAGPREP_HOME to a folder that is.",
    )


@contextmanager
def _alone(
    home: Path, name: str, doing: str, wait_s: float, on_wait: Callable[[str], None]
) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / name)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait_s > 0:
                on_wait(f"Waiting: another process is {doing}.")
            lock.acquire(timeout=wait_s)
    except Timeout as exc:
        raise IndexBusy(
            f"Another process is {doing}.", remedy="Wait until it is done and try again."
        ) from exc
    except OSError as exc:
        raise unwritable(home, exc) from exc
    try:
        yield
    finally:
        lock.release()
