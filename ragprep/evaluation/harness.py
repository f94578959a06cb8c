"""Runs systems over judged queries, sums up what they found and compares them; prints nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ragprep.evaluation.judgments import JudgedQuery
from ragprep.evaluation.metrics import (
    METRICS,
    Bin,
    Floats,
    auroc,
    auroc_of_resamples,
    calibration_error,
    rejected_at_kept,
    rejected_of_resamples,
    reliability,
    require_measures,
    score_rankings,
)
from ragprep.evaluation.outcomes import Outcome, System, run_system
from ragprep.evaluation.significance import holm, interval, mean_interval, paired_p_value
from ragprep.protocols import Progress


@dataclass(frozen=True, slots=True)
class Figure:
    """A number over queries, and its 95% bootstrap interval."""

    value: float
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over some queries of one system; a query that failed is in `errors` alone.

    Attributes:
        n: answerable queries that ran, the base of the ranking metrics.
        n_unanswerable: unanswerable queries that ran.
        errors: queries that failed.
        figures: `METRICS` where n > 0; where there are queries for them also
            auroc_unanswerable, rejected_at_95_kept, covered_refused (share of the answerable
            the system calls not covered) and uncovered_refused (of the unanswerable).
    """

    n: int
    n_unanswerable: int
    errors: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against the default one, over the answerable queries that both ran.

    Attributes:
        n: number of those queries.
        difference: metric -> the system's mean minus the default's; below 0 the default is better.
        p_value: metric -> paired randomisation test, Holm-corrected for the number of systems.
    """

    n: int
    difference: Mapping[str, float]
    p_value: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """A query that a system could not run."""

    id: str
    system: str
    message: str


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Everything `ragprep eval retrieval` says.

    Attributes:
        default: name of the system that people use.
        overall: all queries, default system.
        by_style: style -> its queries, default system, in the file's order. Coverage figures
            compare the style's unanswerable queries with the answerable ones of all styles.
        systems: system -> all queries, the default among them.
        against_default: every other system -> how it compares.
        reliability: of the default system's first hits, unanswerable queries included.
        calibration_error: of that table; None where there is none.
        errors: system by system, in the file's order.
        runs: system -> outcome of each query, in the file's order.
    """

    default: str
    overall: Summary
    by_style: Mapping[str, Summary]
    systems: Mapping[str, Summary]
    against_default: Mapping[str, Comparison]
    reliability: tuple[Bin, ...]
    calibration_error: float | None
    errors: tuple[Failure, ...]
    runs: Mapping[str, tuple[Outcome, ...]]


def evaluate(
    systems: Mapping[str, System],
    queries: Sequence[JudgedQuery],
    *,
    default: str,
    progress: Progress | None = None,
) -> RetrievalReport:
    """Run every system over every query and compare them.

    Args:
        systems: name -> system.
        queries: with ids that differ.
        default: the system, among `systems`, to report on in detail and to compare with.
        progress: called after each query with the system's name.

    Raises:
        IndexFault: a system's index cannot be used.
        ModelError: a system's model cannot be used.
        EvaluationError: ir_measures is not installed.
    """
    require_measures()
    runs = {name: run_system(name, system, queries, progress) for name, system in systems.items()}
    return summarise(runs, default=default)


def summarise(runs: Mapping[str, tuple[Outcome, ...]], *, default: str) -> RetrievalReport:
    """Return the report on systems that have run: name -> outcome of each query, ids unique."""
    scores = {name: _scores(outcomes) for name, outcomes in runs.items()}
    chosen = runs[default]
    summaries = {name: _summary(runs[name], runs[name], scores[name]) for name in runs}
    styles = dict.fromkeys(o.query.style for o in chosen if o.query.style)
    bins = _reliability(chosen)
    return RetrievalReport(
        default=default,
        overall=summaries[default],
        by_style={
            style: _summary([o for o in chosen if o.query.style == style], chosen, scores[default])
            for style in styles
        },
        systems=summaries,
        against_default=_compare(scores, default),
        reliability=bins,
        calibration_error=calibration_error(bins) if bins else None,
        errors=tuple(
            Failure(outcome.query.id, name, outcome.error)
            for name, outcomes in runs.items()
            for outcome in outcomes
            if outcome.error
        ),
        runs=runs,
    )


