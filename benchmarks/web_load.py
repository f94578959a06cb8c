"""The pages' server under load: `python benchmarks/web_load.py [--seconds 300] [--saturated 30]`.

16 people at once type questions and see entries, ask, open an entry, answer it and see their grade,
and look at pages, while a guide is edited and indexed again every ten seconds. A person reads one
to three seconds before the next step, and types for 0.2 to 0.5 s before entries are searched.
Latency of one person alone stands beside. `--saturated` adds 16 programs that never pause, which
says how much the server can do and not how long a person waits.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote_plus, urlencode

from measuring import Figure, at_most, show
from web_server import TOKEN, Server, indexed, p95, served

CLIENTS = 16
EDIT_EVERY_S = 10
ALONE_S = 20
"""Of one person before the others come."""
READING_S, TYPING_S = (1.0, 3.0), (0.2, 0.5)
"""A guess at how long people take, short rather than long."""

QUESTIONS = (
    "what is dropout",
    "how do I detect overfitting",
    "why does a transformer need positions",
    "when is precision more important than recall",
)
ANSWER = (
    "The model learns the noise of the training data, too, so its error there is low and on new "
    "data high. More data, a simpler model or regularization help, and cross-validation shows it."
)
PAGES = ("/", "/progress", "/practice", "/guides", "/api/v1/entries")


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of load (300)")
    parser.add_argument("--saturated", type=float, default=0, help="seconds of programs (0)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with indexed() as (folder, guide):
        figures = [*start(folder), *people(folder, guide, options.seconds)]
        if options.saturated:
            figures += programs(folder, guide, options.saturated)
    show(figures, as_json=options.json)


def start(folder: Path) -> list[Figure]:
    """Measure from the start of the command to its first page and its first answer."""
    began = time.perf_counter()
    with served(folder) as server:
        person = Person(server, 0, paused=False)
        person.send("page", "GET", "/")
        page = time.perf_counter() - began
        person.send("ask", "POST", "/ask", {"question": QUESTIONS[0]})
        answered = time.perf_counter() - began
    return [
        Figure("start to the first page", page, "s"),
        at_most("start to the first answer", answered, 0.5, "s"),
    ]


def people(folder: Path, guide: Path, seconds: float) -> list[Figure]:
    """Measure errors, latency and memory under people, and one person's latency before."""
    with served(folder) as server:
        Person(server, 0, paused=False).visit()  # loads all there is
        alone = together(server, 1, ALONE_S, paused=True)
        used_s = server.processor_s()
        crowd = together(server, CLIENTS, seconds, paused=True, guide=guide)
        used_s, after = server.processor_s() - used_s, server.resources()[0]
    requests = sum(map(len, crowd.took.values()))
    kinds = [kind for kind in crowd.took if kind != "search"]
    return [
        *(Figure(f"one person, {kind} p95", p95(ms), "ms") for kind, ms in alone.took.items()),
        Figure(f"{CLIENTS} people, requests a second", requests / seconds, ""),
        Figure("processor time a request, builds included", used_s / requests * 1000, "ms"),
        at_most("errors", crowd.failed.total(), 0, ""),
        at_most(f"{CLIENTS} people, search p95", p95(crowd.took["search"]), 80, "ms"),
        *(Figure(f"{CLIENTS} people, {kind} p95", p95(crowd.took[kind]), "ms") for kind in kinds),
        at_most("memory at the end", after, 260, "MiB"),
        at_most("its growth since the first build", after - crowd.memory, 20, "MiB"),
    ]


def programs(folder: Path, guide: Path, seconds: float) -> list[Figure]:
    """Measure what the server does at most, and how long searches take meanwhile."""
    with served(folder) as server:
        Person(server, 0, paused=False).visit()
        crowd = together(server, CLIENTS, seconds, paused=False, guide=guide)
        memory = server.resources()[0]
    requests = sum(map(len, crowd.took.values()))
    return [
        Figure(f"{CLIENTS} programs, requests a second", requests / seconds, ""),
        at_most("errors", crowd.failed.total(), 0, ""),
        *(Figure(f"{CLIENTS} programs, {kind} p95", p95(ms), "ms") for kind, ms in
          crowd.took.items()),
        Figure("memory at the end", memory, "MiB"),
    ]  # fmt: skip


