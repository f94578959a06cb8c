"""One query as a whole process, against the same query with sentence-transformers and FAISS.

Runs alternate, so that a busy machine slows both; figures are medians.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from measuring import Figure, Run, arguments, at_least, at_most, median, run, show

QUERY = "why does my model ace training and flop on new data"
BASELINE = Path(__file__).parent / "baseline_query.py"


def main() -> None:
    options = arguments(__doc__, runs=7)
    os.environ["HF_HUB_OFFLINE"] = "1"  # the baseline asks no hub either
    ragprep = str(Path(sys.executable).parent / "ragprep")
    ours, theirs, helps = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        query = [ragprep, "search", QUERY, "--json"]
        baseline = [sys.executable, str(BASELINE), folder]
        run([*baseline, "--prepare"])
        run(query)  # builds the index where there is none, and warms the disk
        for _ in range(options.runs):
            ours.append(run(query))
            theirs.append(run([*baseline, QUERY]))
            helps.append(run([ragprep, "--help"]))
    show(figures(ours, theirs, helps), as_json=options.json)


def figures(ours: list[Run], theirs: list[Run], helps: list[Run]) -> list[Figure]:
    wall, baseline_wall = median(ours, "wall_s"), median(theirs, "wall_s")
    return [
        at_most("ragprep search, wall time", wall, 0.45, "s"),
        Figure("ragprep search, fastest run", min(one.wall_s for one in ours), "s"),
        Figure("ragprep search, processor time", median(ours, "cpu_s"), "s"),
        at_most("ragprep search, peak memory", median(ours, "peak_mib"), 160, "MiB"),
        Figure("baseline, wall time", baseline_wall, "s"),
        Figure("baseline, processor time", median(theirs, "cpu_s"), "s"),
        Figure("baseline, peak memory", median(theirs, "peak_mib"), "MiB"),
        at_least("times faster than the baseline", baseline_wall / wall, 12, "x"),
        at_most("ragprep --help, wall time", median(helps, "wall_s"), 0.15, "s"),
    ]


if __name__ == "__main__":
    main()
