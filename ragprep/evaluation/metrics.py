"""Figures from rankings and relevances as pure functions: ranking, coverage, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from ragprep.errors import EvaluationError

METRICS = ("s_at_1", "r_at_5", "mrr_at_10", "ndcg_at_10")
DEPTH = 10
"""How many hits of a ranking the metrics look at; a system should return as many."""

KEPT_PERCENT = 95
BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of a reliability table.

    Attributes:
        low: relevances from here ...
        high: ... to below here, or to 1 in the last bin.
        n: queries in the bin, at least 1.
        relevance: their mean relevance.
        relevant: the share of them whose first hit is relevant.
    """

    low: float
    high: float
    n: int
    relevance: float
    relevant: float


def require_measures() -> None:
    """See that ir_measures can be found, before anything is measured for it.

    Raises:
        EvaluationError: it is not installed.
    """
    if find_spec("ir_measures") is None:
        raise EvaluationError(
            "Rankings are measured by ir-measures, which is not installed.",
            remedy='Run `pip install ".[eval]"` in the checkout of ragprep.',
        )


def relevant_labels(gold: Mapping[str, int]) -> frozenset[str]:
    """Return the labels that count as relevant where a metric knows only yes and no.

    Those with grade 2 or more if the query has any, else those with grade 1: "answers
    directly" counts, "clearly related" does not, and data judged with 0 and 1 alone works.
    """
    least = 2 if max(gold.values(), default=0) >= 2 else 1
    return frozenset(label for label, grade in gold.items() if grade >= least)


def score_rankings(rankings: Sequence[Sequence[str]], golds: Sequence[Mapping[str, int]]) -> Floats:
    """Return float64 (n, 4): the `METRICS` of each query, 0 to 1, higher is better.

    S@1 (a relevant first hit), R@5 and MRR@10 use `relevant_labels`; nDCG@10 uses all grades,
    with gain 2^grade - 1 (Burges et al., Learning to Rank using Gradient Descent, ICML 2005)
    and discount log2(rank + 1) (Järvelin and Kekäläinen, TOIS 20(4), 2002).

    Args:
        rankings: labels, best first, none twice; those after the tenth are not looked at.
        golds: of the same queries; each with a grade above 0.
    """
    from ir_measures import RR, R, Success, iter_calc, nDCG

    assert all(len(set(ranking)) == len(ranking) for ranking in rankings), "a label twice"
    assert all(relevant_labels(gold) for gold in golds), "a query without a relevant label"
    # trec_eval sorts by score and ignores the order given, so ranks become scores.
    run = {
        str(row): {label: float(DEPTH - rank) for rank, label in enumerate(ranking[:DEPTH])}
        for row, ranking in enumerate(rankings)
    }
    relevant = {str(row): dict.fromkeys(relevant_labels(gold), 1) for row, gold in enumerate(golds)}
    # The gain of trec_eval's nDCG is the grade itself, so the grades are mapped beforehand.
    gains = {
        str(row): {label: 2**grade - 1 for label, grade in gold.items()}
        for row, gold in enumerate(golds)
    }
    columns = {Success @ 1: 0, R @ 5: 1, RR @ 10: 2}
    scores = np.zeros((len(rankings), len(METRICS)))
    for metric in iter_calc(list(columns), relevant, run):
        scores[int(metric.query_id), columns[metric.measure]] = metric.value
    for metric in iter_calc([nDCG @ 10], gains, run):
        scores[int(metric.query_id), 3] = metric.value
    return scores


def auroc(answerable: Floats, unanswerable: Floats) -> float:
    """Return the chance that an answerable query outscores an unanswerable one, ties half.

    This is the area under the ROC curve (Hanley and McNeil, Radiology 143(1), 1982).
    """
    return float(
        auroc_of_resamples(answerable, unanswerable, _once(answerable), _once(unanswerable))[0]
    )


def rejected_at_kept(answerable: Floats, unanswerable: Floats) -> float:
    """Return the share of unanswerable queries below the threshold that keeps the answerable.

    The threshold is the largest that at least 95% of the answerable queries reach.
    """
    return float(
        rejected_of_resamples(answerable, unanswerable, _once(answerable), _once(unanswerable))[0]
    )


def auroc_of_resamples(
    answerable: Floats, unanswerable: Floats, kept: Floats, left: Floats
) -> Floats:
    """Return float64 (resamples,): `auroc` with each query counted as often as it was drawn.

    Args:
        answerable: (n,) relevance of the first hit.
        unanswerable: (m,) the same.
        kept: (resamples, n) how often each answerable query was drawn.
        left: (resamples, m) how often each unanswerable query was drawn.
    """
    order = np.argsort(unanswerable)
    below = _running_total(left[:, order])
    first = np.searchsorted(unanswerable[order], answerable, side="left")
    last = np.searchsorted(unanswerable[order], answerable, side="right")
    wins = (kept * (below[:, first] + below[:, last]) / 2).sum(axis=1)
    return np.asarray(wins / (kept.sum(axis=1) * left.sum(axis=1)))


def rejected_of_resamples(
    answerable: Floats, unanswerable: Floats, kept: Floats, left: Floats
) -> Floats:
    """Return float64 (resamples,): `rejected_at_kept`; arguments as `auroc_of_resamples`."""
    order = np.argsort(answerable)
    may_fall = len(answerable) * (100 - KEPT_PERCENT) // 100
    lowest_kept = np.argmax(np.cumsum(kept[:, order], axis=1) > may_fall, axis=1)
    thresholds = answerable[order][lowest_kept]
    order = np.argsort(unanswerable)
    below = np.searchsorted(unanswerable[order], thresholds, side="left")
    rejected = _running_total(left[:, order])[np.arange(len(left)), below]
    return np.asarray(rejected / left.sum(axis=1))


def reliability(relevances: Sequence[float], relevant: Sequence[bool]) -> list[Bin]:
    """Return how often hits of like relevance are relevant, by rising relevance.

    Ten bins of equal width, empty ones left out (Guo et al., On Calibration of Modern Neural
    Networks, ICML 2017, section 2).

    Args:
        relevances: of the first hits, 0 to 1.
        relevant: whether each of them is.
    """
    stated, true = np.asarray(relevances, dtype=float), np.asarray(relevant, dtype=float)
    places = np.clip((stated * BINS).astype(int), 0, BINS - 1)
    bins = []
    for place in range(BINS):
        inside = places == place
        if inside.any():
            means = float(stated[inside].mean()), float(true[inside].mean())
            bins.append(Bin(place / BINS, (place + 1) / BINS, int(inside.sum()), *means))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error, 0 (best) to 1 (Guo et al. 2017, equation 3)."""
    total = sum(row.n for row in bins)
    return sum(row.n * abs(row.relevance - row.relevant) for row in bins) / total


def _once(values: Floats) -> Floats:
    return np.ones((1, len(values)))


def _running_total(counts: Floats) -> Floats:
    """Return (resamples, m + 1): in column j the sum of the first j counts."""
    return np.concatenate([np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)], axis=1)