def _scores(outcomes: Sequence[Outcome]) -> dict[str, Floats]:
    """Return id -> float64 (4,), the METRICS, of each answerable query that ran."""
    ran = [outcome for outcome in outcomes if outcome.query.answerable and not outcome.error]
    scored = score_rankings([o.ranking for o in ran], [o.query.gold for o in ran])
    return {outcome.query.id: row for outcome, row in zip(ran, scored, strict=True)}


def _summary(
    outcomes: Sequence[Outcome], everything: Sequence[Outcome], scores: Mapping[str, Floats]
) -> Summary:
    """Sum up `outcomes`; the answerable ones of `everything` serve the coverage figures."""
    ran = [outcome for outcome in outcomes if not outcome.error]
    answerable = [outcome for outcome in ran if outcome.query.answerable]
    unanswerable = [outcome for outcome in ran if not outcome.query.answerable]
    figures: dict[str, Figure] = {}
    if answerable:
        values = np.array([scores[outcome.query.id] for outcome in answerable])
        ends = mean_interval(values)
        for column, metric in enumerate(METRICS):
            figures[metric] = Figure(float(values[:, column].mean()), _pair(ends[:, column]))
    compared = [o for o in everything if o.query.answerable and not o.error]
    figures |= _coverage(compared, unanswerable)
    for name, group in (("covered_refused", answerable), ("uncovered_refused", unanswerable)):
        verdicts = [outcome.covered for outcome in group if outcome.covered is not None]
        if verdicts:
            refused = np.array([[not covered] for covered in verdicts], dtype=float)
            figures[name] = Figure(float(refused.mean()), _pair(mean_interval(refused)[:, 0]))
    return Summary(len(answerable), len(unanswerable), len(outcomes) - len(ran), figures)


def _coverage(answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> dict[str, Figure]:
    kept = np.array([outcome.relevance for outcome in answerable])
    left = np.array([outcome.relevance for outcome in unanswerable])
    if not len(kept) or not len(left) or np.isnan(kept).any() or np.isnan(left).any():
        return {}
    ends = interval(
        lambda kept_draws, left_draws: np.stack(
            [
                auroc_of_resamples(kept, left, kept_draws, left_draws),
                rejected_of_resamples(kept, left, kept_draws, left_draws),
            ],
            axis=1,
        ),
        len(kept),
        len(left),
    )
    return {
        "auroc_unanswerable": Figure(auroc(kept, left), _pair(ends[:, 0])),
        "rejected_at_95_kept": Figure(rejected_at_kept(kept, left), _pair(ends[:, 1])),
    }


def _compare(scores: Mapping[str, Mapping[str, Floats]], default: str) -> dict[str, Comparison]:
    others: dict[str, Floats] = {}
    for name in scores:
        shared = [query for query in scores[default] if query in scores[name]]
        if name != default and shared:
            others[name] = np.array([scores[name][q] - scores[default][q] for q in shared])
    corrected = [
        holm([paired_p_value(gaps[:, column]) for gaps in others.values()])
        for column in range(len(METRICS))
    ]
    return {
        name: Comparison(
            n=len(gaps),
            difference=dict(zip(METRICS, (float(mean) for mean in gaps.mean(axis=0)), strict=True)),
            p_value={metric: corrected[column][place] for column, metric in enumerate(METRICS)},
        )
        for place, (name, gaps) in enumerate(others.items())
    }


def _reliability(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
    ran = [outcome for outcome in outcomes if not outcome.error]
    if any(math.isnan(outcome.relevance) for outcome in ran):
        return ()
    return tuple(reliability([o.relevance for o in ran], [o.first_is_relevant for o in ran]))


def _pair(ends: Floats) -> tuple[float, float]:
    return float(ends[0]), float(ends[1])