@dataclass
class Crowd:
    """What several clients met.

    Attributes:
        took: milliseconds of each request, by kind.
        failed: requests and builds that failed, by kind and reason.
        memory: of the server after the first build meanwhile, MiB.
    """

    took: dict[str, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    memory: float = 0.0


def together(
    server: Server, clients: int, seconds: float, *, paused: bool, guide: Path | None = None
) -> Crowd:
    """Let clients come again and again, and edit and index `guide` meanwhile if there is one."""
    crowd, began = Crowd(), time.monotonic()
    everybody = [Person(server, number, paused=paused) for number in range(clients)]
    with ThreadPoolExecutor(clients) as threads:
        coming = [threads.submit(person.come, began + seconds) for person in everybody]
        for turn in range(1, int(seconds // EDIT_EVERY_S) + 1 if guide else 0):
            time.sleep(max(0.0, began + turn * EDIT_EVERY_S - time.monotonic()))
            assert guide is not None
            edit(server, guide, turn, crowd.failed)
            crowd.memory = crowd.memory or server.resources()[0]
        for each in coming:
            each.result()
    for person in everybody:
        crowd.failed += person.failed
        for kind, ms in person.took.items():
            crowd.took.setdefault(kind, []).extend(ms)
    return crowd


class Person:
    """A client that visits the pages as a browser would, over one connection.

    Attributes:
        took: milliseconds of each request, by kind.
        failed: requests that failed, by kind and reason.
    """

    def __init__(self, server: Server, number: int, *, paused: bool) -> None:
        """Be the one of this number, who pauses to read and type or does not."""
        self.took: dict[str, list[float]] = {}
        self.failed: Counter[str] = Counter()
        self._paused = paused
        self._server = server
        self._rng = random.Random(number)  # no secret

    def come(self, until: float) -> None:
        """Visit until a time of the monotonic clock."""
        if self._paused:  # not all at the same moment
            time.sleep(self._rng.uniform(0, READING_S[1]))
        while time.monotonic() < until:
            self.visit()

    def visit(self) -> None:
        """Type and ask a question, answer an entry, look at a page."""
        question, hx = self._rng.choice(QUESTIONS), {"HX-Request": "true"}
        with closing(self._server.connected()) as connection:
            for typed in typing(question):
                self._pause(TYPING_S)
                address = f"/results?question={quote_plus(typed)}"
                self.send("search", "GET", address, headers=hx, over=connection)
            self.send("ask", "POST", "/ask", {"question": question}, headers=hx, over=connection)
            self._pause(READING_S)
            entry = f"/entry/q{self._rng.randint(1, 100)}"
            self.send("entry", "GET", entry, over=connection)
            self._pause(READING_S)
            self.send("grade", "POST", entry, {"answer": ANSWER}, headers=hx, over=connection)
            self._pause(READING_S)
            self.send("page", "GET", self._rng.choice(PAGES), over=connection)
            self._pause(READING_S)

    def send(
        self,
        kind: str,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        headers: dict[str, str] | None = None,
        over: HTTPConnection | None = None,
    ) -> None:
        """Send one request, and note its time and whether it failed."""
        body = None if form is None else urlencode(form)
        kind_of_body = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection = over or self._server.connected()
        began = time.perf_counter()
        try:
            connection.request(method, path, body, {**TOKEN, **kind_of_body, **(headers or {})})
            response = connection.getresponse()
            response.read()
            status = str(response.status)
        except OSError as exc:
            status = type(exc).__name__
            connection.close()
        self.took.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
        if status not in {"200", "303"}:
            self.failed[f"{kind} {status}"] += 1

    def _pause(self, between: tuple[float, float]) -> None:
        if self._paused:
            time.sleep(self._rng.uniform(*between))


def typing(question: str) -> Iterator[str]:
    """Yield what is searched while a question is typed: at each third of it."""
    for third in (1, 2, 3):
        yield question[: len(question) * third // 3]


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


if __name__ == "__main__":
    main()
