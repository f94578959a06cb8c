"""Pairs that the reader of assertions learns from: people's, and statements about guides.

A pair is a text and a statement. The statement follows from the text, its opposite does, or
neither; of some pairs it is only known that the statement does not follow.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENTAILMENT, NEUTRAL, CONTRADICTION = 0, 1, 2
NOT_ENTAILED, NOT_CONTRADICTED = -1, -2
"""Where it is only known what the label is not."""

LABELS = {
    "entailment": ENTAILMENT,
    "neutral": NEUTRAL,
    "contradiction": CONTRADICTION,
    "not_entailment": NOT_ENTAILED,
}

INFERENCE = {
    "cad_nli": (None, 2),
    "negation_nli": (None, 2),
    "conjnli": (None, 2),
    "fever_symmetric": (None, 2),
    "breaking_nli": (1200, 1),
    "med": (None, 1),
    "mnli_dev": (None, 1),
    "snli_dev": (None, 1),
    "snli_test": (None, 1),
    "ibm_argkp": (9000, 1),
}
"""Folders of human/: how many pairs of a label are taken at most, and how often each."""

HELD_OUT = {"cad_nli": (".dev.", ".test."), "ibm_argkp": (".test.",), "negation_nli": ()}
"""Files that nothing is learnt from."""

STUDENTS = {"correct": ENTAILMENT, "contradictory": CONTRADICTION, "irrelevant": NEUTRAL}
"""Labels of SemEval 2013, task 7; the answer that is right in part is left out."""
OF_STUDENTS = 2500
"""Answers of a set, at most."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text, a statement, and whether it follows.

    Attributes:
        source: where the pair comes from.
        weight: of the pair in the loss.
        opposite: says the opposite by the same text, in nearly the same words; None without one.
    """

    text: str
    statement: str
    label: int
    source: str
    weight: float = 1.0
    opposite: str | None = None


def general(data: Path, seed: int) -> list[Pair]:
    """Return people's pairs, in an order drawn by `seed`; `data` has human/, semeval2013/."""
    rng = random.Random(seed)
    pairs: list[Pair] = []
    for folder, (most, times) in INFERENCE.items():
        of_label: dict[int, list[Pair]] = {}
        for row in rows_of(data / "human" / folder, HELD_OUT.get(folder, ())):
            pair = Pair(row["premise"], row["hypothesis"], LABELS[row["label"]], folder)
            of_label.setdefault(pair.label, []).append(pair)
        for some in of_label.values():
            pairs += times * (some if most is None else rng.sample(some, min(most, len(some))))
    for name in ("beetle", "scientsbank"):
        students = list(_of_students(data / "semeval2013" / name))
        pairs += rng.sample(students, min(OF_STUDENTS, len(students)))
    pairs += 2 * list(_of_claims(data / "scifact" / "claims.csv"))
    rng.shuffle(pairs)
    return pairs


def rows_of(folder: Path, left_out: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows of the gzipped tables of pairs in a folder."""
    for path in sorted(folder.glob("nli.*.gz")):
        if not any(part in path.name for part in left_out):
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)


def _of_students(folder: Path) -> Iterator[Pair]:
    """Yield answers of students with the reference: each as the text, and as the statement."""
    with (
        (folder / "grading.csv").open(encoding="utf-8", newline="") as answers,
        (folder / "grading_extra.csv").open(encoding="utf-8", newline="") as labels,
    ):
        for row, extra in zip(csv.DictReader(answers), csv.DictReader(labels), strict=True):
            label = STUDENTS.get(extra["label_5way"] or extra["label_3way"])
            if extra["split"] == "train" and label is not None:
                reference, answer = row["reference_answer"], row["student_answer"]
                yield Pair(answer, reference, label, folder.name, 0.7)
                if label in (CONTRADICTION, NEUTRAL):
                    yield Pair(reference, answer, label, folder.name, 0.7)


def _of_claims(path: Path) -> Iterator[Pair]:
    """Yield claims of science with the sentences that support or contradict them."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = ENTAILMENT if row["label"] == "supported" else CONTRADICTION
            yield Pair(row["evidence"], row["claim"], label, "scifact")
