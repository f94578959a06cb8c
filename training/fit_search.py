"""Fits ragprep/search/fitted.json: `python -m training.fit_search [--write]`.

On eval/retrieval.dev.jsonl, twice: for an index with aliases, and for the same guide without them.

Fusion: the weights of a listwise softmax (Cao et al. 2007, ListNet's top-one loss) over each
query's candidates, not negative, chosen by five-fold cross-validation over clusters of entries:
queries whose answers share an entry are in one fold, so no entry is fitted and scored at once.
Calibration: logistic regression of "this entry answers" on the fused score of the first hit,
over answerable and unanswerable queries, on scores from the folds that did not fit them. With
aliases the operating point keeps 95% of the answerable queries; without, where a third of the
first hits are wrong and refusing those costs nobody an answer, it makes the fewest wrong calls.
The test queries are never read. retrieval.extra.jsonl is scored, and fitted to in no way.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ragprep import Prep
from ragprep.config import load_config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.evaluation.judgments import JudgedQuery, read_queries
from ragprep.evaluation.metrics import (
    METRICS,
    auroc,
    calibration_error,
    rejected_at_kept,
    reliability,
    score_rankings,
)
from ragprep.index.store import read_index
from ragprep.ingest.corpus import shipped_guides
from ragprep.search.fuse import FEATURES, FILE, Weights
from ragprep.search.hybrid import HybridRetriever
from ragprep.search.query import clean_query
from training.listwise import PENALTY, fit
from training.recipe import CORPUS, ROOT, recipe, write

QUERIES = ROOT / "eval" / "retrieval.dev.jsonl"
FOLDS = 5
SEED = 0
"""Of the folds."""
KEPT = 0.95
COMBINATIONS = (
    ("entry",),
    ("best",),
    ("best3",),
    ("bm25",),
    ("overlap",),
    ("best3", "bm25"),
    ("best3", "overlap"),
    ("best3", "entry", "overlap"),
    ("alias3",),
    ("alias3", "best3"),
    ("alias3", "overlap"),
    ("alias3", "best3", "overlap"),
    ("alias3", "best3", "entry", "overlap"),
)
CHOSEN = {"plain": ("best3", "entry", "overlap"), "aliases": ("alias3", "best3", "overlap")}
CALIBRATED_ON = {
    "plain": ("best3", "overlap"),
    "aliases": ("alias3", "best3", "overlap", "idf_coverage", "oos_margin"),
}
ENTRY_SHARE = 0.5
"""Without aliases the whole entry weighs half of `best3`. Dev alone gives it nothing, and loses
0.003 nDCG@10 by it (docs/why.md), but on StackFAQ pairs the whole entry is what ranks best."""

OVERLAP_CAP = 0.25
"""The weight of `overlap` is at most this share of the cosines' weights together. Fitted freely
it is twice to three times that, which dev does not notice (nDCG@10 within 0.002 from 0.25 to
0.7), but which costs misspelled queries, and StackFAQ, another corpus, 0.019 against 0.001."""

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
    results: dict[str, Any] = {}
    measured: dict[str, float] = {}
    for kind in CHOSEN:
        results[kind], figures = fit_kind(kind)
        measured |= {f"{kind}: {name}": value for name, value in figures.items()}
        print(json.dumps(results[kind]))
    if arguments.write:
        used = recipe(
            "training/fit_search.py",
            [QUERIES, *CORPUS],
            encoder=shipped_info().fingerprint,
            seed=SEED,
            packages=("numpy", "scipy", "onnxruntime"),
            measured=measured,
        )
        write(FILE, results, used)


def fit_kind(kind: str) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the weights for an index with aliases or without, and held-out figures."""
    cases = gather(QUERIES, aliases=kind == "aliases")
    answerable = [case for case in cases if case.query.answerable]
    print(f"\n{kind}: {len(answerable)} answerable, {len(cases) - len(answerable)} not")
    print("cross-validated:", *METRICS)
    for names in COMBINATIONS:
        if kind == "aliases" or "alias3" not in names:
            figures = held_out_figures(cases, names)
            print(f"{' + '.join(names):38}", figures.round(3), fit_fusion(answerable, names))
    chosen = CHOSEN[kind]
    weights = capped(chosen, fit_fusion(answerable, chosen))
    scores = cross_validated(cases, chosen)
    calibration, covered_at, measured = calibrate(cases, scores, CALIBRATED_ON[kind])
    if kind == "plain":
        covered_at = fewest_errors(cases, scores, CALIBRATED_ON[kind])
    figures = held_out_figures(cases, chosen)
    measured |= dict(zip(METRICS, figures.tolist(), strict=True))
    fusion = dict(zip(chosen, weights.round(3).tolist(), strict=True))
    return {"fusion": fusion, "calibration": calibration, "covered_at": covered_at}, measured


