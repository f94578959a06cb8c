"""Builders and readers at the same time: one builder, and readers that see old or new."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ragprep.errors import IndexBusy
from ragprep.index.generations import read_current, write_generation
from ragprep.locks import building

HOLD = """
import sys, time
from pathlib import Path
from ragprep.locks import building

with building(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""

READ = """
import sys
from pathlib import Path
from ragprep.index.store import read_index

seen = set()
while not Path(sys.argv[2]).exists():
    index = read_index(Path(sys.argv[1]))
    assert len(index.entries) == index.manifest.entries
    assert len(index.dense) == len(index.view_lines) == index.manifest.views
    seen.add(index.manifest.entries)
print(sorted(seen))
"""


@contextmanager
def another_builder(home: Path, hold_s: float) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of a home."""
    command = [sys.executable, "-c", HOLD, str(home), str(hold_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_builder_waits_for_the_other_and_says_so(kennel):
    """Then it builds."""
    with another_builder(kennel.home, 0.5):
        began = time.monotonic()
        kennel.open().build()
        assert time.monotonic() - began > 0.2
    assert kennel.notices == [f"Waiting: another process is building the index in {kennel.home}."]


def test_who_waits_too_long_is_told_so(kennel):
    """With a remedy."""
    with (
        another_builder(kennel.home, 30),
        pytest.raises(IndexBusy, match="is building") as caught,
        building(kennel.home, wait_s=0.1),
    ):
        pass
    assert "try again" in caught.value.remedy


def test_the_lock_of_a_killed_builder_is_free(kennel):
    """At once."""
    with another_builder(kennel.home, 30) as process:
        process.kill()
        process.wait()
        with building(kennel.home, wait_s=0.5):
            pass


def test_a_query_never_waits_for_a_builder(kennel):
    """Though its guide has changed: the old index serves, with a notice."""
    kennel.write("fish")
    with another_builder(kennel.home, 30):
        began = time.monotonic()
        assert kennel.first("fish") == "q3"
        assert time.monotonic() - began < 5
    assert "Another process is building" in kennel.notices[0]
    assert kennel.first("fish") == "q1"


def test_an_update_that_waited_builds_what_was_asked_for_meanwhile(kennel, tmp_path):
    """`ragprep index other.md`, ended while an update waits, is not undone by the update."""
    other_guide = tmp_path / "other.md"
    other_guide.write_text(kennel.guide.read_text())
    update = threading.Thread(target=kennel.open().build)
    with building(kennel.home):
        update.start()
        while not kennel.notices:
            time.sleep(0.01)
        manifest, files = read_current(kennel.home)
        write_generation(kennel.home, files, replace(manifest, sources=(str(other_guide),)))
    update.join()
    assert kennel.open().status().sources == (str(other_guide),)


def test_readers_see_the_old_index_or_the_new_one(kennel, tmp_path):
    """While it is built again and again; each is whole, and none fails."""
    done = tmp_path / "done"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(kennel.home), str(done)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        until = time.monotonic() + 4
        builds = 0
        while time.monotonic() < until:
            kennel.write(*["cat", "dog", "fish", "snake"][: 3 + builds % 2])
            kennel.open().build()
            builds += 1
        done.touch()
        for reader in readers:
            seen, errors = reader.communicate(timeout=20)
            assert errors == ""
            assert seen == "[3, 4]\n"
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    assert builds > 20
