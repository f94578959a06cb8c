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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
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
LAST_LINE = "6. **Repeat**: For multiple epochs"
"""Of the guide's last entry."""
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
        person = Person([server], 0, paused=False)
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
        Person([server], 0, paused=False).visit()  # loads all there is
        alone = together([server], 1, ALONE_S, paused=True)
        used_s, edits = server.processor_s(), Edits(server, guide)
        requests = together([server], CLIENTS, seconds, paused=True, meanwhile=edits.until)
        used_s, after = server.processor_s() - used_s, server.resources()[0]
    took = times(requests)
    kinds = [kind for kind in took if kind != "search"]
    return [
        *(Figure(f"one person, {kind} p95", p95(ms), "ms") for kind, ms in times(alone).items()),
        Figure(f"{CLIENTS} people, requests a second", len(requests) / seconds, ""),
        Figure("processor time a request, builds included", used_s / len(requests) * 1000, "ms"),
        at_most("errors", failures(requests).total() + edits.failed.total(), 0, ""),
        at_most(f"{CLIENTS} people, search p95", p95(took["search"]), 80, "ms"),
        *(Figure(f"{CLIENTS} people, {kind} p95", p95(took[kind]), "ms") for kind in kinds),
        at_most("memory at the end", after, 260, "MiB"),
        at_most("its growth since the first build", after - edits.memory, 20, "MiB"),
    ]


def programs(folder: Path, guide: Path, seconds: float) -> list[Figure]:
    """Measure what the server does at most, and how long searches take meanwhile."""
    with served(folder) as server:
        Person([server], 0, paused=False).visit()
        edits = Edits(server, guide)
        requests = together([server], CLIENTS, seconds, paused=False, meanwhile=edits.until)
        memory = server.resources()[0]
    took = times(requests)
    return [
        Figure(f"{CLIENTS} programs, requests a second", len(requests) / seconds, ""),
        at_most("errors", failures(requests).total() + edits.failed.total(), 0, ""),
        *(Figure(f"{CLIENTS} programs, {kind} p95", p95(ms), "ms") for kind, ms in took.items()),
        Figure("memory at the end", memory, "MiB"),
    ]


@dataclass(frozen=True, slots=True)
class Request:
    """What became of a request.

    Attributes:
        kind: what it was for.
        server: place among the servers.
        began: time of the monotonic clock.
        ms: until its response was read.
        status: of HTTP, or the kind of the fault of its connection.
        text: of the response, where it is one of an error.
    """

    kind: str
    server: int
    began: float
    ms: float
    status: str
    text: str

    @property
    def failed(self) -> bool:
        """Whether it did not bring what was asked for."""
        return self.status not in {"200", "303"}


def times(requests: Sequence[Request]) -> dict[str, list[float]]:
    """Return the milliseconds of all requests by kind."""
    took: dict[str, list[float]] = {}
    for request in requests:
        took.setdefault(request.kind, []).append(request.ms)
    return took


def failures(requests: Sequence[Request]) -> Counter[str]:
    """Return how many requests failed, by kind and status."""
    return Counter(f"{request.kind} {request.status}" for request in requests if request.failed)


def together(
    servers: Sequence[Server],
    clients: int,
    seconds: float,
    *,
    paused: bool,
    meanwhile: Callable[[float], None] = lambda until: None,
) -> list[Request]:
    """Let clients come again and again, spread over the servers; return their requests.

    Args:
        servers: of the pages.
        clients: at once.
        seconds: for which they come.
        paused: whether they read and type.
        meanwhile: called with the time of the monotonic clock at which they stop coming.
    """
    until = time.monotonic() + seconds
    everybody = [Person(servers, number, paused=paused) for number in range(clients)]
    with ThreadPoolExecutor(clients) as threads:
        coming = [threads.submit(person.come, until) for person in everybody]
        meanwhile(until)
        for each in coming:
            each.result()
    return [request for person in everybody for request in person.requests]


class Person:
    """A client that visits the pages as a browser would, over one connection.

    Attributes:
        requests: so far.
    """

    def __init__(self, servers: Sequence[Server], number: int, *, paused: bool) -> None:
        """Be the one of this number, who stays at a server, and pauses to read and type or not."""
        self.requests: list[Request] = []
        self._paused = paused
        self._place = number % len(servers)
        self._server = servers[self._place]
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
        """Send one request, and note what became of it."""
        body = None if form is None else urlencode(form)
        kind_of_body = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection = over or self._server.connected()
        began = time.monotonic()
        try:
            connection.request(method, path, body, {**TOKEN, **kind_of_body, **(headers or {})})
            response = connection.getresponse()
            text, status = response.read(), str(response.status)
        except OSError as exc:
            text, status = b"", type(exc).__name__
            connection.close()
        ms = (time.monotonic() - began) * 1000
        shown = text.decode() if status >= "400" else ""
        self.requests.append(Request(kind, self._place, began, ms, status, shown))

    def _pause(self, between: tuple[float, float]) -> None:
        if self._paused:
            time.sleep(self._rng.uniform(*between))


def typing(question: str) -> Iterator[str]:
    """Yield what is searched while a question is typed: at each third of it."""
    for third in (1, 2, 3):
        yield question[: len(question) * third // 3]


class Edits:
    """A guide that is edited and indexed again, by the server of its pages.

    Attributes:
        failed: requests and builds that failed, by reason.
        memory: of the server after the first build, MiB.
    """

    def __init__(self, server: Server, guide: Path) -> None:
        """Edit `guide` once it is called for."""
        self.failed: Counter[str] = Counter()
        self.memory = 0.0
        self._server = server
        self._guide = guide

    def until(self, end: float) -> None:
        """Edit every ten seconds until a time of the monotonic clock."""
        for turn in turns(end):
            edit(self._guide, turn)
            self._index()
            self.memory = self.memory or self._server.resources()[0]

    def _index(self) -> None:
        status, place, _ = self._server.call("POST", "/index")
        if status != 202:
            self.failed[f"index {status}"] += 1
            return
        while (job := self._server.call("GET", place)[2])["state"] == "running":
            time.sleep(0.1)
        self.failed["build"] += job["state"] == "failed"


def turns(end: float) -> Iterator[int]:
    """Yield 1, 2, 3 ... every ten seconds until a time of the monotonic clock."""
    began = time.monotonic()
    for turn in range(1, int((end - began) // EDIT_EVERY_S) + 1):
        time.sleep(max(0.0, began + turn * EDIT_EVERY_S - time.monotonic()))
        yield turn


def edit(guide: Path, turn: int) -> None:
    """Add a line to the last entry of the guide, in one step as editors do."""
    text = guide.read_text(encoding="utf-8")
    assert text.count(LAST_LINE) == 1
    edited = guide.with_suffix(".new")
    edited.write_text(
        text.replace(LAST_LINE, f"{LAST_LINE}\n- Edition {turn} says so."), encoding="utf-8"
    )
    edited.replace(guide)


if __name__ == "__main__":
    main()
