"""Chooses the shares of a grade against a reference: `python -m training.fit_references -h`.

On three public sets of people's graded answers (training/README.md). Each answer is graded once;
then the score is computed anew for each share of points and of words, the rest going to the other
four similarities in equal parts, and for each share of a reference from which on a similarity
counts in full. Printed is the mean Pearson correlation over the sets, on every other question, by
which a person chooses, and on the questions between. What was chosen stands in
ragprep/grade/fitted.json.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config
from ragprep.evaluation.contradicted import RIGHT, WRONG
from ragprep.evaluation.graded import GradedAnswer, read_answers
from ragprep.grade.fitted import fitted
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
FULL = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Graded answers of one source.

    Attributes:
        points: (n,) earned share of the points, 0 to 1.
        similarities: (n, 5), of the words first, 0 to 1.
        truth: (n,), people's scores, 0 to 1.
        chosen_by: (n,) bool, whether a share may be chosen by this answer.
    """

    points: Floats
    similarities: Floats
    truth: Floats
    chosen_by: NDArray[np.bool_]

    def scores(self, points: float, words: float, full: float) -> Floats:
        """Return (n,) scores by shares of points and words, similarities in full from `full` on."""
        other = (1 - points - words) / (self.similarities.shape[1] - 1)
        shares = np.array([words, *[other] * (self.similarities.shape[1] - 1)])
        scores: Floats = points * self.points + np.minimum(1, self.similarities / full) @ shares
        return scores


def parts_of(grade: Grade) -> tuple[float, list[float]]:
    """Return the earned share of the points of a grade, and of each similarity."""
    similarities = [t.earned / t.needed for t in grade.sums if t.kind is TermKind.REFERENCE]
    if not similarities:
        return 0.0, [0.0] * 5  # it was no answer
    points = [t for t in grade.sums if t.kind is not TermKind.REFERENCE]
    return sum(term.earned for term in points) / sum(term.needed for term in points), similarities


def measured(snapshot: Snapshot, answers: Sequence[GradedAnswer]) -> Set:
    """Return a random sample of the answers, graded."""
    sample = random.Random(SEED).sample(answers, min(ANSWERS, len(answers)))
    places = {name: i for i, name in enumerate(sorted({answer.ref for answer in answers}))}
    uncapped = replace(fitted(), full_similarity=1.0)
    parts = []
    for answer in sample:
        assert answer.entry is not None, "a CSV brings its references"
        grade = graded_by_reference(snapshot, answer.entry, answer.answer, uncapped)
        parts.append(parts_of(grade))
    return Set(
        np.array([points for points, _ in parts]),
        np.array([similarities for _, similarities in parts]),
        np.array([answer.score for answer in sample]),
        np.array([places[answer.ref] % 2 == 0 for answer in sample]),
    )


def pearson(
    sets: Mapping[str, Set], points: float, words: float, full: float, *, chosen_by: bool
) -> Floats:
    """Return the correlation in each set, on the questions to choose by or on the others."""
    values = []
    for graded in sets.values():
        rows = graded.chosen_by == chosen_by
        scores = graded.scores(points, words, full)
        values.append(np.corrcoef(scores[rows], graded.truth[rows])[0, 1])
    return np.array(values)


def main() -> None:
    """Print the tables."""
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
    constants = fitted()
    chosen_points, chosen_words, _ = constants.reference_shares
    grid = [(p, w, constants.full_similarity) for p in POINTS for w in WORDS if p + w <= 1]
    print("points  words  full  mean on questions to choose by, on the others, each set on those")
    for points, words, full in [*grid, *((chosen_points, chosen_words, full) for full in FULL)]:
        by, others = (
            pearson(sets, points, words, full, chosen_by=which) for which in (True, False)
        )
        each = " ".join(f"{name} {r:.3f}" for name, r in zip(sets, others, strict=True))
        print(f"{points:6} {words:6} {full:5} {by.mean():.3f} {others.mean():.3f} {each}")
    print("full  mean score of right answers, of wrong ones, root mean square error")
    for full in FULL:
        scores = np.concatenate(
            [s.scores(chosen_points, chosen_words, full) for s in sets.values()]
        )
        truth = np.concatenate([s.truth for s in sets.values()])
        error = np.sqrt(np.mean((scores - truth) ** 2))
        right, wrong = scores[truth >= RIGHT].mean(), scores[truth <= WRONG].mean()
        print(f"{full:5} {right:.3f} {wrong:.3f} {error:.3f}")


if __name__ == "__main__":
    main()
