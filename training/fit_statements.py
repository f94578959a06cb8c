"""Fits what points and statements count: `python -m training.fit_statements --data DATA [--write]`.

On half of the entries, drawn by their names, of eval/grading.{dev,other,short,twins}.jsonl and
pairs.jsonl, and of foreign.pairs.jsonl and foreign.short.jsonl, whose guides are in DATA
(training/README.md). Minimised is, a set like any other, the error of scores, and what true
statements lack of a lead of `LEAD` over false ones in the same words. Printed is what the other
half reaches; `--write` writes the weights.
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
import torch
from torch import Tensor
from torch.nn import functional

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
from training.recipe import ROOT, recipe, write
from training.score_model import Answers, Features, ScoreModel

SHIPPED = ("grading.dev", "grading.other", "grading.short", "grading.twins", "pairs")
FOREIGN = ("foreign.pairs", "foreign.short")
LEAD, SOFT, PAIRS = 0.25, 0.08, 4.0
"""Of a true statement over the false one, 0 to 1; over what range it is asked for less and less;
and what a set of pairs counts beside a set of answers. Chosen from a few on the other half."""
SMALL = 0.1
"""Error up to which its square counts, and beyond which its size does: by squares all the way what
cannot be told apart is graded as the mean (right short answers 0.63 in place of 0.72)."""
TOO_LOW = 1.5
"""What it counts that a right answer gets too little, where too much counts 1. A choice: being
called wrong when right is what puts a learner off."""
STEPS, RATE, DECAY = 400, 0.05, 2e-3
"""Of Adam: the rate falls to nothing; and the penalty on squared weights."""
RIGHT, WRONG = 0.7, 0.3
SOURCES = {
    "weights": "fitted by training/fit_statements.py",
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
        held_out: whether nothing is fitted on it.
    """

    set: str
    pair: str
    entry: Entry
    rubric: Rubric
    prepared: Prepared
    score: float
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
                sha256(f"{guide}/{row['entry']}".encode()).digest()[0] % 2 == 1,
                reader,
                assertions,
            )


def features_of(case: Case) -> Features:
    """Return what the score of an answer is made of."""
    text = case.prepared.text
    rows, holistic = read(
        case.entry.question,
        case.rubric,
        text,
        case.reader,
        partial_credit=fitted().partial_credit,
    )
    statements = read_statements(case.rubric, text, case.assertions)
    return Features(
        case.rubric,
        point_features(rows, statements.readings),
        [statement_features(reading) for reading in statements.readings],
        statements.lengths,
        holistic,
    )


def fit(cases: Sequence[Case]) -> Weights:
    """Return the weights that answers which are not held out are scored best by."""
    torch.manual_seed(0)
    answers = Answers([features_of(case) for case in cases])
    wanted = torch.tensor([case.score for case in cases])
    numbered = list(enumerate(cases))
    of_set = {
        name: [(i, case) for i, case in numbered if case.set == name]
        for name in dict.fromkeys(case.set for case in cases)
    }
    pairs = {
        name: torch.tensor([(some[i][0], some[j][0]) for i, j in _pairs([c for _, c in some])])
        for name, some in of_set.items()
        if some[0][1].pair
    }
    model = ScoreModel()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.04, STEPS)
    for _ in range(STEPS):
        scores = model(answers)
        loss = DECAY * (model.point.weight.square().sum() + model.statement.weight.square().sum())
        for name, some in of_set.items():
            if name in pairs:
                ahead = scores[pairs[name][:, 0]] - scores[pairs[name][:, 1]]
                loss = loss + PAIRS * SOFT * functional.softplus((LEAD - ahead) / SOFT).mean()
            else:
                places = [i for i, _ in some]
                loss = loss + _error(scores[places], wanted[places])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return _weights(model)


def _error(scores: Tensor, wanted: Tensor) -> Tensor:
    """Return how far scores (n,) are from those that are wanted, on average."""
    errors = functional.smooth_l1_loss(scores, wanted, beta=SMALL, reduction="none")
    is_too_low = (wanted >= RIGHT) & (scores < wanted)
    return torch.where(is_too_low, TOO_LOW * errors, errors).mean()


def _weights(model: ScoreModel) -> Weights:
    of_statements, of_holistic = (round(float(share), 3) for share in model.share_of_each())
    point, statement = (
        tuple(round(float(v), 3) for v in (layer.bias[0], *layer.weight[0]))
        for layer in (model.point, model.statement)
    )
    return Weights(point, statement, of_statements, of_holistic)


def figures(cases: Sequence[Case], constants: Constants) -> dict[str, str]:
    """Return for each set what the grades of its held-out half are worth."""
    shown = {}
    for name in (*SHIPPED, *FOREIGN):
        some = [case for case in cases if case.set == name and case.held_out]
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


def _pairs(cases: Sequence[Case]) -> Iterator[tuple[int, int]]:
    """Yield the places of the true and the false statement of each pair."""
    for (i, first), (j, second) in pairwise(enumerate(cases)):
        if first.pair == second.pair:
            yield (i, j) if first.score > second.score else (j, i)


def main() -> None:
    """Fit, print what the weights are worth, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has guides/")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth row")
    parser.add_argument("--write", action="store_true", help=f"replace weights in {FILE.name}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            c for c in gather(arguments.data, Path(folder), arguments.every) if c.prepared.text
        ]
        weights = fit([case for case in cases if not case.held_out])
        print(weights, flush=True)
        constants = replace(fitted(), weights=weights)
        for name, value in figures(cases, constants).items():
            print(f"{name:16} {value}", flush=True)
    if arguments.write:
        _write(constants)


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
        packages=("torch", "numpy", "onnxruntime"),
    )
    write(FILE, content, used)


if __name__ == "__main__":
    main()
