"""Chooses the constants of ragprep/grade/fitted.json: `python -m training.fit_grades [--write]`.

On eval/grading.dev.jsonl and grading.other.jsonl. Every answer is read once; then the grades are
computed anew for each value of a constant, the others as they ship, and Pearson's r and the root
mean square error are printed. The values are chosen by hand, in the middle of where the table is
flat, and stand in CHOSEN; `--write` writes them with the figures that they reach. What no table
chose says so in SOURCES.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ragprep.encoder.embed import OnnxEmbedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.evaluation.graded import GradedAnswer, read_answers
from ragprep.evaluation.grading import agreement
from ragprep.grade.fitted import FILE, Constants, fitted
from ragprep.grade.grading import Context, grade
from ragprep.grade.prepare import Prepared, prepare
from ragprep.grade.rubric import default_rubric
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.points import key_points
from ragprep.protocols import Reader
from ragprep.reader.cross_encoder import MODEL_FILE, OnnxReader
from ragprep.text.words import search_words
from ragprep.types.grade import ReaderOutput
from ragprep.types.guide import Entry, KeyPoint
from training.recipe import CORPUS, ROOT, recipe, write

ANSWERS = [ROOT / "eval" / f"grading.{name}.jsonl" for name in ("dev", "other")]
GRID: Mapping[str, Sequence[Any]] = {
    "holistic": (0.0, 0.2, 0.4, 0.5, 0.6, 0.8),
    "partial_credit": (0.2, 0.3, 0.4, 0.5, 0.6),
    "required_share": (0.4, 0.5, 0.6, 0.7, 0.8, 1.0),
    "flag_weight": (0.0, 0.4, 0.8, 0.9, 1.0),
    "terms_limit": (10, 20, 30, 40, 100),
}
CHOSEN: dict[str, Any] = {"holistic": 0.5, "partial_credit": 0.4, "required_share": 0.6}
SOURCES = {
    "holistic, partial_credit, required_share": "chosen from the table of training/fit_grades.py, "
    "which is flat around them (Pearson within 0.003)",
    "reference_shares, full_similarity": "chosen from the tables of training/fit_references.py, on "
    "three public sets that are not in the repository (docs/why.md)",
    "far, middling, gap": "chosen by hand: none of 20 right answers written in other words is off "
    "topic, and 85% of them held against the other 99 entries are (docs/why.md)",
    "unsure": "chosen from the table of confidences in docs/why.md",
    "terms_limit": "a guess; the same table is flat around it",
    "flag_weight": "a guess; as high as `certain`, so that what a rule finds is stated",
    "certain, agreed": "chosen from the table of training/fit_certainty.py: the least from which "
    "on 95% of the stated contradictions are right",
}


class Remembered:
    """A reader that reads a question, points and answer once."""

    def __init__(self, reader: Reader) -> None:
        self.name = reader.name
        self._reader = reader
        self._outputs: dict[tuple[str, tuple[str, ...], str], ReaderOutput] = {}

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return the reader's output."""
        key = question, tuple(points), answer
        if key not in self._outputs:
            self._outputs[key] = self._reader.read(question, points, answer)
        return self._outputs[key]


@dataclass(frozen=True)
class Case:
    """An answer as it is graded, and the score that a person gave, 0 to 1."""

    entry: Entry
    points: tuple[KeyPoint, ...]
    prepared: Prepared
    score: float


def cases(answers: Sequence[GradedAnswer], entries: Mapping[str, Entry]) -> list[Case]:
    """Return the answers with their entries."""
    return [
        Case(entry, key_points(entry), prepare(entry, answer.answer), answer.score)
        for answer in answers
        for entry in (entries[answer.ref],)
    ]


def measure(
    cases: Sequence[Case],
    reader: Reader,
    constants: Constants,
    is_known: Callable[[str], bool] = lambda word: True,
) -> dict[str, float]:
    """Return Pearson's r and the root mean square error of the grades by `constants`.

    Whether an answer is off topic is not asked: no constant of the grid depends on it.
    """
    context = Context(is_known)
    scores = []
    for case in cases:
        share = constants.required_share
        rubric = default_rubric(case.entry, case.points, required_share=share)
        result = grade(case.entry, rubric, case.prepared, reader, context, constants)
        scores.append(result.score / 100)
    figures = agreement(np.array(scores), np.array([case.score for case in cases]))
    return {key: figures[key].value for key in ("pearson", "rmse")}


def table(
    measured: Callable[[Constants], dict[str, float]], base: Constants
) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Yield each constant and value of the grid, with the figures; the others are as in `base`."""
    for name, values in GRID.items():
        for value in values:
            changed: dict[str, Any] = {name: value}
            yield name, value, measured(replace(base, **changed))


def main() -> None:
    """Print the table, and write the constants if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"replace {FILE.name}")
    arguments = parser.parse_args()
    entries = {e.label: e for guide in shipped_guides() for e in read_guide(guide).entries}
    texts = {label: [p.text for p in key_points(entry)] for label, entry in entries.items()}
    vocabulary = {w for e in entries.values() for w in search_words(f"{e.question} {e.answer}")}
    answers = [a for file in ANSWERS for a in read_answers(file, points_of=texts.__getitem__)]
    reader = Remembered(OnnxReader(OnnxEmbedder(shipped_info(), SHIPPED).token_states))
    measured = partial(measure, cases(answers, entries), reader, is_known=vocabulary.__contains__)
    chosen = replace(fitted(), **CHOSEN)
    print(f"{len(answers)} answers; as chosen:", rounded(measured(chosen)))
    for name, value, figures in table(measured, chosen):
        print(f"{name:16} {value:5g}", rounded(figures), flush=True)
    if arguments.write:
        used = recipe(
            "training/fit_grades.py",
            [*ANSWERS, *CORPUS, MODEL_FILE],
            encoder=shipped_info().fingerprint,
            packages=("numpy", "onnxruntime"),
            measured=measured(chosen),
            note="Figures without the rule for off-topic answers.",
        )
        shipped = json.loads(FILE.read_text(encoding="utf-8"))["constants"]
        values = {name: value for name, value in asdict(chosen).items() if name in shipped}
        content: dict[str, Any] = {"constants": values, "sources": SOURCES}
        write(FILE, content, used)


def rounded(figures: Mapping[str, float]) -> dict[str, float]:
    """Return figures to three digits."""
    return {name: round(value, 3) for name, value in figures.items()}


if __name__ == "__main__":
    main()
