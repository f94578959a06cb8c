"""A practice session: its start against a cold query, and the wait for the next question.

The start is that of a whole process whose input ends at once; what a terminal adds, the import of
what answers are typed with, is measured apart and added. The next question is timed from the
rating of the answer before. Runs alternate; figures are medians. The history is a temporary one.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from measuring import Figure, Run, arguments, at_most, environment, median, run, show

from ragprep import Prep
from ragprep.config import load_config
from ragprep.types.practice import Rating
from ragprep.types.session import Stage

ANSWER = (
    "A model that is too simple misses what the data say; one that is too complex learns noise."
)
MOST_S, MOST_MS = 0.3, 150


def main() -> None:
    options = arguments(__doc__, runs=9)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(RAGPREP_PRACTICE=folder)
        ragprep = str(Path(sys.executable).parent / "ragprep")
        commands = {
            "cold query": [ragprep, "search", "what is dropout", "--json"],
            "practice": [ragprep, "practice", "--json"],
            "python -c pass": [sys.executable, "-c", "pass"],
            "prompt": [sys.executable, "-c", "import prompt_toolkit.shortcuts"],
        }
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for command in commands.values():
            run(command, env)
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                runs[name].append(run(command, env))
        wall = {name: median(of_name, "wall_s") for name, of_name in runs.items()}
        start = wall["practice"] + wall["prompt"] - wall["python -c pass"]
        figures = [
            Figure("cold query", wall["cold query"], "s"),
            Figure("practice from a pipe", wall["practice"], "s"),
            at_most(
                "practice on a terminal, over a query", start - wall["cold query"], MOST_S, "s"
            ),
            at_most("rating to next question", next_question_ms(folder), MOST_MS, "ms"),
        ]
    show(figures, as_json=options.json)


def next_question_ms(folder: str) -> float:
    """Return the median wait between a rating, or a follow-up passed over, and the question."""
    prep = Prep.open(load_config({"practice": folder}))
    session, waits = prep.practice(new=20), []
    while session.stage is not Stage.DONE:
        session.answer(ANSWER)
        began = time.perf_counter()
        session.rate(Rating.GOOD)
        if session.stage is Stage.FOLLOW_UP:
            session.skip()
        waits.append(1000 * (time.perf_counter() - began))
    return statistics.median(waits)


if __name__ == "__main__":
    main()
