"""A real server of Milvus's protocol, in a process of its own, to be killed and started."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

STARTED_S = 60.0


class ServerProcess:
    """milvus-lite's server over one folder; use it in a `with` statement."""

    def __init__(self, folder: Path) -> None:
        """Keep its data and its log in `folder`."""
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def setting(self, collection: str, *, timeout_s: float = 30.0) -> str:
        """Return the setting `store` for a collection here; the machine may be busy."""
        return f"milvus://127.0.0.1:{self.port}/{collection}?timeout={timeout_s}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it over what is in the folder, and wait until it listens."""
        command = [Path(sys.executable).with_name("milvus-lite"), "server"]
        where = [
            "--data-dir",
            self._folder / "data",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*command, *where], stdout=log, stderr=log)
        until = time.monotonic() + STARTED_S
        while time.monotonic() < until:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)
        raise AssertionError(f"no server within {STARTED_S} s")

    def memory_mib(self) -> float:
        """Return its resident memory (Linux only)."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        (resident,) = [line for line in status if line.startswith("VmRSS:")]
        return int(resident.split()[1]) / 1024

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that the tests of a module share."""
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    pytest.importorskip("milvus_lite", reason="milvus-lite, the server, is not installed")
    with ServerProcess(tmp_path_factory.mktemp("milvus")) as server:
        yield server
