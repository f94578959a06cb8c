"""Fits ragprep/retrieve/fitted.json on eval/retrieval.dev.jsonl: `python eval/fit.py [--write]`.

Fusion: the weights of a listwise softmax (Cao et al. 2007, ListNet's top-one loss) over each
query's candidates, not negative, chosen by five-fold cross-validation over clusters of entries:
queries whose answers share an entry are in one fold, so no entry is fitted and scored at once.
Calibration: logistic regression of "this entry answers" on the fused score of the first hit,
over answerable and unanswerable queries, on scores from the folds that did not fit them. The
operating point keeps 95% of the answerable queries. The test queries are never read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ragprep import Prep
from ragprep.config import load_config
from ragprep.measure.judgments import JudgedQuery, read_queries
from ragprep.measure.metrics import METRICS, auroc, rejected_at_kept, score_rankings
from ragprep.retrieve.calibrate import INPUTS, inputs
from ragprep.retrieve.embed import open_embedder, read_info
from ragprep.retrieve.encoders import encoder_folder
from ragprep.retrieve.fuse import FEATURES, fitted
from ragprep.retrieve.hybrid import HybridRetriever
from ragprep.retrieve.store import read_index
from ragprep.service import clean_query

HERE = Path(__file__).parent
TARGET = HERE.parent / "ragprep" / "retrieve" / "fitted.json"
FOLDS = 5
PENALTY = 1e-4
KEPT = 0.95
COMBINATIONS = (
    ("entry",),
    ("best",),
    ("best3",),
    ("lexical",),
    ("best3", "lexical"),
    ("entry", "lexical"),
    ("best3", "entry", "lexical"),
    ("best", "best3", "entry", "lexical"),
)
CHOSEN = ("best3", "lexical")
CALIBRATED_ON = ("score",)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A query with its candidates: features (n, len(FEATURES)), labels and grades (n,)."""

    query: JudgedQuery
    features: Floats
    labels: tuple[str, ...]
    grades: Floats
    fold: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace fitted.json")
    arguments = parser.parse_args()
    cases = gather(HERE / "retrieval.dev.jsonl")
    answerable = [case for case in cases if case.query.answerable]
    print(f"{len(answerable)} answerable, {len(cases) - len(answerable)} unanswerable queries")
    print("cross-validated:", *METRICS)
    for names in COMBINATIONS:
        scores = cross_validated(cases, names)
        held_out = [scores[case.query.id] for case in answerable]
        rankings = [
            [case.labels[i] for i in np.argsort(-s, kind="stable")[:10]]
            for case, s in zip(answerable, held_out, strict=True)
        ]
        figures = score_rankings(rankings, [case.query.gold for case in answerable]).mean(axis=0)
        weights = fit_fusion(answerable, names)
        print(f"{' + '.join(names):32}", figures.round(3), weights.round(2))
    fusion = dict(zip(CHOSEN, fit_fusion(answerable, CHOSEN).round(3).tolist(), strict=True))
    calibration, covered_at = calibrate(cases, cross_validated(cases, CHOSEN))
    fitted = {"fusion": fusion, "calibration": calibration, "covered_at": covered_at}
    print(json.dumps(fitted, indent=1))
    if arguments.write:
        TARGET.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def gather(path: Path) -> list[Case]:
    """Return the evidence that the shipped index has for each query."""
    config = load_config()
    Prep.open(config).search("is the index ready?")
    index = read_index(config.home)
    folder = encoder_folder(config.home, config.model)
    info = read_info(folder)
    assert info is not None
    encoder = open_embedder(folder, info)
    retriever = HybridRetriever(index, lambda text: encoder.embed([text], role="query")[0], fitted())
    queries = read_queries(path, labels=[entry.label for entry in index.entries])
    folds = assign_folds(queries)
    cases = []
    for query in queries:
        text = clean_query(query.query)
        found = retriever.gather(text)
        labels = tuple(index.entry(int(row)).label for row in found.rows)
        grades = np.array([query.gold.get(label, 0) for label in labels], dtype=float)
        cases.append(Case(query, found.features, labels, grades, folds[query.id]))
    return cases


def assign_folds(queries: Sequence[JudgedQuery]) -> dict[str, int]:
    """Deal clusters of entries to the folds; unanswerable queries one by one."""
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
    np.random.default_rng(0).shuffle(roots)
    fold_of = {name: place % FOLDS for place, name in enumerate(roots)}
    return {
        query.id: fold_of[root(answers[query.id][0])] if answers[query.id] else place % FOLDS
        for place, query in enumerate(queries)
    }


def fit_fusion(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    """Return the weights of the features `names` that make the answers most likely."""
    columns = [FEATURES.index(name) for name in names]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros(len(columns))
        for case in cases:
            features, relevant = case.features[:, columns], case.grades == 2
            if not relevant.any():
                continue  # no candidate answers it: nothing to learn from
            scores = features @ weights
            likely = np.exp(scores - scores.max())
            share = likely / likely.sum()
            right = np.where(relevant, likely, 0) / likely[relevant].sum()
            total -= np.log(share[relevant].sum())
            slope -= (right - share) @ features
        size = len(cases)
        return total / size + PENALTY * weights @ weights, slope / size + 2 * PENALTY * weights

    start = np.full(len(columns), 5.0)
    found = minimize(loss, start, jac=True, bounds=[(0, None)] * len(columns), method="L-BFGS-B")
    best: Floats = found.x
    return best


def cross_validated(cases: Sequence[Case], names: Sequence[str]) -> dict[str, Floats]:
    """Return each query's scores by the weights fitted on the other folds."""
    columns = [FEATURES.index(name) for name in names]
    scores: dict[str, Floats] = {}
    for fold in range(FOLDS):
        seen = [case for case in cases if case.fold != fold and case.query.answerable]
        weights = fit_fusion(seen, names)
        for case in cases:
            if case.fold == fold:
                scores[case.query.id] = case.features[:, columns] @ weights
    return scores


def calibrate(
    cases: Sequence[Case], scores: dict[str, Floats]
) -> tuple[dict[str, float], float]:
    """Return the regression's coefficients and the operating point, and print how they do."""
    columns = [INPUTS.index(name) for name in CALIBRATED_ON]
    rows, right, answerable = [], [], []
    for case in cases:
        first = int(np.argmax(scores[case.query.id]))
        rows.append(inputs(case.features, scores[case.query.id])[first, columns])
        right.append(case.grades[first] == 2)
        answerable.append(case.query.answerable)
    x = np.column_stack([np.ones(len(rows)), np.array(rows)])
    y, kept = np.array(right, dtype=float), np.array(answerable)

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        return float(np.mean(np.logaddexp(0, z) - y * z)), x.T @ (p - y) / len(y)

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    p = 1 / (1 + np.exp(-x @ w))
    covered_at = float(np.quantile(p[kept], 1 - KEPT))
    print(f"AUROC {auroc(p[kept], p[~kept]):.3f}, rejected at {KEPT:.0%} kept", end=" ")
    print(f"{rejected_at_kept(p[kept], p[~kept]):.3f}")
    names = ("bias", *CALIBRATED_ON)
    return dict(zip(names, w.round(4).tolist(), strict=True)), round(covered_at, 4)


if __name__ == "__main__":
    main()
