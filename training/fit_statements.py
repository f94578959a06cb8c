"""Fits what points and statements count: `python -m training.fit_statements --data DATA [--write]`.

On half of the entries, drawn by their names, of eval/grading.{dev,other,short,twins}.jsonl and
pairs.jsonl, and of foreign.pairs.jsonl and foreign.short.jsonl, whose guides are in DATA
(training/README.md). Two logistic regressions each give the weights of a point and of a statement;
a table of what they reach on the other half with several shares of the score is printed, and the
shares in CHOSEN were chosen from it by hand. `--write` writes them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder.prepare import shipped_info
from ragprep.errors import RagprepError
from ragprep.grade.credit import point_features, statement_features
from ragprep.grade.fitted import OF_STATEMENTS as FILE
from ragprep.grade.fitted import Constants, Weights, fitted
from ragprep.grade.grader import rubric_of
from ragprep.grade.grading import Context, grade
from ragprep.grade.prepare import Prepared, prepare
from ragprep.grade.read import read, read_statements
from ragprep.protocols import AssertionReader
from ragprep.reader.assertion import MODEL_FILE
from ragprep.search.find import row_of
from ragprep.types.grade import Rubric, StatementReading
from ragprep.types.guide import Entry
from training.fit_grades import Remembered
from training.guides import GUIDES, entry_at
from training.logistic import Floats, fit_logistic
from training.recipe import ROOT, recipe, write

SHIPPED = ("grading.dev", "grading.other", "grading.short", "grading.twins", "pairs")
FOREIGN = ("foreign.pairs", "foreign.short")
CREDIT = {"covered": 1.0, "partial": 0.4, "missing": 0.0, "contradicted": 0.0}
RIGHT, WRONG = 0.7, 0.3
SAID = 0.85
"""Credit of the point closest to a statement of a right answer whose points have no labels. A
guess: not every statement says the whole of its point."""

FITS = (
    (
        dict.fromkeys(FOREIGN, 2.0) | {"grading.dev": 1.0, "grading.other": 1.0},
        dict.fromkeys(FOREIGN, 1.0),
    ),
    (
        dict.fromkeys(SHIPPED, 1.0) | dict.fromkeys(FOREIGN, 0.5),
        dict.fromkeys((*SHIPPED, *FOREIGN), 1.0),
    ),
)
"""What each set weighs in the fit of points, and of statements, whatever its size: once where
guides of others weigh most, once where the shipped one does. The weights are the mean of the two:
by the first alone long answers to the shipped guide are graded worse, by the second short ones in
another voice."""
SHARES = ((0.2, 0.2), (0.3, 0.1), (0.4, 0.1))
STRETCHES = (2.5, 4.0)
TABLED = 3
"""Of the other half every so manieth answer is graded for the table."""
CHOSEN = {
    "no_credit": 0.2,
    "full_credit": 0.7,
    "stretch": 4.0,
    "statements": 0.25,
    "holistic": 0.15,
}
SOURCES = {
    "point, statement": "fitted by training/fit_statements.py",
    "no_credit, full_credit, stretch, statements, holistic": "chosen from the table of "
    "training/fit_statements.py, as a checkpoint a little before the last one gave it",
    "covered, in_part, vetoed": "guesses",
}


@dataclass
class RememberedAssertions:
    """The reader of assertions; each answer is read once."""

    reader: AssertionReader
    _outputs: dict[Any, list[StatementReading]] = field(default_factory=dict)

    def read(self, points: Sequence[str], statements: Sequence[str]) -> list[StatementReading]:
        """Return what statements assert."""
        key = tuple(points), tuple(statements)
        if key not in self._outputs:
            self._outputs[key] = self.reader.read(points, statements)
        return self._outputs[key]


@dataclass(frozen=True)
class Case:
    """An answer as it is graded.

    Attributes:
        set: that it is of.
        pair: of two statements, "" for an answer.
        score: by people or writers, 0 to 1.
        labels: number of a point -> its status; empty where there are none.
        held_out: whether nothing is fitted on it.
    """

    set: str
    pair: str
    entry: Entry
    rubric: Rubric
    prepared: Prepared
    score: float
    labels: Mapping[int, str]
    held_out: bool
    reader: Remembered
    assertions: RememberedAssertions

    def graded(self, constants: Constants) -> float:
        """Return the score, 0 to 1."""
        context = Context(lambda word: True, assertions=self.assertions)
        return (
            grade(self.entry, self.rubric, self.prepared, self.reader, context, constants).score
            / 100
        )


def gather(data: Path, folder: Path, every: int = 1) -> Iterator[Case]:
    """Yield the answers of all sets."""
    prep = Prep.open(Config(home=folder / "shipped", llm="none"))
    prep.build(["shipped"])
    labels = {entry.label: entry.id for entry in prep.snapshot().index.entries}
    for name in SHIPPED:
        yield from _of_set(prep, name, labels, "", every)
    for guide, (repository, files) in GUIDES.items():
        prep = Prep.open(Config(home=folder / guide, llm="none"))
        prep.build([data / "guides" / repository / file for file in files])
        places = entry_at(prep.snapshot().index.entries, files)
        for name in FOREIGN:
            yield from _of_set(prep, name, places, guide, every)


def _of_set(
    prep: Prep, name: str, places: Mapping[str, str], guide: str, every: int
) -> Iterator[Case]:
    snapshot = prep.snapshot()
    if snapshot.assertions is None:
        return
    reader = Remembered(snapshot.reader)
    assertions = RememberedAssertions(snapshot.assertions)
    lines = (ROOT / "eval" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::every]:
        row = json.loads(line)
        if row.get("guide", "") != guide or row["entry"] not in places:
            continue
        entry = snapshot.index.entry(row_of(snapshot.index, places[row["entry"]]))
        try:
            rubric = rubric_of(snapshot.index, entry.id)
        except RagprepError:
            continue
        if not rubric.points:
            continue
        answers = [(row[k], s) for k, s in (("true", 1.0), ("false", 0.0)) if k in row]
        for answer, score in answers or [(row["answer"], row["score"])]:
            yield Case(
                name,
                row["id"] if answers else "",
                entry,
                rubric,
                prepare(entry, answer),
                score,
                {p["point"]: p["status"] for p in row.get("points", [])},
                sha256(f"{guide}/{row['entry']}".encode()).digest()[0] % 2 == 1,
                reader,
                assertions,
            )


def of_points(case: Case) -> Iterator[tuple[tuple[float, ...], float]]:
    """Yield the features of points with what they earn."""
    credit = fitted().partial_credit
    text = case.prepared.text
    rows, _ = read(case.entry.question, case.rubric, text, case.reader, partial_credit=credit)
    readings = read_statements(case.rubric, text, case.assertions).readings
    features = point_features(rows, readings)
    for number, status in case.labels.items():
        if number <= len(features):
            yield features[number - 1], CREDIT[status]
    if not case.labels and not WRONG < case.score < RIGHT:
        for reading in readings:
            yield features[reading.point], SAID if case.score >= RIGHT else 0.0


def of_statements(case: Case) -> Iterator[tuple[tuple[float, ...], float]]:
    """Yield the features of the statements of right and of wrong answers."""
    if not WRONG < case.score < RIGHT:
        for reading in read_statements(case.rubric, case.prepared.text, case.assertions).readings:
            yield statement_features(reading), float(case.score >= RIGHT)


def fit(cases: Sequence[Case], rows_of: Any, weights: Mapping[str, float]) -> Floats:
    """Return the coefficients, the constant first; every set weighs what `weights` says."""
    x: list[Any] = []
    y, share = [], []
    for name, weight in weights.items():
        rows = [
            r for case in cases if case.set == name and not case.held_out for r in rows_of(case)
        ]
        x += [[1.0, *features] for features, _ in rows]
        y += [target for _, target in rows]
        share += [weight / len(rows)] * len(rows)
    return fit_logistic(np.array(x), np.array(y), np.array(share))


def figures(cases: Sequence[Case], constants: Constants) -> dict[str, str]:
    """Return for each set what the grades of its held-out half are worth."""
    shown = {}
    for name in (*SHIPPED, *FOREIGN):
        some = [case for case in cases if case.set == name and case.held_out]
        some = _every(some, TABLED)
        grades = np.array([case.graded(constants) for case in some])
        scores = np.array([case.score for case in some])
        if some[0].pair:
            gaps = [grades[i] - grades[j] for i, j in _pairs(some)]
            above, below = np.mean([g >= 0.1 for g in gaps]), np.mean([g <= -0.1 for g in gaps])
            shown[name] = f"{above:.2f}/{below:.2f}"
        else:
            r = np.corrcoef(grades, scores)[0, 1]
            right, wrong = grades[scores >= RIGHT].mean(), grades[scores <= WRONG].mean()
            shown[name] = f"{r:.3f} ({right:.2f}, {wrong:.2f})"
    return shown


def _every(cases: Sequence[Case], step: int) -> list[Case]:
    """Return every `step`-th answer, or pair."""
    if cases[0].pair:
        return [case for i in range(0, len(cases) - 1, 2 * step) for case in cases[i : i + 2]]
    return list(cases[::step])


def _pairs(cases: Sequence[Case]) -> Iterator[tuple[int, int]]:
    """Yield the places of the true and the false statement of each pair."""
    for (i, first), (j, second) in pairwise(enumerate(cases)):
        if first.pair == second.pair:
            yield (i, j) if first.score > second.score else (j, i)


def main() -> None:
    """Fit, print the table, and write the constants if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has guides/")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth row")
    parser.add_argument("--write", action="store_true", help=f"replace weights in {FILE.name}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            c for c in gather(arguments.data, Path(folder), arguments.every) if c.prepared.text
        ]
        point = np.mean([fit(cases, of_points, shares) for shares, _ in FITS], axis=0)
        statement = np.mean([fit(cases, of_statements, shares) for _, shares in FITS], axis=0)
        weights = Weights(
            point=tuple(point.round(3).tolist()),
            statement=tuple(statement.round(3).tolist()),
            **CHOSEN,
        )
        print(weights, flush=True)
        base = replace(fitted(), weights=weights)
        print("as chosen", figures(cases, base), flush=True)
        for stretch in STRETCHES:
            for statements, holistic in SHARES:
                tried = replace(
                    base,
                    weights=replace(
                        weights, stretch=stretch, statements=statements, holistic=holistic
                    ),
                )
                print(stretch, statements, holistic, figures(cases, tried), flush=True)
    if arguments.write:
        _write(base)


def _write(constants: Constants) -> None:
    names = "covered", "in_part", "vetoed"
    content = {
        "constants": {"weights": asdict(constants.weights)}
        | {name: getattr(constants, name) for name in names},
        "sources": SOURCES,
    }
    used = recipe(
        "training/fit_statements.py",
        [MODEL_FILE, *(ROOT / "eval" / f"{name}.jsonl" for name in (*SHIPPED, *FOREIGN))],
        encoder=shipped_info().fingerprint,
        packages=("numpy", "scipy", "onnxruntime"),
    )
    write(FILE, content, used)


if __name__ == "__main__":
    main()
