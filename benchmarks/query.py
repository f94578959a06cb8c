"""One query as a whole process, against its floor, and against sentence-transformers with FAISS.

The floor (floor_query.py) is what no such process can leave out: imports, the model, one embedding,
a scan of the mapped vectors. The baseline (baseline_query.py) has the same model in
sentence-transformers; it runs as it is and with one thread, and the faster of the two counts.
Runs alternate, so that a busy machine slows all; figures are medians, first on an idle machine and
then beside two busy processes. All bytecode is compiled.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from measuring import (
    Figure,
    Run,
    arguments,
    at_least,
    at_most,
    busy,
    environment,
    median,
    run,
    show,
)

QUERY = "why does my model ace training and flop on new data"
FOLDER = Path(__file__).parent
NEIGHBOURS = 2


def main() -> None:
    options = arguments(__doc__, runs=5)
    ragprep = str(Path(sys.executable).parent / "ragprep")
    home = os.environ.get("RAGPREP_HOME", str(FOLDER.parent / "index"))
    usual = environment(HF_HUB_OFFLINE="1")  # the baseline asks no hub either
    alone = environment(HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as folder:
        baseline = [sys.executable, str(FOLDER / "baseline_query.py"), folder]
        run([*baseline, "--prepare"], usual)
        commands = {
            "search": ([ragprep, "search", QUERY, "--json"], usual),
            "floor": ([sys.executable, str(FOLDER / "floor_query.py"), QUERY, home], usual),
            "baseline": ([*baseline, QUERY], usual),
            "baseline, one thread": ([*baseline, QUERY], alone),
        }
        for command in commands.values():  # builds the index, compiles, warms the disk
            run(*command)
        all_figures = []
        for neighbours in (0, NEIGHBOURS):
            runs: dict[str, list[Run]] = {name: [] for name in commands}
            with busy(neighbours):
                for _ in range(options.runs):
                    for name, command in commands.items():
                        runs[name].append(run(*command))
            where = f"{neighbours} busy neighbours" if neighbours else "idle"
            all_figures += figures(runs, where)
    show(all_figures, as_json=options.json)


def figures(runs: dict[str, list[Run]], where: str) -> list[Figure]:
    cpu_s = {name: median(of_name, "cpu_s") for name, of_name in runs.items()}
    wall_s = {name: median(of_name, "wall_s") for name, of_name in runs.items()}
    baseline = min(("baseline", "baseline, one thread"), key=lambda name: cpu_s[name])
    every = []
    for name in runs:
        every += [
            Figure(f"{where}: {name}, processor time", cpu_s[name], "s"),
            Figure(f"{where}: {name}, wall time", wall_s[name], "s"),
        ]
    return [
        *every,
        at_most(f"{where}: search, peak memory", median(runs["search"], "peak_mib"), 160, "MiB"),
        at_most(f"{where}: times the floor", cpu_s["search"] / cpu_s["floor"], 1.4, "x"),
        at_least(f"{where}: times faster", cpu_s[baseline] / cpu_s["search"], 20, "x"),
    ]


if __name__ == "__main__":
    main()
