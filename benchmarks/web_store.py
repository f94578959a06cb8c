"""Two servers of pages over one index on a server: `python benchmarks/web_store.py`.

The people of web_load.py are spread over two `ragprep web`, each with a home of its own as on a
machine of its own; they share one history, as two processes of a machine may. `ragprep index` puts
an edited guide on the server every ten seconds, and a rating given at one is looked for at the
other. Then, without edits, the server of the index is killed (SIGKILL) and started again.
That server is milvus-lite's: in Python, and no measure of Milvus. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from measuring import Figure, at_least, at_most, show
from web_load import Person, Request, edit, failures, times, together, turns
from web_server import Server, indexed, p95, served

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from milvus_server import ServerProcess  # noqa: E402  # of the tests

BEFORE_S, DOWN_S, AFTER_S = 15, 10, 30
"""Of load before the server of the index is killed, while it is down, and once it has started."""
TOLD = ('role="alert"', '"remedy"')
"""Of a page, and of the API, that says what happened and what to do."""
NOTICED_S = 10
"""After which nobody waits for an edit."""
EDITED = "/entries/q100"
"""The guide's last entry."""


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="of load with edits (120)")
    parser.add_argument("--people", type=int, default=16, help="at once (16)")
    parser.add_argument("--timeout", type=float, default=1.2, help="seconds for a request (1.2)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with indexed() as (folder, guide), ServerProcess(folder) as store, ExitStack() as stack:
        setting = store.setting("guides", timeout_s=options.timeout)
        index(folder, guide, setting)
        servers = [
            stack.enter_context(
                served(folder, RAGPREP_HOME=str(folder / name), RAGPREP_STORE=setting)
            )
            for name in ("first", "second")
        ]
        for server in servers:
            Person([server], 0, paused=False).visit()  # loads all there is
        edits = Edits(servers, folder, guide, setting)
        load = together(
            servers, options.people, options.seconds, paused=True, meanwhile=edits.until
        )
        outage = Outage(store)
        seconds = BEFORE_S + DOWN_S + AFTER_S
        broken = together(servers, options.people, seconds, paused=True, meanwhile=outage.until)
        figures = [
            *under_edits(load, options.seconds, edits),
            *under_outage(broken, outage, len(servers)),
        ]
    show(figures, as_json=options.json)


def index(folder: Path, guide: Path, setting: str) -> None:
    """Index the guide and put it on the server, as on the machine that has the guides."""
    command = [sys.executable, "-m", "ragprep", "index", str(guide), "--home", f"{folder}/home"]
    environment = os.environ | {"RAGPREP_STORE": setting}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


class Edits:
    """A guide that is edited and put on the server, and ratings, both looked for at all servers.

    Attributes:
        indexed_s: of each `ragprep index`.
        noticed_s: from its end until a server shows the edit, of each edit and server.
        ratings: given at one server and looked for at another.
        shared: of them, those that the other had at once.
    """

    def __init__(self, servers: Sequence[Server], folder: Path, guide: Path, setting: str) -> None:
        """Edit `guide` once it is called for."""
        self.indexed_s: list[float] = []
        self.noticed_s: list[float] = []
        self.ratings, self.shared = 0, 0
        self._servers = servers
        self._index = lambda: index(folder, guide, setting)
        self._guide = guide

    def until(self, end: float) -> None:
        """Edit every ten seconds until a time of the monotonic clock."""
        for turn in turns(end):
            edit(self._guide, turn)
            began = time.monotonic()
            self._index()
            self.indexed_s.append(time.monotonic() - began)
            with ThreadPoolExecutor(len(self._servers)) as threads:
                self.noticed_s += threads.map(partial(noticed, turn), self._servers)
            self._rate(turn)

    def _rate(self, turn: int) -> None:
        rated, other = self._servers[turn % 2], self._servers[(turn + 1) % 2]
        _, place, _ = rated.call("POST", "/practice", {"new": 1, "questions": 1})
        rated.call("POST", f"{place}/answer", {"answer": "It depends on the data."})
        review = rated.call("POST", f"{place}/rating", {"rating": "easy"})[2]["review"]
        kept = {review["id"] for review in other.call("GET", "/history")[2]["reviews"]}
        self.ratings += 1
        self.shared += review in kept


def noticed(turn: int, server: Server) -> float:
    """Return after how many seconds a server shows an edit; `NOTICED_S` where it did not."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < NOTICED_S:
        if f"Edition {turn} " in str(server.call("GET", EDITED)[2]):
            break
        time.sleep(0.05)
    return waited


class Outage:
    """A server of the index that is killed and started again in mid-load.

    Attributes:
        killed, listening: times of the monotonic clock.
    """

    def __init__(self, store: ServerProcess) -> None:
        """Kill `store` once it is called for."""
        self.killed = self.listening = 0.0
        self._store = store

    def until(self, _: float) -> None:
        """Let it be down for a while."""
        time.sleep(BEFORE_S)
        self._store.kill()
        self.killed = time.monotonic()
        time.sleep(DOWN_S)
        self._store.start()
        self.listening = time.monotonic()


def under_edits(requests: Sequence[Request], seconds: float, edits: Edits) -> list[Figure]:
    """Return what people met while the guide was edited."""
    return [
        Figure("requests a second", len(requests) / seconds, ""),
        at_most("errors", failures(requests).total(), 0, ""),
        *(Figure(f"{kind} p95", p95(ms), "ms") for kind, ms in times(requests).items()),
        Figure("edits", len(edits.indexed_s), ""),
        Figure("`ragprep index`, the slowest", max(edits.indexed_s), "s"),
        at_most("both servers show the edit, the slowest", max(edits.noticed_s), 1.5, "s"),
        at_least("share of ratings at one that the other has", edits.shared / edits.ratings, 1, ""),
    ]


def under_outage(requests: Sequence[Request], outage: Outage, servers: int) -> list[Figure]:
    """Return what people met while the server of the index was down, and after."""
    before = [each for each in requests if each.began + each.ms / 1000 < outage.killed]
    down = [
        each
        for each in requests
        if each.began + each.ms / 1000 >= outage.killed and each.began < outage.listening
    ]
    after = [each for each in requests if each.began >= outage.listening]
    told = [
        each for each in down if each.status == "503" and any(sign in each.text for sign in TOLD)
    ]
    late = [each.began + each.ms / 1000 - outage.listening for each in after if each.failed]
    return [
        at_most("before: errors", failures(before).total(), 0, ""),
        Figure("down: requests", len(down), ""),
        Figure("down: served from what was kept", sum(not each.failed for each in down), ""),
        Figure("down: told in a sentence, with a remedy (503)", len(told), ""),
        at_most("down: other errors", failures(down).total() - len(told), 0, ""),
        at_most("down: the slowest", max(each.ms for each in down) / 1000, 2, "s"),
        Figure("listening again: requests", len(after), ""),
        at_most("listening again: errors", failures(after).total(), 0, ""),
        Figure("listening again: the last error after", max(late, default=0.0), "s"),
        at_least(
            "listening again: servers that recovered",
            len({each.server for each in after if not each.failed and each.kind == "search"}),
            servers,
            "",
        ),
    ]


if __name__ == "__main__":
    main()
