"""An index is on a server as a whole or not at all, and goes on where it was interrupted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from milvus_server import ServerProcess

from ragprep.errors import IndexDamaged, StoreUnavailable
from ragprep.index.build import build_index
from ragprep.index.store import StoredIndex, read_index
from ragprep.milvus import publish as publishing
from ragprep.milvus.address import parse
from ragprep.milvus.publish import publish
from ragprep.milvus.server import Server
from ragprep.milvus.store import MilvusStore
from ragprep.protocols import SILENT
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry

FAKE = FakeEmbedder(("cat", "dog"))


def built(home: Path, answers: Sequence[str]) -> StoredIndex:
    """Return an index with an entry for each answer."""
    entries = [
        Entry(f"e{n}", f"q{n}", f"What is {n}?", answer, (), "pets", (n + 1, n + 1))
        for n, answer in enumerate(answers)
    ]
    build_index(
        home,
        entries,
        [],
        sources=[],
        aliases={},
        info=FAKE.info,
        embedder=lambda: FAKE,
        progress=SILENT.progress,
    )
    return read_index(home)


@pytest.fixture
def server(milvus: ServerProcess, request: pytest.FixtureRequest) -> Server:
    """The server, with an alias for this test alone."""
    name = "".join(letter for letter in request.node.name if letter.isalnum())
    return Server(parse(milvus.setting(f"t{name}")))


def answers_on(server: Server) -> list[str]:
    return [entry.answer for entry in MilvusStore(server).entries]


def test_the_index_before_stays_for_those_who_began_with_it(tmp_path: Path, server: Server):
    """The one before that is removed."""
    opened = []
    for answer in ("A cat.", "A dog.", "A cat and a dog."):
        publish(built(tmp_path, [answer]), server, SILENT.progress)
        opened.append(MilvusStore(server))
    assert [store.entries[0].answer for store in opened[1:]] == ["A dog.", "A cat and a dog."]
    with pytest.raises(Exception, match="no longer that one"):
        opened[0].row("q0")
    alias = server.address.collection
    kept = [name for name in server.collections() if name.startswith(f"{alias}_")]
    assert len(kept) == 2 * 3


def test_an_index_that_is_there_is_not_sent_again(tmp_path: Path, server: Server):
    """Not a row."""
    index = built(tmp_path, ["A cat."])
    publish(index, server, SILENT.progress)
    told: list[str] = []
    publish(index, server, lambda stage, done, total: told.append(stage))
    assert told == []


@pytest.mark.parametrize("requests", [0, 4])
def test_the_index_before_serves_until_the_new_one_is_whole(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, requests: int
):
    """Wherever it stops; the next build sends what is missing, and each row is there once."""
    monkeypatch.setattr(publishing, "BATCH", 2)
    publish(built(tmp_path, ["A cat."]), server, SILENT.progress)
    index = built(tmp_path, ["A dog."] * 5)
    send = server.upsert
    sent: list[int] = []

    def breaks(collection: str, rows: Sequence[dict[str, Any]]) -> None:
        if len(sent) == requests:
            raise StoreUnavailable("gone", remedy="")
        send(collection, rows)
        sent.append(len(rows))

    monkeypatch.setattr(server, "upsert", breaks)
    with pytest.raises(StoreUnavailable):
        publish(index, server, SILENT.progress)
    assert answers_on(server) == ["A cat."]
    monkeypatch.setattr(server, "upsert", send)
    publish(index, server, SILENT.progress)
    store = MilvusStore(server)
    assert [entry.answer for entry in store.entries] == ["A dog."] * 5
    (near,) = store.nearest(FAKE.embed(["dog"], role="query"), 1000)
    assert sorted(near.views.tolist()) == list(range(index.manifest.views))


def test_no_acknowledged_row_is_lost_when_the_server_is_killed(
    tmp_path: Path, server: Server, milvus: ServerProcess, monkeypatch: pytest.MonkeyPatch
):
    """Killed in the middle of the rows and started again, it has all that it acknowledged."""
    monkeypatch.setattr(publishing, "BATCH", 5)
    index = built(tmp_path, [f"Cat and dog {n}." for n in range(60)])
    hasty = Server(parse(milvus.setting(server.address.collection, timeout_s=5)))
    send, acknowledged = hasty.upsert, dict[str, int]()

    def counted(collection: str, rows: Sequence[dict[str, Any]]) -> None:
        send(collection, rows)
        acknowledged[collection] = acknowledged.get(collection, 0) + len(rows)
        if "_views_" in collection and acknowledged[collection] >= 50:
            milvus.kill()  # its next request meets nobody

    monkeypatch.setattr(hasty, "upsert", counted)
    monkeypatch.setattr("ragprep.milvus.server.WRITE_TIMEOUT_S", 5)
    with pytest.raises(StoreUnavailable):
        publish(index, hasty, SILENT.progress)
    monkeypatch.undo()
    milvus.start()
    for collection, rows in acknowledged.items():
        assert rows <= server.count(collection)
    publish(index, server, SILENT.progress)
    assert len(answers_on(server)) == 60


def test_searches_go_on_while_another_index_takes_over(tmp_path: Path, server: Server):
    """Each sees one of the two as a whole."""
    publish(built(tmp_path, ["A cat."]), server, SILENT.progress)
    done, seen = threading.Event(), set[tuple[str, ...]]()

    def look() -> None:
        while not done.is_set():
            seen.add(tuple(answers_on(server)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        publish(built(tmp_path, ["A dog.", "A cat."]), server, SILENT.progress)
    finally:
        done.set()
        thread.join()
    assert seen <= {("A cat.",), ("A dog.", "A cat.")}
    assert answers_on(server) == ["A dog.", "A cat."]


def test_a_collection_of_another_program_is_told(tmp_path: Path, server: Server):
    """And left alone."""
    publish(built(tmp_path, ["A cat."]), server, SILENT.progress)
    alias = server.address.collection
    server.name(alias, next(n for n in server.collections() if n.startswith(f"{alias}_words")))
    with pytest.raises(IndexDamaged, match="no index of ragprep's"):
        MilvusStore(server)


def test_a_long_answer_comes_back_whole(tmp_path: Path, server: Server):
    """200,000 letters of three bytes, which is more than a field of the server holds."""
    answer = "犬" * 200_000
    publish(built(tmp_path, [answer]), server, SILENT.progress)
    assert answers_on(server) == [answer]
