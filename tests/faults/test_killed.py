"""Builds that are interrupted: Ctrl-C and kill -9, at any moment."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from ragprep.index.build import CHUNK

ANIMALS = [f"pet{n}" for n in range(250)]  # 1,500 views: three chunks

BUILD = """
import sys
from pathlib import Path
from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder

home, words = Path(sys.argv[1]), sys.argv[2].split()
fake = FakeEmbedder(words, delay_s=0.0002)
say = lambda stage, done, total: print(stage, done, flush=True)
prep = Prep(Config(home=home, llm="none"), progress=say, encoder=(fake.info, fake))
try:
    prep.build()
except KeyboardInterrupt:
    sys.exit(130)
print("built", flush=True)
"""


@contextmanager
def building(kennel):
    """A process that builds the index anew; it is told apart by what it prints."""
    command = [sys.executable, "-c", BUILD, str(kennel.home), " ".join(kennel.fake.vocabulary)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    for printed in process.stdout:
        if printed.strip() == line:
            return
    raise AssertionError(f"it ended before it said {line!r}: {process.communicate()[1]}")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill-9"])
def test_the_next_build_goes_on_where_the_killed_one_was(kennel, how: signal.Signals):
    """The old index serves meanwhile; of the chunks that were done no text is embedded again."""
    kennel.write("cat", *ANIMALS)
    with building(kennel) as process:
        wait_for(process, f"embedding {2 * CHUNK}")
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert errors == ""
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    text = kennel.guide.read_text()
    kennel.guide.unlink()  # so that the query cannot build it itself
    assert kennel.first("fish") == "q3"

    kennel.guide.write_text(text)
    kennel.fake.embedded.clear()
    report = kennel.open().build()
    assert report.embedded > 2 * CHUNK
    assert len(kennel.fake.embedded) == report.embedded - 2 * CHUNK
    assert not list(Path(kennel.home).glob("embedding-*"))
    assert kennel.open().entry("q251").question == "What does a pet249 eat?"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill-9"])
@pytest.mark.parametrize("seed", range(6))
def test_at_any_moment_the_old_index_serves_or_the_new(kennel, how: signal.Signals, seed: int):
    """And a build after it works."""
    kennel.write("fish", *ANIMALS)
    with building(kennel) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 0.6))
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert errors == ""
    text = kennel.guide.read_text()
    kennel.guide.unlink()
    hit = kennel.open().search("fish").hits[0].entry
    assert (hit.label, hit.lines[0]) in {("q3", 13), ("q1", 3)}

    kennel.guide.write_text(text)
    assert kennel.first("fish") == "q1"
    assert len(kennel.generations()) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_ctrl_c_while_the_index_is_written(kennel, seed: int):
    """The moment at which a half-written generation, or a pointer to nothing, could be left."""
    kennel.write("fish", *ANIMALS)
    with building(kennel) as process:
        wait_for(process, "writing the index 0")
        time.sleep(seed * 0.015)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors == ""
    kennel.guide.unlink()
    assert kennel.first("fish") in {"q3", "q1"}
    assert all(
        (kennel.home / "generations" / name / "manifest.json").exists()
        for name in kennel.generations()
    )
