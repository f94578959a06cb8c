"""The pages' server under faults: `python benchmarks/web_faults.py [--streams 1000] [--kills 20]`.

Clients of a language model leave in mid-answer; the language model hangs, or falls silent, while
people search; the server is killed after reviews that it acknowledged. Linux only.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

from measuring import Figure, at_most, show
from web_load import CLIENTS, QUESTIONS, Person, failures, times, together
from web_server import Server, indexed, p95, served

from ragprep.testing.servers import FakeOllama, Fault

LEFT_AFTER_S = 5


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000, help="that are left (1000)")
    parser.add_argument("--kills", type=int, default=20, help="of the server (20)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with indexed() as (folder, _):
        figures = [
            *left(folder, options.streams),
            *hanging(folder),
            *killed(folder, options.kills),
        ]
    show(figures, as_json=options.json)


def left(folder: Path, streams: int) -> list[Figure]:
    """Measure what is left of clients that go away while a language model writes."""
    with served(folder) as server:
        answer = server.call("POST", "/ask", {"question": QUESTIONS[0]})[2]
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


def hanging(folder: Path) -> list[Figure]:
    """Measure searches and pages while as many answers as may wait do, for a model that hangs."""
    figures = []
    for fault in (Fault.HANGS, Fault.STALLS):
        with FakeOllama(fault=fault) as ollama:
            settings = {"LLM": "ollama", "LLM_MODEL": "fake:1b", "OLLAMA_HOST": ollama.url}
            with served(folder, **{f"RAGPREP_{k}": v for k, v in settings.items()}) as server:
                Person([server], 0, paused=False).visit()  # loads all there is
                asking = [
                    threading.Thread(target=leave, args=(server,), daemon=True)
                    for _ in range(CLIENTS)
                ]
                for thread in asking:
                    thread.start()
                requests = together([server], CLIENTS, LEFT_AFTER_S, paused=True)
        took = times(requests)
        figures += [
            at_most(f"a model that {fault}: errors", failures(requests).total(), 0, ""),
            *(
                Figure(f"a model that {fault}: {kind} p95", p95(took[kind]), "ms")
                for kind in ("search", "page")
            ),
        ]
    return figures


def leave(server: Server) -> bool:
    """Ask for a stream, and go at its first text, or after a while; return whether text came."""
    asked = {"question": QUESTIONS[0]}
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


if __name__ == "__main__":
    main()