def held_out_figures(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    """Return the mean of METRICS over the answerable queries, each scored by other folds."""
    scores = cross_validated(cases, names)
    answerable = [case for case in cases if case.query.answerable]
    rankings = [
        [case.labels[i] for i in np.argsort(-scores[case.query.id], kind="stable")[:10]]
        for case in answerable
    ]
    mean: Floats = score_rankings(rankings, [case.query.gold for case in answerable]).mean(axis=0)
    return mean


def capped(names: Sequence[str], weights: Floats) -> Floats:
    """Return `weights` with that of `overlap` held at `OVERLAP_CAP`."""
    if "overlap" not in names or len(names) == 1:
        return weights
    place = names.index("overlap")
    cosines = weights.sum() - weights[place]
    weights = weights.copy()
    if tuple(names) == CHOSEN["plain"]:
        weights[names.index("best3")] = cosines / (1 + ENTRY_SHARE)
        weights[names.index("entry")] = cosines * ENTRY_SHARE / (1 + ENTRY_SHARE)
    weights[place] = min(weights[place], OVERLAP_CAP * cosines)
    return weights


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
    np.random.default_rng(SEED).shuffle(roots)
    fold_of = {name: place % FOLDS for place, name in enumerate(roots)}
    return {
        query.id: fold_of[root(answers[query.id][0])] if answers[query.id] else place % FOLDS
        for place, query in enumerate(queries)
    }


def fit_fusion(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    """Return the weights of the features `names` that make the answers most likely."""
    columns = [FEATURES.index(name) for name in names]
    return fit([(case.features[:, columns], case.grades == 2) for case in cases])


def cross_validated(cases: Sequence[Case], names: Sequence[str]) -> dict[str, Floats]:
    """Return each query's scores by the weights fitted on the other folds."""
    columns = [FEATURES.index(name) for name in names]
    scores: dict[str, Floats] = {}
    for fold in range(FOLDS):
        seen = [case for case in cases if case.fold != fold and case.query.answerable]
        weights = capped(names, fit_fusion(seen, names))
        for case in cases:
            if case.fold == fold:
                scores[case.query.id] = case.features[:, columns] @ weights
    return scores


def first_hits(
    cases: Sequence[Case], scores: dict[str, Floats], names: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return the features of each query's first hit, 1 before them, and whether it answers."""
    columns = [FEATURES.index(name) for name in names]
    firsts = [int(np.argmax(scores[case.query.id])) for case in cases]
    x = np.array([case.features[i, columns] for case, i in zip(cases, firsts, strict=True)])
    y = np.array([case.grades[i] == 2 for case, i in zip(cases, firsts, strict=True)], dtype=float)
    return np.column_stack([np.ones(len(cases)), x]), y


def held_out_relevance(cases: Sequence[Case], x: Floats, y: Floats) -> Floats:
    """Return each query's relevance by the regression fitted on the other folds."""
    folds = np.array([case.fold for case in cases])
    held_out = np.zeros(len(cases))
    for fold in range(FOLDS):
        seen = folds != fold
        held_out[~seen] = logistic(x[~seen] @ fit_logistic(x[seen], y[seen]))
    return held_out


def fewest_errors(cases: Sequence[Case], scores: dict[str, Floats], names: Sequence[str]) -> float:
    """Return the relevance that best parts the right first hits from the unanswerable queries.

    Answerable queries with a wrong first hit count on neither side.
    """
    x, y = first_hits(cases, scores, names)
    held_out = held_out_relevance(cases, x, y)
    kept = np.array([case.query.answerable for case in cases])
    points = np.unique(held_out.round(2))
    errors = [(held_out[y == 1] < p).sum() + (held_out[~kept] >= p).sum() for p in points]
    return float(points[int(np.argmin(errors))])


def calibrate(
    cases: Sequence[Case], scores: dict[str, Floats], names: Sequence[str]
) -> tuple[dict[str, float], float, dict[str, float]]:
    """Return the regression's coefficients, the operating point, and held-out figures.

    The figures come from regressions that did not see the query's fold.
    """
    x, y = first_hits(cases, scores, names)
    held_out = held_out_relevance(cases, x, y)
    kept = np.array([case.query.answerable for case in cases])
    bins = reliability(held_out.tolist(), (y == 1).tolist())
    measured = {
        "auroc": auroc(held_out[kept], held_out[~kept]),
        f"rejected at {KEPT:.0%} kept": rejected_at_kept(held_out[kept], held_out[~kept]),
        "calibration error": calibration_error(bins),
    }
    print("held out:", {name: round(value, 3) for name, value in measured.items()})
    weights = fit_logistic(x, y)
    coefficients = dict(zip(("bias", *names), weights.round(4).tolist(), strict=True))
    covered_at = round(float(np.quantile(held_out[kept], 1 - KEPT)), 4)
    return coefficients, covered_at, measured


def fit_logistic(x: Floats, y: Floats) -> Floats:
    """Return the coefficients of a logistic regression of y (n,) on x (n, columns)."""

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        slope = x.T @ (logistic(z) - y) / len(y) + 2 * PENALTY * w
        return float(np.mean(np.logaddexp(0, z) - y * z) + PENALTY * w @ w), slope

    best: Floats = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return best


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


if __name__ == "__main__":
    main()
