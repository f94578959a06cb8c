"""What the benchmarks of `ragprep web` share: a server in a process of its own, and its resources.

Linux only: memory is read from /proc.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent / "corpus" / "ai-ml-interview-guide.md"
TOKEN = {"Authorization": "Bearer secret"}


@contextmanager
def indexed() -> Iterator[tuple[Path, Path]]:
    """Give a folder, and in it a copy of the shipped guide that is indexed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        guide = folder / "guides" / CORPUS.name
        guide.parent.mkdir()
        shutil.copy(CORPUS, guide)
        build = [sys.executable, "-m", "ragprep", "index", str(guide), "--home", f"{folder}/home"]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield folder, guide


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own: its process and its port."""

    process: subprocess.Popen[str]
    port: int

    def connected(self, timeout_s: float = 300) -> HTTPConnection:
        """Return a connection that stays open from request to request."""
        return HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)

    def open(
        self, method: str, path: str, body: Any = None, accept: str = "", timeout_s: float = 300
    ) -> HTTPResponse:
        """Return a response that is still to be read."""
        connection = self.connected(timeout_s)
        headers = {**TOKEN, "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        if accept:
            headers["Accept"] = accept
        connection.request(method, f"/api/v1{path}", sent, headers)
        return connection.getresponse()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, str, Any]:
        """Return status, `Location` and JSON of a response."""
        response = self.open(method, path, body)
        text = response.read()
        location = (response.getheader("Location") or "").removeprefix("/api/v1")
        return response.status, location, json.loads(text) if text else None

    def processor_s(self) -> float:
        """Return the processor time of all threads so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resources(self) -> tuple[float, int, int]:
        """Return resident memory in MiB, and how many threads and open files there are."""
        proc = Path("/proc") / str(self.process.pid)
        lines = (proc / "status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        memory = int(status["VmRSS"].split()[0]) / 1024
        return memory, int(status["Threads"]), len(list((proc / "fd").iterdir()))


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Server]:
    """Run `ragprep web` over a copy of the shipped guide in `folder`."""
    places = {"HOME": folder / "home", "PRACTICE": folder / "history", "GUIDES": folder / "guides"}
    variables = {f"RAGPREP_{name}": str(place) for name, place in places.items()}
    environment = os.environ | variables | {"RAGPREP_LLM": "none"} | settings
    command = [sys.executable, "-m", "ragprep", "web", "--no-open", "--token", "secret"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().partition("/?token=")[0]
        yield Server(process, int(address.rpartition(":")[2]))
    finally:
        process.kill()
        process.wait()


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]
