"""What the weights of the search are fitted on: queries with candidates, assigned to folds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import load_config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.evaluation.judgments import JudgedQuery, read_queries
from ragprep.index.store import read_index
from ragprep.ingest.corpus import shipped_guides
from ragprep.search.fuse import Weights
from ragprep.search.hybrid import HybridRetriever
from ragprep.search.query import clean_query

FOLDS = 5
SEED = 0
"""Of the folds."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A query with its candidates: features (n, len(FEATURES)), labels and grades (n,)."""

    query: JudgedQuery
    features: Floats
    labels: tuple[str, ...]
    grades: Floats
    fold: int


def gather(path: Path, *, aliases: bool) -> list[Case]:
    """Return the evidence that an index of the shipped guide has for each query."""
    config = load_config()
    with tempfile.TemporaryDirectory() as folder:
        guides: list[Path | str] = ["shipped"]
        if not aliases:
            guides = [Path(shutil.copy(guide, folder)) for guide in shipped_guides()]
            config = replace(config, home=Path(folder) / "home")
        prep = Prep.open(config)
        prep.build(guides)
        index = read_index(config.home)
    assert index.is_well_aliased is aliases
    encoder = open_embedder(SHIPPED, shipped_info())
    nothing = Weights({}, {}, 0.0)
    retriever = HybridRetriever(index, lambda text: encoder.embed([text], role="query")[0], nothing)
    queries = read_queries(path, labels=[entry.label for entry in index.entries])
    folds = assign_folds(queries)
    cases = []
    for query in queries:
        text = clean_query(query.query)
        gathered = retriever.gather(text)
        labels = tuple(index.entry(int(row)).label for row in gathered.rows)
        grades = np.array([query.gold.get(label, 0) for label in labels], dtype=float)
        cases.append(Case(query, gathered.features, labels, grades, folds[query.id]))
    return cases


def assign_folds(queries: Sequence[JudgedQuery]) -> dict[str, int]:
    """Assign clusters of entries to folds, and unanswerable queries one by one."""
    cluster: dict[str, str] = {}

    def root(label: str) -> str:
        while cluster.setdefault(label, label) != label:
            label = cluster[label]
        return label

    answers = {q.id: [label for label, grade in q.gold.items() if grade == 2] for q in queries}
    for labels in answers.values():
        for label in labels[1:]:
            cluster[root(label)] = root(labels[0])
    roots = sorted({root(labels[0]) for labels in answers.values() if labels})
    np.random.default_rng(SEED).shuffle(roots)
    fold_of = {name: place % FOLDS for place, name in enumerate(roots)}
    return {
        query.id: fold_of[root(answers[query.id][0])] if answers[query.id] else place % FOLDS
        for place, query in enumerate(queries)
    }
