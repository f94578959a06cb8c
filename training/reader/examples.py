"""Training examples: graded answers as points with probabilities of a status, and a score."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ragprep.ingest.corpus import read_guide
from ragprep.ingest.points import key_points
from training.recipe import ROOT

GUIDE = ROOT / "corpus" / "ai-ml-interview-guide.md"
FOLDER = ROOT / "training" / "reader"
ANSWERS, OTHERS, EXAMS, INJECTIONS, CHATTER = (
    FOLDER / f"{name}.jsonl" for name in ("answers", "others", "exams", "injections", "chatter")
)
DATA = (GUIDE, ANSWERS, OTHERS, EXAMS, INJECTIONS, CHATTER)

Probabilities = tuple[float, float, float, float]
"""Of covered, partial, missing, contradicted; they add up to 1."""

STATUSES = ("covered", "partial", "missing", "contradicted")
PROBABILITIES: dict[str, Probabilities] = {
    "covered": (1, 0, 0, 0),
    "partial": (0, 1, 0, 0),
    "missing": (0, 0, 1, 0),
    "contradicted": (0, 0, 0, 1),
}
FOLDS = 3
NEAR_DUPLICATES = (
    *("q2 q95", "q3 q76", "q4 q94", "q11 q13 q92 q99 q100", "q14 q93", "q20 q37", "q70 q78"),
    *("q71 q79 q83", "q36 q40", "q24 q26 q27 q66", "q16 q38", "q21 q28 q30", "q12 q18"),
)
"""Entries that say much the same: of a fold all or none, or an unseen entry would be half seen."""


@dataclass(frozen=True, slots=True)
class Example:
    """An answer with the grades that a person gave.

    Attributes:
        id: names it.
        group: the entry or question; a group is never split between training and test.
        question: that was answered.
        points: texts of what a full answer says.
        probabilities: of each point's status; None where it has no label.
        answer: the person's.
        score: 0 to 1; None where there is none.
        kind: what sort of answer it was written as ("excellent", "wrong"), "" if unknown.
    """

    id: str
    group: str
    question: str
    points: tuple[str, ...]
    probabilities: tuple[Probabilities | None, ...]
    answer: str
    score: float | None
    kind: str = ""


def guide_examples(answers: Path, guide: Path) -> list[Example]:
    """Return graded answers to the entries of a guide."""
    entries = {entry.label: entry for entry in read_guide(guide).entries}
    examples = []
    for line in answers.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        entry = entries[item["entry"]]
        points = [f"{p.heading}: {p.text}" if p.heading else p.text for p in key_points(entry)]
        status_of = {graded["point"]: PROBABILITIES[graded["status"]] for graded in item["points"]}
        probabilities = tuple(status_of[number] for number in range(1, len(points) + 1))
        examples.append(
            Example(
                id=item["id"],
                group=entry.label,
                question=entry.question,
                points=tuple(points),
                probabilities=probabilities,
                answer=item["answer"],
                score=item["score"],
                kind=item["kind"],
            )
        )
    return examples


def other_examples(file: Path) -> list[Example]:
    """Return graded answers to questions of other fields, which stand with their points."""
    return [
        Example(
            id=f"{item['id']}-{number}",
            group=item["id"],
            question=item["question"],
            points=tuple(item["points"]),
            probabilities=tuple(PROBABILITIES[status] for status in graded["points"]),
            answer=graded["answer"],
            score=graded["score"],
            kind=graded["kind"],
        )
        for item in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        for number, graded in enumerate(item["answers"], start=1)
    ]


def short_examples(file: Path) -> list[Example]:
    """Return graded answers to exam questions, which stand with a reference.

    Each of its sentences is a point. The point of a reference of one sentence has the status that
    the score implies; of a longer reference it is not known which point was missed.
    """
    examples = []
    for item in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        points = sentences(item["reference"])
        for number, graded in enumerate(item["answers"], start=1):
            probabilities = _implied(graded["score"], graded["kind"]) if len(points) == 1 else None
            examples.append(
                Example(
                    id=f"{item['id']}-{number}",
                    group=item["id"],
                    question=item["question"],
                    points=points,
                    probabilities=(probabilities,) * len(points),
                    answer=graded["answer"],
                    score=graded["score"],
                    kind=graded["kind"],
                )
            )
    return examples


def _implied(score: float, kind: str) -> Probabilities:
    if score >= 0.85:
        return PROBABILITIES["covered"]
    if score >= 0.25:
        return PROBABILITIES["partial"]
    return PROBABILITIES["contradicted" if kind in ("wrong", "mixed") else "missing"]


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a reference answer."""
    parts = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
    return tuple(part for part in parts if part) or (text,)


def verbatim(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """Return for each question some of its points word for word, and the question restated."""
    copies = []
    for example in {example.group: example for example in examples}.values():
        points = example.points
        chosen = sorted(rng.sample(range(len(points)), rng.randint(1, len(points))))
        probabilities = tuple(
            PROBABILITIES["covered" if i in chosen else "missing"] for i in range(len(points))
        )
        words = ". ".join(points[i] for i in chosen)
        score = 1.0 if len(chosen) == len(points) else None
        copies.append(replace(example, answer=words, probabilities=probabilities, score=score))
        nothing = (PROBABILITIES["missing"],) * len(points)
        copies.append(replace(example, answer=example.question, probabilities=nothing, score=0.0))
    return [example for example in copies if example.answer.strip()]


def with_distractors(
    examples: Sequence[Example], injections: Path, chatter: Path, rng: random.Random
) -> list[Example]:
    """Return answers with unrelated text before or after them, which changes no label.

    Injected instructions also stand alone, and cover nothing.
    """
    mixed = []
    for text in _texts(injections):
        example = rng.choice(examples)
        nothing = (PROBABILITIES["missing"],) * len(example.points)
        mixed.append(
            replace(example, answer=text, probabilities=nothing, score=0.0, kind="injection")
        )
    for text in (*_texts(injections), *_texts(chatter)):
        example = rng.choice(examples)
        first, then = (text, example.answer) if rng.random() < 0.3 else (example.answer, text)
        mixed.append(replace(example, answer=f"{first} {then}"))
    return mixed


def _texts(file: Path) -> list[str]:
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


def augmented(example: Example, others: Sequence[Example], rng: random.Random) -> Example:
    """Return `example` with its points in another order, or with some left out.

    In 8% of the draws the answer is replaced by one to another question, which covers nothing.
    """
    order = list(range(len(example.points)))
    rng.shuffle(order)
    if len(order) > 2 and rng.random() < 0.25:
        order = order[: rng.randint(2, len(order))]
    whole = len(order) == len(example.points)
    shuffled = replace(
        example,
        points=tuple(example.points[i] for i in order),
        probabilities=tuple(example.probabilities[i] for i in order),
        score=example.score if whole else None,
    )
    if rng.random() < 0.08:
        stranger = rng.choice(others)
        if stranger.group != example.group:
            nothing = (PROBABILITIES["missing"],) * len(order)
            return replace(shuffled, answer=stranger.answer, probabilities=nothing, score=0.0)
    return shuffled


def folds(labels: Iterable[str]) -> dict[str, int]:
    """Return the fold of each entry; near-duplicates share one."""
    clusters = [group.split() for group in NEAR_DUPLICATES]
    joined = {label for cluster in clusters for label in cluster}
    alone = sorted(set(labels) - joined, key=lambda label: int(label[1:]))
    clusters += [[label] for label in alone]
    return {label: i % FOLDS for i, cluster in enumerate(clusters) for label in cluster}
