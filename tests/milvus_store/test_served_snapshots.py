"""One look at the server for all who ask, and what they are told while it does not answer."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from milvus_server import ServerProcess

from ragprep import Prep
from ragprep.config import Config
from ragprep.errors import StoreUnavailable
from ragprep.index.models import Models
from ragprep.milvus.address import parse
from ragprep.milvus.server import Server
from ragprep.milvus.snapshots import ServedSnapshots
from ragprep.milvus.store import MilvusStore
from ragprep.protocols import SILENT
from ragprep.testing.fakes import FakeEmbedder

FAKE = FakeEmbedder(("cat", "dog"))
ENTRIES = 6
GUIDE = "# Pets\n" + "".join(
    f"\n## What is pet{n}?\n\nA pet{n} is number{n} of the cats and dogs.\n" for n in range(ENTRIES)
)

pymilvus = pytest.importorskip("pymilvus", reason="the extra milvus is not installed")


def config(home: Path, store: str) -> Config:
    return Config(home=home, llm="none", store=store)


@pytest.fixture(scope="module")
def indexed(milvus: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> ServerProcess:
    """The server with six entries behind the alias "pets"."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "pets.md").write_text(GUIDE)
    prep = Prep(config(folder, milvus.setting("pets")), encoder=(FAKE.info, FAKE))
    prep.build([folder / "pets.md"])
    return milvus


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_all_who_wait_for_an_index_share_one_look(tmp_path: Path):
    """Of a server that never answers eight are told after its two seconds, not one by one."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        store = f"milvus://127.0.0.1:{listening.getsockname()[1]}/guides?timeout=2"
        prep = Prep(config(tmp_path, store), encoder=(FAKE.info, FAKE))
        began = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            for told in [threads.submit(prep.search, "cat") for _ in range(8)]:
                with pytest.raises(StoreUnavailable):
                    told.result(60)
        assert time.monotonic() - began < 8


def test_a_look_adds_little_to_the_wait_for_a_server_that_is_gone(
    indexed: ServerProcess, tmp_path: Path
):
    """A search fails after 4.4 s of its own; a look before it would take as long again."""
    store = indexed.setting("pets", timeout_s=4)
    prep = Prep(config(tmp_path, store), encoder=(FAKE.info, FAKE))
    prep.search("cat")
    indexed.kill()
    time.sleep(1)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        prep.search("dog")
    took_s = time.monotonic() - began
    indexed.start()
    assert took_s < 7


def test_what_was_fetched_is_served_for_ten_seconds_without_the_server(
    indexed: ServerProcess, tmp_path: Path
):
    """Then people are told, until it runs again, which the next request finds at once.

    gRPC would wait the longer between its tries the more of them failed.
    """
    clock = Clock()
    settings = config(tmp_path, indexed.setting("pets", timeout_s=3))
    snapshots = ServedSnapshots(settings, Models(settings, encoder=(FAKE.info, FAKE)), clock=clock)
    before = snapshots.current(SILENT).index.entries
    indexed.kill()
    clock.now = 5
    assert snapshots.current(SILENT).index.entries == before
    clock.now = 11
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        snapshots.current(SILENT)
    indexed.start()
    clock.now = 13
    assert snapshots.current(SILENT).index.entries == before


@dataclass
class Restarted:
    """A client of a server that was started anew, and has nothing in memory until it is asked."""

    load_timeout_s: float | None = None

    def query(self, *_: Any, **__: Any) -> list[dict[str, int]]:
        if self.load_timeout_s is None:
            raise pymilvus.MilvusException(101, "collection not loaded")
        return [{"entry": 0, "count(*)": 1}]

    def load_collection(self, _: str, *, timeout: float) -> None:
        self.load_timeout_s = timeout


def test_a_reader_waits_no_longer_for_a_load_than_for_a_request():
    """1.2 s; a build, which counts what is there, waits for a minute."""
    server = Server(parse("milvus://127.0.0.1/pets"))
    server._connected = reading = Restarted()
    assert server.query("pets", "entry == 0", ["entry"]) == [{"entry": 0, "count(*)": 1}]
    server._connected = counting = Restarted()
    assert server.count("pets") == 1
    assert (reading.load_timeout_s, counting.load_timeout_s) == (1.2, 60)


class Counting(Server):
    """A server whose requests are counted."""

    requests = 0

    def _call(self, ask: Any) -> Any:
        self.requests += 1
        return super()._call(ask)


def test_words_of_many_entries_take_as_many_requests_as_those_of_one(indexed: ServerProcess):
    """One for the entries, one for their words."""
    server = Counting(parse(indexed.setting("pets")))
    MilvusStore(server).words([0])  # loads what a test before has left on the disk
    for rows in (range(1), range(ENTRIES)):
        store, before = MilvusStore(server), server.requests
        words = store.words(rows)
        assert server.requests - before == 2
        assert [{f"pet{row}", f"number{row}"} <= set(words[row]) for row in rows] == [True] * len(
            rows
        )
