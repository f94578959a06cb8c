"""A request in a process that has already answered some: search, related and grade.

Processor time of all threads and wall time a request, first on an idle machine and then beside two
processes that do nothing but compute. As a program of one's own would call it: nothing is set in
the environment. Over the index of the shipped guides; each figure is a median.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from measuring import Figure, arguments, at_most, busy, show

from ragprep import Prep

EVAL = Path(__file__).parent.parent / "eval"
Item = TypeVar("Item")

NEIGHBOURS = 2
REQUESTS = 40
WARM_UP = 5


def main() -> None:
    options = arguments(__doc__, runs=1)
    prep = Prep.open()
    queries = [record["query"] for record in records("retrieval.dev.jsonl")]
    answers = [(record["entry"], record["answer"]) for record in records("grading.dev.jsonl")]
    labels = [entry.label for entry in prep.entries()]
    requests: dict[str, list[Callable[[], object]]] = {
        "search": [lambda query=query: prep.search(query) for query in spread(queries)],
        "related": [lambda label=label: prep.related(label) for label in spread(labels)],
        "grade": [lambda answer=answer: prep.grade(*answer) for answer in spread(answers)],
    }
    bars = {"search": 20.0, "related": 40.0, "grade": 110.0}
    figures = []
    for beside in (0, NEIGHBOURS):
        for name, calls in requests.items():
            for call in calls[:WARM_UP]:
                call()
            with busy(beside):
                cpu_ms, wall_ms = measured(calls * options.runs)
            where = f"{name}, {'idle' if not beside else f'{beside} busy neighbours'}"
            figures += [
                at_most(f"{where}, processor time", cpu_ms, bars[name], "ms"),
                Figure(f"{where}, wall time", wall_ms, "ms"),
            ]
    show(figures, as_json=options.json)


def measured(calls: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Return the median processor time and wall time of the calls, in milliseconds."""
    cpu_ms, wall_ms = [], []
    for call in calls:
        cpu, wall = time.process_time(), time.perf_counter()
        call()
        cpu_ms.append(1000 * (time.process_time() - cpu))
        wall_ms.append(1000 * (time.perf_counter() - wall))
    return statistics.median(cpu_ms), statistics.median(wall_ms)


def records(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines()]


def spread(items: Sequence[Item]) -> list[Item]:
    """Return `REQUESTS` of the items, spread over all."""
    return list(items[:: max(1, len(items) // REQUESTS)][:REQUESTS])


if __name__ == "__main__":
    main()
