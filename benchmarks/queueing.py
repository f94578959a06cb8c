"""How long a search waits for others, by how many are asked a second: a simulation.

    python benchmarks/queueing.py [--servers 2] [--json]

Searches arrive at random (Poisson) and wait in one line for so many servers, each of which answers
one at a time. What a search takes is measured: the processor time of the judged queries on the
shipped guide, in this process; so the waits are those of an idle machine of such processors.
"""

from __future__ import annotations

import argparse
import heapq
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from measuring import Figure, show
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config

QUERIES = Path(__file__).resolve().parent.parent / "eval" / "retrieval.typed.test.jsonl"
BUSY = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
ARRIVALS = 200_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    took_s = service_times()
    capacity = options.servers / took_s.mean()
    measured = [
        Figure("a search, median of processor time", 1000 * float(np.median(took_s)), "ms"),
        Figure("a search, 99th of 100", 1000 * float(np.quantile(took_s, 0.99)), "ms"),
        Figure(f"at most, {options.servers} servers", capacity, "searches a second"),
    ]
    rng = np.random.default_rng(0)
    for busy in BUSY:
        waits = 1000 * latencies(took_s, busy * capacity, options.servers, rng)
        for share in (0.5, 0.99):
            name = f"{busy:.0%} busy, {busy * capacity:.0f} a second: {share:.0%} within"
            measured.append(Figure(name, float(np.quantile(waits, share)), "ms"))
    show(measured, as_json=options.json)


def service_times() -> NDArray[np.float64]:
    """Return the processor time of a search of each judged query, s."""
    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as home:
        prep = Prep.open(Config(home=Path(home), llm="none"))
        prep.build(["shipped"])
        prep.search("dropout")
        took = []
        for line in lines:
            began = time.process_time()
            prep.search(json.loads(line)["query"], 10)
            took.append(time.process_time() - began)
    return np.array(took)


def latencies(
    took_s: NDArray[np.float64], rate: float, servers: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the time from arrival to answer of each search, s, that of warming up left out."""
    arrivals = np.cumsum(rng.exponential(1 / rate, size=ARRIVALS))
    services = rng.choice(took_s, size=ARRIVALS)
    free_at = [0.0] * servers
    done = np.empty(ARRIVALS)
    for number, (arrival, service) in enumerate(zip(arrivals.tolist(), services, strict=True)):
        start = max(arrival, heapq.heappop(free_at))
        done[number] = start + service
        heapq.heappush(free_at, done[number])
    return (done - arrivals)[ARRIVALS // 10 :]


if __name__ == "__main__":
    main()
