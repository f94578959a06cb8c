"""Chooses the shares of a grade against a reference: `python -m training.fit_references -h`.

On three public sets of people's graded answers (training/README.md). Each answer is graded once;
then the score is computed anew for each share of points and of words, the rest going to the other
four similarities in equal parts. Printed is the mean Pearson correlation over the sets, on every
other question, by which a person chooses, and on the questions between. The chosen shares stand in
ragprep/grade/fitted.json.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config
from ragprep.evaluation.graded import GradedAnswer, read_answers
from ragprep.grade.grader import graded_by_reference
from ragprep.index.snapshot import Snapshot
from ragprep.types.grade import Grade, TermKind

SETS = {
    "Beetle": Path("semeval2013", "beetle", "grading.csv"),
    "SciEntsBank": Path("semeval2013", "scientsbank", "grading.csv"),
    "SAF": Path("saf_english", "grading.csv"),
}
ANSWERS = 600
SEED = 0
POINTS = (0.0, 0.1, 0.15, 0.2, 0.3)
WORDS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Graded answers of one source.

    Attributes:
        parts: (n, 3): earned shares of the points, the words, and the mean of the other four
            similarities, 0 to 1.
        truth: (n,), people's scores, 0 to 1.
        chosen_by: (n,) bool, whether a share may be chosen by this answer.
    """

    parts: Floats
    truth: Floats
    chosen_by: NDArray[np.bool_]


def parts_of(grade: Grade) -> tuple[float, float, float]:
    """Return the earned shares of points, words and the other similarities of a grade."""
    similarities = [t.earned / t.needed for t in grade.sums if t.kind is TermKind.REFERENCE]
    if not similarities:
        return 0.0, 0.0, 0.0  # it was no answer
    points = [t for t in grade.sums if t.kind is not TermKind.REFERENCE]
    earned = sum(term.earned for term in points) / sum(term.needed for term in points)
    return earned, similarities[0], sum(similarities[1:]) / len(similarities[1:])


def measured(snapshot: Snapshot, answers: Sequence[GradedAnswer]) -> Set:
    """Return a random sample of the answers, graded."""
    sample = random.Random(SEED).sample(answers, min(ANSWERS, len(answers)))
    places = {name: i for i, name in enumerate(sorted({answer.ref for answer in answers}))}
    parts = []
    for answer in sample:
        assert answer.entry is not None, "a CSV brings its references"
        parts.append(parts_of(graded_by_reference(snapshot, answer.entry, answer.answer)))
    return Set(
        np.array(parts),
        np.array([answer.score for answer in sample]),
        np.array([places[answer.ref] % 2 == 0 for answer in sample]),
    )


def pearson(sets: Mapping[str, Set], points: float, words: float, *, chosen_by: bool) -> Floats:
    """Return the correlation in each set, on the questions to choose by or on the others."""
    shares = np.array([points, words, 1 - points - words])
    values = []
    for graded in sets.values():
        rows = graded.chosen_by == chosen_by
        values.append(np.corrcoef(graded.parts[rows] @ shares, graded.truth[rows])[0, 1])
    return np.array(values)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has the sets")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as folder:
        prep = Prep.open(Config(home=Path(folder), llm="none"))
        prep.build(["shipped"])
        sets = {}
        for name, file in SETS.items():
            answers = read_answers(data / file, points_of=lambda ref: ())
            sets[name] = measured(prep.snapshot(), answers)
    print("points  words  mean on questions to choose by, on the others, each set on the others")
    for points in POINTS:
        for words in WORDS:
            if points + words <= 1:
                by, others = (
                    pearson(sets, points, words, chosen_by=which) for which in (True, False)
                )
                each = " ".join(f"{name} {r:.3f}" for name, r in zip(sets, others, strict=True))
                print(f"{points:6} {words:6} {by.mean():.3f} {others.mean():.3f} {each}")


if __name__ == "__main__":
    main()
