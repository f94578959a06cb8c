"""What the weights of the search are fitted on: questions with candidates, of many guides.

A question that a guide covers is one that it does not once its entries are taken away; so each
covered question is a case twice. Questions far off are people's about anything.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder.info import EncoderInfo
from ragprep.index.snapshot import Snapshot
from ragprep.ingest.corpus import shipped_guides
from ragprep.protocols import Embedder, VectorStore
from ragprep.search.find import retriever_of
from ragprep.search.placement import whole_vectors
from ragprep.search.query import clean_query
from training.guides import GUIDES, entry_at
from training.recipe import ROOT

SHIPPED, PLAIN = "shipped", "shipped, no aliases"
OF_SHIPPED = {
    "typed": ROOT / "eval" / "retrieval.typed.dev.jsonl",
    "written": ROOT / "eval" / "retrieval.dev.jsonl",
}
"""Sets of questions on the shipped guide, in two styles: as people type, and in whole sentences
that often describe a situation."""
QUESTIONS = ROOT / "training" / "questions"
PER_GUIDE = 600
"""Questions of a guide that are taken, at most."""
FAR = 100
"""Questions far off, the same for every guide."""
ALIKE = 0.85
"""Cosine of whole entries from which on one is taken away with the other."""
SEED = 0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question with its candidates.

    Attributes:
        guide: a name of `training.guides.GUIDES`; or `SHIPPED` or `PLAIN`, with the style of the
            questions behind it.
        kind: "covered", "near" (of the guide's subject, not covered), "taken" (covered, its
            entries taken away) or "far".
        features: (n, len(fuse.FEATURES)).
        grades: (n,), 2 where the entry answers, 1 where it does in part.
    """

    guide: str
    kind: str
    features: Floats
    grades: Floats

    @property
    def covered(self) -> bool:
        """Whether an entry answers."""
        return self.kind == "covered"


@dataclass(frozen=True)
class Question:
    """A question, the grades of the entries by id, and whether it is far off."""

    text: str
    gold: dict[str, int]
    far: bool = False


def gather(data: Path, encoder: tuple[EncoderInfo, Embedder]) -> list[Case]:
    """Return the cases of all guides; `data` has `guides/` and `human/` (training/README.md)."""
    far = [Question(text, {}, far=True) for text in _far(data / "human")]
    cases: list[Case] = []
    for guide in (SHIPPED, PLAIN, *GUIDES):
        with tempfile.TemporaryDirectory() as folder:
            prep = Prep(Config(home=Path(folder) / "home", llm="none"), encoder=encoder)
            prep.build(_paths(guide, data / "guides", Path(folder)))
            snapshot = prep.snapshot()
            for name, questions in _questions(guide, snapshot.index).items():
                drawn = random.Random(SEED).sample(questions, min(PER_GUIDE, len(questions)))
                cases += _cases(name, [*drawn, *far], snapshot)
                print(f"{name}: {sum(case.guide == name for case in cases)} cases", flush=True)
    return cases


def _far(human: Path) -> list[str]:
    path = human / "query_wellformedness" / "questions.train.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        every = [row["question"] for row in csv.DictReader(file, delimiter="\t")]
    return random.Random(SEED).sample(every, FAR)


def _paths(guide: str, guides: Path, folder: Path) -> list[Path | str]:
    if guide == SHIPPED:
        return ["shipped"]
    if guide == PLAIN:
        return [Path(shutil.copy(path, folder)) for path in shipped_guides()]
    name, files = GUIDES[guide]
    return [guides / name / file for file in files]


def _questions(guide: str, index: VectorStore) -> dict[str, list[Question]]:
    """Return the questions on a guide, by set."""
    if guide in GUIDES:
        place = entry_at(index.entries, GUIDES[guide][1])
        return {guide: _read(QUESTIONS / f"{guide}.jsonl", place)}
    place = {entry.label: entry.id for entry in index.entries}
    return {f"{guide}, {style}": _read(path, place) for style, path in OF_SHIPPED.items()}


def _read(path: Path, place: dict[str, str]) -> list[Question]:
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels = {
            label.lower() if label not in place else label: g for label, g in row["gold"].items()
        }
        gold = {place[key]: grade for key, grade in labels.items() if key in place}
        if len(gold) == len(row["gold"]):
            questions.append(Question(row["query"], gold))
    return questions


def _cases(guide: str, questions: Sequence[Question], snapshot: Snapshot) -> Iterator[Case]:
    index, retriever = snapshot.index, retriever_of(snapshot)
    wholes = whole_vectors(index)
    for question in questions:
        text = clean_query(question.text)
        gathered = retriever.gather(text)
        ids = [index.entry_id(int(row)) for row in gathered.rows]
        grades = np.array([question.gold.get(i, 0) for i in ids], dtype=float)
        covered = 2 in question.gold.values()
        if question.gold and not covered:
            continue  # answered in part: neither
        kind = "covered" if covered else "far" if question.far else "near"
        yield Case(guide, kind, gathered.features, grades)
        if covered:
            answering = wholes[gathered.rows[grades > 0]]
            alike = (wholes[gathered.rows] @ answering.T).max(axis=1, initial=-1.0)
            left = (grades == 0) & (alike < ALIKE)
            if left.any():
                yield Case(guide, "taken", gathered.features[left], grades[left])
