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
from ragprep.index.store import read_index
from ragprep.index.table import FILE
from ragprep.locks import building

HOLD = """
import sys
from pathlib import Path
from ragprep.locks import building

with building(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

READ = """
import sys
from pathlib import Path
from ragprep.index.store import read_index
from ragprep.index.table import FILE

seen = []
while len(seen) < int(sys.argv[2]):
    index = read_index(Path(sys.argv[1]))
    assert len(index.entries) == index.manifest.entries
    assert index.dense.living == index.manifest.views <= len(index.dense)
    if seen[-1:] != [index.manifest.entries]:
        seen.append(index.manifest.entries)
print(sorted(set(seen)))
"""
"""Reads until it has seen another number of entries so many times."""


@contextmanager
def another_builder(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of a home until the end of the block."""
    command = [sys.executable, "-c", HOLD, str(home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_builder_waits_for_the_other_and_says_so(kennel):
    """Then it builds."""
    kennel.write("fish")
    waiting = threading.Thread(target=kennel.open().build)
    with another_builder(kennel.home):
        waiting.start()
        waiting.join(0.3)  # a build takes a tenth of that
        assert waiting.is_alive()
    waiting.join()
    assert kennel.notices == [f"Waiting: another process is building the index in {kennel.home}."]
    assert read_index(kennel.home).manifest.entries == 1


def test_who_waits_too_long_is_told_so(kennel):
    """With a remedy."""
    with (
        another_builder(kennel.home),
        pytest.raises(IndexBusy, match="is building") as caught,
        building(kennel.home, wait_s=0.1),
    ):
        pass
    assert "try again" in caught.value.remedy


def test_the_lock_of_a_killed_builder_is_free(kennel):
    """At once."""
    with another_builder(kennel.home) as process:
        process.kill()
        process.wait()
        with building(kennel.home, wait_s=0.5):
            pass


def test_a_query_never_waits_for_a_builder(kennel):
    """Though its guide has changed: the old index serves, with a notice."""
    kennel.write("fish")
    with another_builder(kennel.home):
        assert kennel.first("fish") == "q3"
    [notice] = kennel.notices  # who waits gives another one first
    assert notice.startswith("The index is not up to date: Another process is building")
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
        table = {FILE: files[FILE]}
        write_generation(kennel.home, table, replace(manifest, sources=(str(other_guide),)))
    update.join()
    assert kennel.open().status().sources == (str(other_guide),)


def test_readers_see_the_old_index_or_the_new_one(kennel):
    """While it is built again and again; each is whole, and none fails."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(kennel.home), "20"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        builds = 0
        while any(reader.poll() is None for reader in readers):
            kennel.write(*["cat", "dog", "fish", "snake"][: 3 + builds % 2])
            kennel.open().build()
            builds += 1
            assert builds < 2_000
        for reader in readers:
            seen, errors = reader.communicate()
            assert errors == ""
            assert seen == "[3, 4]\n"
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
