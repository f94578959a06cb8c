"""Embedding on Ray: the same vectors to the bit, also where a node dies in the middle."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragprep import Prep
from ragprep.config import DEFAULT_MODEL, Config
from ragprep.errors import ConfigError
from ragprep.index import build
from ragprep.index.ray_engine import RayEngine, name_of, read_shard, write_shard
from ragprep.index.store import read_index

CHUNK = 40


STARTS = 3
"""Tries to start the head of a cluster."""


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some ten shards of a small guide."""
    monkeypatch.setattr(build, "CHUNK", CHUNK)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide of 40 entries with ten views each, whose vectors do not come with ragprep."""
    path = tmp_path_factory.mktemp("guide") / "pets.md"
    entries = []
    for pet in range(40):
        points = [f"- Pet {pet} likes thing {thing} more than water" for thing in range(4)]
        entries.append(f"## What does pet {pet} like?\n\n" + "\n".join(points) + "\n")
    path.write_text("# Pets\n\n" + "\n".join(entries))
    return path


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """The head of a cluster, with one core."""
    pytest.importorskip("ray", reason="the extra ray is not installed")
    nodes = started()
    try:
        yield nodes
    finally:
        nodes.shutdown()


def started() -> Any:
    """Return a cluster with a head; on a busy machine its first process may be too late for Ray."""
    from ray.cluster_utils import Cluster

    for _ in range(STARTS):
        try:
            return Cluster(
                initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
            )
        except RuntimeError as exc:
            reason = str(exc)
    return pytest.skip(f"Ray started no head in {STARTS} tries: {reason}")


def vectors_of(home: Path) -> np.ndarray:
    index = read_index(home)
    return index.vectors(np.arange(index.manifest.views))


@pytest.mark.filterwarnings("ignore")  # of Ray, which leaves sockets to the end of the process
def test_a_node_that_dies_costs_no_vector(cluster: Any, guide: Path, tmp_path: Path):
    """Killed after the first shard; the index is the local one to the bit."""
    node = cluster.add_node(num_cpus=1)
    done: list[int] = []

    def progress(stage: str, so_far: int, total: int) -> None:
        if stage == "embedding shards":
            done.append(so_far)
            if so_far == 1:
                cluster.remove_node(node, allow_graceful=False)

    engine = RayEngine(tmp_path / "ray", DEFAULT_MODEL, address=cluster.address)
    by_ray = Prep.open(Config(home=tmp_path / "ray", llm="none"))
    report = by_ray.build([guide], engine=engine, progress=progress)
    Prep.open(Config(home=tmp_path / "local", llm="none")).build([guide])
    assert (report.embedded, done[-1]) == (400, 10)
    assert vectors_of(tmp_path / "ray").tobytes() == vectors_of(tmp_path / "local").tobytes()
    assert list((tmp_path / "ray").glob("embedding-*")) == []


@pytest.mark.filterwarnings("ignore")
def test_a_run_goes_on_from_the_shards_that_are_there(cluster: Any, guide: Path, tmp_path: Path):
    """None is written a second time; what was left of a file that was being written is no shard."""

    class Stopped(Exception):
        pass

    def stop(stage: str, so_far: int, total: int) -> None:
        if stage == "embedding shards" and so_far == 2:
            raise Stopped

    prep = Prep.open(Config(home=tmp_path, llm="none"))
    engine = RayEngine(tmp_path, DEFAULT_MODEL, address=cluster.address)
    with pytest.raises(Stopped):
        prep.build([guide], engine=engine, progress=stop)
    (folder,) = tmp_path.glob("embedding-*.shards")
    written = {path: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}
    assert len(written) >= 2
    (folder / "half.0badc0de.aside").write_bytes(b"PAR1")
    seen: dict[Path, int] = {}

    def look(stage: str, so_far: int, total: int) -> None:
        if stage == "embedding shards" and so_far == total:
            seen.update({path: path.stat().st_mtime_ns for path in folder.glob("*.parquet")})

    prep.build([guide], engine=engine, progress=look)
    assert written.items() <= seen.items()
    assert len(seen) > len(written)


def test_a_shard_is_named_by_its_texts_and_reads_as_it_was_written(tmp_path: Path):
    """Float by float."""
    assert name_of(["a", "bc"]) == name_of(("a", "bc")) != name_of(["ab", "c"])
    vectors = np.array([[0.1, -2.5], [1e-38, 3.0]], dtype=np.float32)
    pytest.importorskip("pyarrow", reason="the extra ray is not installed")
    write_shard(tmp_path / "x.parquet", vectors)
    assert (read_shard(tmp_path / "x.parquet") == vectors).all()
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


def test_without_ray_the_extra_is_named(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As a setting that cannot be used."""
    monkeypatch.setitem(sys.modules, "ray", None)
    prep = Prep.open(Config(home=tmp_path, llm="none"))
    with pytest.raises(ConfigError) as told:
        prep.build([guide], engine=RayEngine(tmp_path, DEFAULT_MODEL))
    assert "ragprep[ray]" in told.value.remedy


def test_an_address_without_a_cluster_is_told_at_once(guide: Path, tmp_path: Path):
    """Ray itself would try for minutes."""
    pytest.importorskip("ray", reason="the extra ray is not installed")
    prep = Prep.open(Config(home=tmp_path, llm="none"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConfigError, match="no cluster of Ray"):
        prep.build([guide], engine=RayEngine(tmp_path, DEFAULT_MODEL, address=address))
