"""Threads that share one `Prep` while its guide is edited and its index built again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.index.snapshot import Snapshot, Snapshots
from ragprep.protocols import Reporter
from ragprep.search.find import related, search
from ragprep.testing.fakes import FakeReader
from ragprep.types.search import SearchResult

WORDS = ("cat", "dog", "fish", "snake")
THREADS = 8
EDITIONS = 40
SEEN_WITHIN_S = 2.0
"""Of the processor, which goes on as the readers do, and not while other processes have it."""

LINES = 100
"""Blank lines before each new edition: the hundreds of a line number tell its edition."""

BUILD = """
import sys
from pathlib import Path
from typing import Any
from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder

fake = FakeEmbedder({words!r})
prep = Prep(Config(home=Path(sys.argv[1]), llm="none"), encoder=(fake.info, fake))
for line in sys.stdin:
    prep.build()
    print("built", flush=True)
"""


def edition(n: int) -> str:
    """Return a guide of which every answer, every key point and every line tells that it is `n`."""
    return "\n" * LINES * n + "".join(
        f"### Q{i}. What does a {word} eat?\n\n"
        f"**A:** Edition {n} says that a {word} eats.\n- Edition {n}: {word} food\n\n"
        for i, word in enumerate(WORDS, 1)
    )


def editions(result: object) -> set[int]:
    """Return the editions that a result is taken from, by its texts and its line numbers."""
    shown = repr(result)
    texts = {int(n) for n in re.findall(r"Edition (\d+)", shown)}
    lines = re.findall(r"lines=\((\d+), (\d+)\)", shown) + re.findall(r"line=(\d+)()", shown)
    return texts | {int(line) // LINES for pair in lines for line in pair if line}


REQUESTS: tuple[Callable[[Prep], object], ...] = (
    lambda prep: prep.search("what does a fish eat?"),
    lambda prep: prep.ask("what does a fish eat?"),
    lambda prep: prep.related("q3"),
    lambda prep: prep.find("what does a snake eat?"),
    lambda prep: prep.entry("q1"),
    lambda prep: prep.entries(),
    lambda prep: prep.points("q2"),
    lambda prep: prep.rubric("q4"),
    lambda prep: prep.grade("q1", "A cat eats cat food."),
)


class Readers:
    """Threads that ask all requests in turn, and note which edition answered."""

    def __init__(self, prep: Prep) -> None:
        self._prep = prep
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(number,)) for number in range(THREADS)
        ]
        self.newest = 0
        self.answers = 0
        self.faults: list[object] = []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read until the end of the block."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in self._threads:
                thread.join()

    def _read(self, turn: int) -> None:
        last = 0
        while not self._stopped.wait(0.005):
            turn += 1
            try:
                editions_seen = editions(REQUESTS[turn % len(REQUESTS)](self._prep))
            except Exception as exc:  # noqa: BLE001  # whatever it is, it is a fault
                self.faults.append(exc)
                continue
            if len(editions_seen) != 1 or min(editions_seen) < last:
                self.faults.append((turn % len(REQUESTS), last, editions_seen))
            last = max(editions_seen)
            self.newest = max(self.newest, last)
            self.answers += 1


@pytest.fixture
def builder(kennel) -> Iterator[Callable[[], None]]:
    """A function that lets another process build the index."""
    code = BUILD.format(words=WORDS)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(kennel.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def build() -> None:
            print("build", file=process.stdin, flush=True)
            assert process.stdout.readline() == "built\n"

        yield build
        process.stdin.close()


def open_with_reader(kennel) -> Prep:
    return Prep(
        Config(home=kennel.home, llm="none"),
        notice=kennel.notices.append,
        encoder=(kennel.fake.info, kennel.fake),
        reader=FakeReader(),
    )


def test_every_request_is_answered_from_one_edition_of_the_guide(kennel, builder):
    """Eight threads ask while it is edited and built 40 times: here, elsewhere, or by a request."""
    kennel.guide.write_text(edition(1))
    prep = open_with_reader(kennel)
    prep.build()
    readers = Readers(prep)
    with readers.reading():
        for n in range(2, EDITIONS + 2):
            unfinished = kennel.guide.with_suffix(".new")
            unfinished.write_text(edition(n))
            unfinished.replace(kennel.guide)
            edited = time.process_time()
            if n % 4 == 0:
                builder()
            elif n % 4 != 1:
                prep.build()
            else:
                while readers.newest < n and not readers.faults:
                    time.sleep(0.01)
                    assert time.process_time() - edited < SEEN_WITHIN_S
    assert readers.faults == []
    assert readers.answers > 10 * EDITIONS
    assert readers.newest == EDITIONS + 1


def remove_index(kennel) -> None:
    shutil.rmtree(kennel.home)


def damage_index(kennel) -> None:
    (kennel.home / "CURRENT").write_text("?")


def edit_guide(kennel) -> None:
    kennel.write("snake", "fish", "dog", "cat")


@pytest.mark.parametrize(
    ("prepare", "notice"),
    [
        (remove_index, "Building the index (once)."),
        (damage_index, "{home}/CURRENT names no index. Building it again."),
        (edit_guide, "pets changed; index updated."),
    ],
)
def test_threads_on_a_cold_service_build_once(kennel, prepare, notice: str):
    """One builds and says so; the others wait for it, and answer from what it built."""
    prepare(kennel)
    prep = kennel.open()
    begin = threading.Barrier(THREADS)

    def ask(_: int) -> SearchResult:
        begin.wait()
        return prep.search("fish")

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(ask, range(THREADS)))
    assert kennel.notices == [notice.format(home=kennel.home)]
    assert results == [kennel.open().search("fish")] * THREADS


@pytest.mark.parametrize(
    "request_of",
    [
        lambda prep: prep.search("my model aces training and flops on new data"),
        lambda prep: prep.grade("q15", "Dropout sets units to zero at random. It regularises."),
    ],
    ids=["search", "grade"],
)
def test_threads_share_the_real_models(prep: Prep, request_of):
    """What one gets, all get, to the last digit."""
    alone = request_of(prep)
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(request_of, [prep] * THREADS)) == [alone] * THREADS


def test_a_snapshot_outlives_the_files_it_was_read_from(kennel):
    """A request that takes long is not disturbed by builds that end meanwhile."""
    snapshot = kennel.open().snapshot()
    for words in (["dog"], ["cat", "dog"], ["fish", "dog"]):
        kennel.write(*words)
        kennel.open().build()
    assert search(snapshot, "snake", 1).hits[0].entry.label == "q4"
    assert related(snapshot, snapshot.index.entry(0), 9)


@pytest.mark.parametrize("request_of", REQUESTS)
def test_a_request_asks_for_the_index_once(kennel, monkeypatch, request_of):
    """And hands it down."""
    prep = open_with_reader(kennel)
    prep.search("warm")
    calls: list[Snapshots] = []
    current = Snapshots.current

    def counted(self: Snapshots, reporter: Reporter, **patience: Any) -> Snapshot:
        calls.append(self)
        return current(self, reporter, **patience)

    monkeypatch.setattr(Snapshots, "current", counted)
    request_of(prep)
    assert len(calls) == 1
