"""The pages' server under load and faults: `python benchmarks/web_load.py [--seconds 300]`.

16 clients mix searches, extractive answers, grades and lists of entries, while a guide is edited
and indexed again every ten seconds. Then clients of a language model leave in mid-answer, and the
server is killed after reviews that it acknowledged. Latency without load, of one client, stands
beside. Seconds depend on what else the machine does. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

from measuring import Figure, at_most, show

from ragprep.testing.servers import FakeOllama

CORPUS = Path(__file__).parent.parent / "corpus" / "ai-ml-interview-guide.md"
CLIENTS = 16
EDIT_EVERY_S = 10
LEFT_AFTER_S = 5
QUERIES = (
    "what is dropout",
    "how do I detect overfitting",
    "why does a transformer need positions",
)
REQUESTS: tuple[tuple[str, str, str, Any], ...] = (
    *(("search", "GET", f"/search?query={query.replace(' ', '+')}", None) for query in QUERIES),
    ("ask", "POST", "/ask", {"question": QUERIES[0], "llm": "none"}),
    ("grade", "POST", "/grade", {"entry": "q3", "answer": "The model learns the noise, too."}),
    ("entries", "GET", "/entries", None),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own: its process and its port."""

    process: subprocess.Popen[str]
    port: int

    def open(
        self, method: str, path: str, body: Any = None, accept: str = "", timeout_s: float = 300
    ) -> HTTPResponse:
        """Return a response that is still to be read."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        headers = {"Authorization": "Bearer secret", "Content-Type": "application/json"}
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


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of load (300)")
    parser.add_argument("--streams", type=int, default=1000, help="that are left (1000)")
    parser.add_argument("--kills", type=int, default=20, help="of the server (20)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        guide = folder / "guides" / CORPUS.name
        guide.parent.mkdir()
        shutil.copy(CORPUS, guide)
        build = [sys.executable, "-m", "ragprep", "index", str(guide), "--home", f"{folder}/home"]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        figures = [
            *start(folder),
            *load(folder, guide, options.seconds),
            *left(folder, options.streams),
            *killed(folder, options.kills),
        ]
    show(figures, as_json=options.json)


def start(folder: Path) -> list[Figure]:
    """Measure from the start of the command to its first answer."""
    began = time.perf_counter()
    with served(folder) as server:
        listening = time.perf_counter() - began
        server.call("POST", "/ask", {"question": QUERIES[0]})
        answered = time.perf_counter() - began
    return [
        Figure("start to the address", listening, "s"),
        at_most("start to the first answer", answered, 0.5, "s"),
    ]


def load(folder: Path, guide: Path, seconds: float) -> list[Figure]:
    """Measure errors, latency and memory under load, and latency of one client before it."""
    with served(folder) as server:
        for _, method, path, body in REQUESTS:
            server.call(method, path, body)  # loads the models
        alone = mixed(server, time.monotonic() + 5, 0, Counter())
        failed: Counter[str] = Counter()
        with ThreadPoolExecutor(CLIENTS) as threads:
            used_s = server.processor_s()
            began, until = time.monotonic(), time.monotonic() + seconds
            running = [threads.submit(mixed, server, until, n, failed) for n in range(CLIENTS)]
            memory = 0.0
            for turn in range(1, int(seconds // EDIT_EVERY_S) + 1):
                time.sleep(max(0.0, began + turn * EDIT_EVERY_S - time.monotonic()))
                edit(server, guide, turn, failed)
                memory = memory or server.resources()[0]  # after the first build under load
            timings = [timing for each in running for timing in each.result()]
        used_s, after = server.processor_s() - used_s, server.resources()[0]
    searches = [took for kind, took in timings if kind == "search"]
    return [
        Figure("one client, search p95", p95([s for kind, s in alone if kind == "search"]), "ms"),
        Figure("requests", len(timings), ""),
        Figure("processor time a request, builds included", used_s / len(timings) * 1000, "ms"),
        at_most("errors", failed.total(), 0, ""),
        at_most(f"{CLIENTS} clients, search p95", p95(searches), 80, "ms"),
        *(
            Figure(
                f"{CLIENTS} clients, {kind} p95", p95([s for k, s in timings if k == kind]), "ms"
            )
            for kind in ("ask", "grade", "entries")
        ),
        at_most("memory at the end", after, 260, "MiB"),
        at_most("its growth since the first build", after - memory, 20, "MiB"),
    ]


def mixed(
    server: Server, until: float, first: int, failed: Counter[str]
) -> list[tuple[str, float]]:
    """Send one request after the other; return the kind and milliseconds of each."""
    timings = []
    turn = first
    while time.monotonic() < until:
        kind, method, path, body = REQUESTS[turn % len(REQUESTS)]
        turn += 1
        began = time.perf_counter()
        try:
            status, _, _ = server.call(method, path, body)
        except (OSError, ValueError) as exc:
            status = type(exc).__name__
        timings.append((kind, (time.perf_counter() - began) * 1000))
        if status != 200:
            failed[f"{kind} {status}"] += 1
    return timings


def edit(server: Server, guide: Path, turn: int, failed: Counter[str]) -> None:
    """Change an entry of the guide, and index it again."""
    with guide.open("a", encoding="utf-8") as file:
        file.write(f"\n- Edition {turn} says so.\n")
    status, place, _ = server.call("POST", "/index")
    if status != 202:
        failed[f"index {status}"] += 1
        return
    while (job := server.call("GET", place)[2])["state"] == "running":
        time.sleep(0.1)
    failed["build"] += job["state"] == "failed"


def left(folder: Path, streams: int) -> list[Figure]:
    """Measure what is left of clients that go away while a language model writes."""
    with served(folder) as server:
        answer = server.call("POST", "/ask", {"question": QUERIES[0]})[2]
    # sentences are shown once they are checked, so the model has to write what the guide says
    written = [f"{each['text']} [{each['citations'][0]}]\n" for each in answer["sentences"]]
    with FakeOllama(written, pause_s=0.2) as ollama:
        settings = {"LLM": "ollama", "LLM_MODEL": "fake:1b", "OLLAMA_HOST": ollama.url}
        with served(folder, **{f"RAGPREP_{k}": v for k, v in settings.items()}) as server:
            with ThreadPoolExecutor(CLIENTS) as threads:
                list(threads.map(lambda _: leave(server), range(CLIENTS * 2)))
            before = settled(server)
            with ThreadPoolExecutor(CLIENTS) as threads:
                texts = sum(threads.map(lambda _: leave(server), range(streams)))
            after = settled(server)
    return [
        Figure("streams left", streams, ""),
        Figure("of them in mid-answer, the others waiting", texts, ""),
        at_most("threads more", after[1] - before[1], 0, ""),
        at_most("open files more", after[2] - before[2], 0, ""),
        at_most("memory more", after[0] - before[0], 20, "MiB"),
    ]


def leave(server: Server) -> bool:
    """Ask for a stream, and go at its first text, or after a while; return whether text came."""
    asked = {"question": QUERIES[0]}
    with suppress(TimeoutError):
        response = server.open("POST", "/ask", asked, "text/event-stream", LEFT_AFTER_S)
        with closing(response):
            return response.read1(11) == b"event: text"
    return False


def settled(server: Server) -> tuple[float, int, int]:
    """Return what a server uses once that is the same for two seconds, or after thirty."""
    used = server.resources()
    for _ in range(15):
        time.sleep(2)
        now = server.resources()
        if now[1:] == used[1:]:
            return now
        used = now
    return used


def killed(folder: Path, kills: int) -> list[Figure]:
    """Kill the server right after reviews that it acknowledged, and count those that are lost."""
    acknowledged = []
    for _ in range(kills):
        with served(folder) as server:
            _, place, _ = server.call("POST", "/practice", {"new": 1, "questions": 1})
            server.call("POST", f"{place}/answer", {"answer": "It depends on the data."})
            acknowledged.append(server.call("POST", f"{place}/rating", {"rating": "easy"})[2])
            server.process.send_signal(signal.SIGKILL)
    with served(folder) as server:
        kept = {review["id"] for review in server.call("GET", "/history")[2]["reviews"]}
    lost = {review["review"] for review in acknowledged} - kept
    return [Figure("kills", kills, ""), at_most("reviews lost", len(lost), 0, "")]


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
