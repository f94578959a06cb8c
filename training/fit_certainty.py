"""When a contradiction is stated: `python -m training.fit_certainty` prints a table.

On eval/grading.dev.jsonl and grading.other.jsonl, and on every second row of grading.short.jsonl,
pairs.jsonl and grading.twins.jsonl. For each least probability by the reader alone (`certain`), and
with a rule (`agreed`): the share of right answers (0.7 and more) and of wrong ones (0.3 and less)
that are told of a contradiction, and precision and recall over labelled points. `certain` and
`agreed` in ragprep/grade/fitted.json are chosen from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ragprep import Prep
from ragprep.config import load_config
from ragprep.grade.contradiction import contradictions
from ragprep.grade.fitted import fitted
from ragprep.grade.grading import CONTRADICTED
from ragprep.grade.prepare import prepare
from ragprep.grade.read import read
from training.recipe import ROOT

SETS = {"grading.dev": 1, "grading.other": 1, "grading.short": 2, "pairs": 2, "grading.twins": 2}
"""Of which every so manieth row is taken; the rest is kept to report on."""
CERTAIN, AGREED = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95), (0.0, 0.1, 0.2, 0.3, 0.5)
RIGHT, WRONG = 0.7, 0.3


@dataclass(frozen=True)
class Case:
    """An answer with the reader's output.

    Attributes:
        score: by people, 0 to 1.
        contradicted: of each point, its probability by the reader.
        flagged: places of points that a rule finds contradicted, and of those by a rule that needs
            a reader that agrees.
        labels: of each point, its status by people; None where it has none.
    """

    score: float
    contradicted: tuple[float, ...]
    flagged: tuple[frozenset[int], frozenset[int]]
    labels: tuple[str | None, ...]

    def stated(self, certain: float, agreed: float) -> set[int]:
        """Return the places of points that are called contradicted."""
        return {
            place
            for place, probability in enumerate(self.contradicted)
            if probability >= certain
            or place in self.flagged[0]
            or (place in self.flagged[1] and probability >= agreed)
        }


def gather(prep: Prep) -> Iterator[Case]:
    """Yield the answers of all sets."""
    snapshot = prep.snapshot()
    entries = {entry.label: entry for entry in snapshot.index.entries}
    for name, step in SETS.items():
        lines = (ROOT / "eval" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines[::step]):
            entry, rubric = entries[row["entry"]], prep.rubric(row["entry"])
            texts = [point.point.text for point in rubric.points]
            labels = {p["point"]: p["status"] for p in row.get("points", [])}
            answers = [(row[k], score) for k, score in (("true", 1.0), ("false", 0.0)) if k in row]
            for answer, score in answers or [(row["answer"], row["score"])]:
                prepared = prepare(entry, answer)
                if not prepared.text:
                    continue
                credit = fitted().partial_credit
                rows, _ = read(
                    entry.question, rubric, prepared.text, snapshot.reader, partial_credit=credit
                )
                flags = contradictions(texts, prepared.text)
                yield Case(
                    score,
                    tuple(probabilities[CONTRADICTED] for probabilities in rows),
                    (
                        frozenset(flag.point for flag in flags if flag.alone),
                        frozenset(flag.point for flag in flags if not flag.alone),
                    ),
                    tuple(labels.get(i + 1) for i in range(len(texts))),
                )


def figures(cases: Sequence[Case], certain: float, agreed: float) -> dict[str, float]:
    """Return what is stated of right and wrong answers, and precision and recall of points."""
    stated = [case.stated(certain, agreed) for case in cases]
    right = [bool(s) for case, s in zip(cases, stated, strict=True) if case.score >= RIGHT]
    wrong = [bool(s) for case, s in zip(cases, stated, strict=True) if case.score <= WRONG]
    labelled = [
        (place in s, label == "contradicted")
        for case, s in zip(cases, stated, strict=True)
        for place, label in enumerate(case.labels)
        if label
    ]
    both = sum(a and b for a, b in labelled)
    return {
        "right": float(np.mean(right)),
        "wrong": float(np.mean(wrong)),
        "precision": both / max(1, sum(a for a, _ in labelled)),
        "recall": both / sum(b for _, b in labelled),
    }


def main() -> None:
    """Print the table."""
    cases = list(gather(Prep.open(load_config())))
    print(f"{len(cases)} answers")
    for certain in CERTAIN:
        for agreed in AGREED:
            values = figures(cases, certain, agreed)
            print(certain, agreed, {name: round(value, 3) for name, value in values.items()})


if __name__ == "__main__":
    main()
