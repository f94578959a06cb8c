"""A server that is not there, slow, foreign or started anew: told within two seconds, or mended."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from milvus_server import ServerProcess

from ragprep import Prep
from ragprep.config import Config
from ragprep.doctor import checks
from ragprep.errors import (
    ConfigError,
    IndexMismatch,
    IndexMissing,
    StoreFailed,
    StoreUnavailable,
)
from ragprep.testing.fakes import FakeEmbedder

FAKE = FakeEmbedder(("cat", "dog"))
GUIDE = "# Pets\n\n## What is a cat?\n\nA cat purrs.\n\n## What is a dog?\n\nA dog barks.\n"

pytest.importorskip("pymilvus", reason="the extra milvus is not installed")


def opened(home: Path, store: str, encoder: FakeEmbedder = FAKE) -> Prep:
    config = Config(home=home, llm="none", store=store)
    return Prep(config, encoder=(encoder.info, encoder))


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """What is measured is the wait for the server, not the import of its client."""
    import pymilvus  # noqa: F401


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """The setting of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"milvus://127.0.0.1:{listening.getsockname()[1]}/guides"


@pytest.fixture(scope="module")
def absent() -> str:
    """The setting of a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"milvus://127.0.0.1:{free.getsockname()[1]}/guides"


SOON_S = 15
"""A search gives up after 1.2 s of waiting; a busy machine takes long to load a client."""


@pytest.fixture(scope="module")
def indexed(milvus: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The setting of a server with two entries."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "pets.md").write_text(GUIDE)
    setting = milvus.setting("pets")
    opened(folder / "home", setting).build([folder / "pets.md"])
    return setting


@pytest.mark.parametrize("which", ["absent", "silent"])
def test_a_server_that_does_not_answer_is_told_soon(
    tmp_path: Path, request: pytest.FixtureRequest, which: str
):
    """With what to do; the silent one would keep a search for ever."""
    prep = opened(tmp_path, request.getfixturevalue(which))
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as told:
        prep.search("cat")
    assert time.monotonic() - began < SOON_S
    assert told.value.remedy
    with pytest.raises(StoreUnavailable):
        prep.status()


def test_a_server_without_the_index_says_how_to_put_it_there(milvus: ServerProcess, tmp_path: Path):
    """`ragprep index`."""
    with pytest.raises(IndexMissing) as told:
        opened(tmp_path, milvus.setting("nothing")).search("cat")
    assert "ragprep index" in told.value.remedy


@pytest.mark.parametrize("words", [("cat", "cow"), ("cat", "dog", "cow")])
def test_an_index_of_another_model_is_refused(indexed: str, tmp_path: Path, words: tuple[str, ...]):
    """Of as many dimensions or of others; `status` still says what it is."""
    prep = opened(tmp_path, indexed, FakeEmbedder(words))
    with pytest.raises(IndexMismatch, match="made by the model fake"):
        prep.search("cat")
    assert prep.status().entries == 2


def test_a_search_outlives_a_restart_of_the_server(
    milvus: ServerProcess, indexed: str, tmp_path: Path
):
    """Asked while it is down, answered once it is up; the machine may be busy, so it waits long."""
    prep = opened(tmp_path, indexed)
    assert prep.search("cat").hits[0].entry.label == "q1"
    milvus.kill()
    again = threading.Thread(target=milvus.start)
    again.start()
    try:
        assert prep.search("dog").hits[0].entry.label == "q2"
    finally:
        again.join()


def test_a_server_that_goes_away_is_told_and_then_forgiven(
    milvus: ServerProcess, indexed: str, tmp_path: Path
):
    """Soon, also by one that has searched before; later searches find it again."""
    prep = opened(tmp_path, indexed.replace("timeout=30.0", "timeout=1.2"))
    slow = opened(tmp_path, indexed)
    slow.search("cat")
    prep.status()
    milvus.kill()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        prep.search("purrs dog")
    assert time.monotonic() - began < SOON_S
    milvus.start()
    assert slow.search("dog").hits[0].entry.label == "q2"


def test_another_index_is_noticed(milvus: ServerProcess, tmp_path: Path):
    """A reader on another machine serves what was put there, a second later."""
    guide = tmp_path / "pets.md"
    guide.write_text(GUIDE)
    writer = opened(tmp_path / "writer", milvus.setting("noticed"))
    reader = opened(tmp_path / "reader", milvus.setting("noticed"))
    writer.build([guide])
    assert len(reader.entries()) == 2
    guide.write_text(f"{GUIDE}\n## What is a fish?\n\nA fish swims.\n")
    writer.build()
    time.sleep(1.1)
    assert [entry.question for entry in reader.entries()][-1] == "What is a fish?"
    assert not (tmp_path / "reader" / "generations").exists()


def test_doctor_looks_at_the_index_on_the_server(indexed: str, absent: str, tmp_path: Path):
    """And says what to do where there is none to look at."""
    for store, is_sound, says in ((indexed, True, "2 entries"), (absent, False, "be reached")):
        config = Config(home=tmp_path, llm="none", store=store)
        (index,) = (check for check in checks(config) if check.name == "index")
        assert (index.ok, says in index.message) == (is_sound, True)


def test_a_full_disk_is_told_with_its_remedy(milvus: ServerProcess):
    """As gRPC passes on what the system said."""
    from pymilvus.exceptions import MilvusException

    from ragprep.milvus.address import parse
    from ragprep.milvus.server import Server

    server = Server(parse(milvus.setting("full")))

    def refuse(client: object) -> None:
        raise MilvusException(1, "[Errno 28] No space left on device")

    with pytest.raises(StoreFailed) as told:
        server._call(refuse)
    assert "Free some space" in told.value.remedy


def test_without_pymilvus_the_extra_is_named(
    tmp_path: Path, absent: str, monkeypatch: pytest.MonkeyPatch
):
    """As a setting that cannot be used."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(ConfigError) as told:
        opened(tmp_path, absent).search("cat")
    assert "ragprep[milvus]" in told.value.remedy


def test_the_command_line_says_it_in_a_sentence(tmp_path: Path, absent: str):
    """No traceback, nothing of pymilvus's log; exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "ragprep", "status", "--home", tmp_path],
        env={"RAGPREP_STORE": absent, "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert "RpcError" not in done.stderr


def test_no_file_of_a_folder_above_is_read(tmp_path: Path):
    """pymilvus would load an .env, which may say where an answer is sent (OPENAI_BASE_URL)."""
    code = (
        "import dotenv, os; seen = []\n"
        "real = dotenv.load_dotenv\n"
        "def load(*args, **more):\n"
        "    seen.append(os.environ.get('PYTHON_DOTENV_DISABLED')); return real(*args, **more)\n"
        "dotenv.load_dotenv = load\n"
        "from ragprep.milvus.server import _pymilvus; _pymilvus()\n"
        "print(seen, os.environ.get('PYTHON_DOTENV_DISABLED'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['1']", "None"]
