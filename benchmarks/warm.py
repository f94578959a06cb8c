"""A query in a process that has already answered some: embed, search and fuse.

Each query of eval/retrieval.dev.jsonl once, over the index of the shipped guides.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from measuring import Figure, arguments, at_most, show

from ragprep import Prep
from ragprep.evaluation.judgments import read_queries

QUERIES = Path(__file__).parent.parent / "eval" / "retrieval.dev.jsonl"
WARM_UP = 20


def main() -> None:
    options = arguments(__doc__, runs=1)
    prep = Prep.open()
    labels = [entry.label for entry in prep.entries()]
    queries = [query.query for query in read_queries(QUERIES, labels=labels)]
    for query in queries[:WARM_UP]:
        prep.search(query)
    taken_ms = []
    for query in queries * options.runs:
        began = time.perf_counter()
        prep.search(query)
        taken_ms.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.percentile(taken_ms, [50, 95])
    figures = [
        Figure("queries", len(taken_ms), ""),
        at_most("warm query, p50", float(p50), 8, "ms"),
        Figure("warm query, p95", float(p95), "ms"),
    ]
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
