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
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragprep.encoder.prepare import shipped_info
from ragprep.evaluation.metrics import (
    METRICS,
    auroc,
    calibration_error,
    rejected_at_kept,
    reliability,
    score_rankings,
)
from ragprep.search.fuse import FEATURES, FILE
from training.listwise import fit
from training.logistic import fit_logistic, logistic
from training.recipe import CORPUS, ROOT, recipe, write
from training.search_cases import FOLDS, SEED, Case, gather

QUERIES = ROOT / "eval" / "retrieval.dev.jsonl"
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


if __name__ == "__main__":
    main()
