"""Every figure on grades, by one command: `python -m training.measure_grades [--data DATA]`.

The sets of eval/ over the shipped guide and, with DATA (training/README.md), those over guides of
others, whose texts are not in the repository. Prints a line for each set; `--write FILE` writes
all as JSON. What other wordings do is measured on every fourth short answer, spread over the set.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ragprep import Prep, wire
from ragprep.config import Config
from ragprep.errors import RagprepError
from ragprep.evaluation.graded import GradedAnswer
from ragprep.evaluation.grading import evaluate_grading
from ragprep.evaluation.pairs import evaluate_pairs, read_pairs
from ragprep.types.grade import Grade
from training.guides import GUIDES, entry_at
from training.recipe import ROOT

EVAL = ROOT / "eval"
SETS = ("short", "held", "last", "test", "twins", "dev", "other")
REWORDED = 100


class Foreign:
    """The guides of others, each in an index of its own."""

    def __init__(self, guides: Path, folder: Path) -> None:
        self._preps: dict[str, Prep] = {}
        self._places: dict[str, dict[str, str]] = {}
        for name, (repository, files) in GUIDES.items():
            prep = Prep.open(Config(home=folder / name, llm="none"))
            prep.build([guides / repository / file for file in files])
            self._preps[name] = prep
            self._places[name] = entry_at(prep.snapshot().index.entries, files)

    def grade(self, place: str, answer: str) -> Grade:
        """Return the grade of an answer to "guide/file:line".

        Raises:
            RagprepError: no entry is there.
        """
        guide, _, line = place.partition("/")
        if line not in self._places[guide]:
            raise RagprepError(f"{place} is no entry.", remedy="Look at the guide's commit.")
        return self._preps[guide].grade(self._places[guide][line], answer)


def shipped(prep: Prep) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and figures of each set over the shipped guide."""
    for name in SETS:
        report = prep.evaluate_grading(EVAL / f"grading.{name}.jsonl")
        yield f"grading.{name}", wire.grading_report(report)
    yield "exam", wire.grading_report(prep.evaluate_grading(EVAL / "exam.csv"))
    yield "pairs", wire.pairs_report(prep.evaluate_pairs())
    yield "rotated", wire.pairs_report(prep.evaluate_rotated())
    yield "wording", wire.wording_report(prep.evaluate_wording(limit=REWORDED))


def foreign(guides: Foreign) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and figures of each set over guides of others."""
    pairs = [
        replace(pair, ref=f"{pair.guide}/{pair.ref}")
        for pair in read_pairs(EVAL / "foreign.pairs.jsonl", known=lambda ref: None)
    ]
    yield "foreign.pairs", wire.pairs_report(evaluate_pairs(pairs, guides.grade))
    lines = (EVAL / "foreign.short.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [
        GradedAnswer(r["id"], f"{r['guide']}/{r['entry']}", None, "", r["answer"], r["score"])
        for r in map(json.loads, lines)
    ]
    report = evaluate_grading(answers, lambda _, ref, answer: guides.grade(ref, answer))
    yield "foreign.short", wire.grading_report(report)


def summary(figures: Mapping[str, Any]) -> str:
    """Return the figures that matter most, on one line."""
    keys = ("pearson", "style_pearson", "true_above", "false_above", "true_score", "false_score")
    shown = {key: figures[key] for key in (*keys, "style", "n_errors") if key in figures}
    shown |= figures.get("right_and_wrong", {})
    shown |= figures.get("statuses", {}).get("contradicted", {})
    shown |= figures.get("overall", {})
    cells = (f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in shown.items())
    return ", ".join(cells)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="has guides/ (training/README.md)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="all figures, as JSON")
    arguments = parser.parse_args()
    measured: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        prep = Prep.open(Config(home=Path(folder) / "shipped", llm="none"))
        prep.build(["shipped"])
        sets = [shipped(prep)]
        if arguments.data is not None:
            sets.append(foreign(Foreign(arguments.data / "guides", Path(folder))))
        for figures_of_set in sets:
            for name, figures in figures_of_set:
                measured[name] = figures
                print(f"{name}: {summary(figures)}", flush=True)
                if arguments.write is not None:
                    arguments.write.write_text(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
