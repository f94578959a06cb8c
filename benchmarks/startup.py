"""Commands that read and do not search, as whole processes, against `python -c pass`.

Runs alternate; figures are medians. All bytecode is compiled.
"""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import Figure, Run, arguments, at_most, environment, median, run, show

MOST_MS = 140


def main() -> None:
    options = arguments(__doc__, runs=15)
    ragprep = str(Path(sys.executable).parent / "ragprep")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "--help": [ragprep, "--help"],
        "show": [ragprep, "show", "q3"],
        "list": [ragprep, "list"],
        "status": [ragprep, "status"],
    }
    env = environment()
    for command in (commands["show"], *commands.values()):  # builds the index, and compiles
        run(command, env)
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            runs[name].append(run(command, env))
    cpu_ms = {name: 1000 * median(of_name, "cpu_s") for name, of_name in runs.items()}
    python, shown = cpu_ms["python -c pass"], cpu_ms["--help"]
    show(
        [
            Figure("python -c pass", python, "ms"),
            Figure("--help", shown, "ms"),
            at_most("--help, times `python -c pass`", shown / python, 5, "x"),
            *(at_most(name, cpu_ms[name], MOST_MS, "ms") for name in ("show", "list", "status")),
        ],
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
