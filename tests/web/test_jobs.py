"""Builds in the background: one at a time, and what became of the last one."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

import pytest

from ragprep.errors import GuideError, IndexBusy
from ragprep.protocols import Progress
from ragprep.types.index import BuildReport, Manifest
from ragprep.web.jobs import Job, Jobs

REPORT = BuildReport(Manifest(1, "fake", "f", 2, "flat", (), (), 1, 2, ""), 2, 0, 0.1)


def ended(jobs: Jobs) -> Job:
    """Wait for the last build and return it."""
    for _ in range(500):
        if jobs.last is not None and not jobs.last.running:
            return jobs.last
        time.sleep(0.01)
    raise AssertionError("it did not end")


def test_a_build_tells_how_far_it_is() -> None:
    """Another one has to wait until it is done."""
    jobs, go_on, told = Jobs(), threading.Event(), threading.Event()

    def work(progress: Progress) -> BuildReport:
        progress("embedding", 1, 2)
        told.set()
        go_on.wait(5)
        return REPORT

    jobs.start("Adding cats", work)
    assert told.wait(5)
    assert jobs.last == Job(1, "Adding cats", "embedding", 1, 2)
    with pytest.raises(IndexBusy):
        jobs.start("Adding dogs", work)
    go_on.set()
    assert ended(jobs).report == REPORT
    jobs.start("Adding dogs", work)
    assert ended(jobs).number == 2


def fails(error: Exception) -> Callable[[Progress], BuildReport]:
    def work(progress: Progress) -> BuildReport:
        raise error

    return work


def test_a_build_that_fails_says_why() -> None:
    """The next one can begin."""
    jobs, error = Jobs(), GuideError("No questions.", remedy="Ask some.")
    jobs.start("Adding cats", fails(error))
    assert ended(jobs).error is error
    jobs.start("Adding cats", lambda progress: REPORT)
    assert ended(jobs).error is None


def test_a_mistake_of_ours_does_not_block_the_next_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the server's log, and the page says that the build broke off."""
    jobs, logged = Jobs(), queue.Queue[type[BaseException]]()
    monkeypatch.setattr(threading, "excepthook", lambda args: logged.put(args.exc_type))
    jobs.start("Adding cats", fails(ZeroDivisionError()))
    assert logged.get(timeout=5) is ZeroDivisionError
    assert str(ended(jobs).error) == "The build broke off."
