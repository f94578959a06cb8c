"""How well grades agree with people's: correlations, errors, bands, statuses; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ragprep.errors import EvaluationError, RagprepError
from ragprep.evaluation.contradicted import (
    Contradicted,
    RightAndWrong,
    contradicted,
    right_and_wrong,
)
from ragprep.evaluation.graded import GradedAnswer
from ragprep.evaluation.harness import Figure
from ragprep.evaluation.significance import Floats, interval
from ragprep.evaluation.style import style_pearson
from ragprep.protocols import Progress
from ragprep.types.grade import Grade, PointStatus
from ragprep.types.guide import Entry

BANDS = 5
KEYS = ("pearson", "spearman", "rmse", "rmse_calibrated", "qwk")
STATUSES = tuple(PointStatus)


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind or band.

    Attributes:
        name: of the kind, or the band's scores by people ("0.2 to 0.4").
        n: how many.
        score: their mean score.
        truth: the mean of people's.
        error: mean absolute error.
        bias: mean of score minus truth.
    """

    name: str
    n: int
    score: float
    truth: float
    error: float
    bias: float


@dataclass(frozen=True, slots=True)
class GradingReport:
    """What `evaluate_grading` measured.

    Attributes:
        n: answers graded.
        figures: by key of `KEYS`; those without a value are left out.
        style: Pearson correlation that style alone reaches; None where it has no value.
        slope: of the line from score to people's, and its `intercept`.
        intercept: see `slope`.
        bands: by people's score, empty ones left out.
        kinds: by kind, if the file says any.
        right_and_wrong: what right and wrong answers get.
        n_statuses: points that people gave a status.
        status_accuracy: share of them that got the same; None if there are none.
        confusion: people's status -> ours -> how many.
        contradicted: precision and recall of that status.
        unmatched: points that the file names and no entry has.
        errors: answers that could not be graded: id and message; not in any figure.
    """

    n: int
    figures: Mapping[str, Figure]
    style: float | None
    slope: float
    intercept: float
    bands: tuple[Group, ...]
    kinds: tuple[Group, ...]
    right_and_wrong: RightAndWrong
    n_statuses: int
    status_accuracy: float | None
    confusion: Mapping[str, Mapping[str, int]]
    contradicted: Contradicted
    unmatched: int
    errors: tuple[tuple[str, str], ...]


def evaluate_grading(
    answers: Sequence[GradedAnswer],
    grade: Callable[[Entry | None, str, str], Grade],
    *,
    progress: Progress | None = None,
) -> GradingReport:
    """Grade every answer and compare with people.

    Args:
        answers: at least one.
        grade: called with the foreign entry or None, the entry's name, and the answer.
        progress: told while it goes on.

    Raises:
        EvaluationError: no answer could be graded.
    """
    graded: list[tuple[GradedAnswer, Grade]] = []
    errors: list[tuple[str, str]] = []
    for done, answer in enumerate(answers, start=1):
        try:
            graded.append((answer, grade(answer.entry, answer.ref, answer.answer)))
        except RagprepError as exc:
            errors.append((answer.id, str(exc)))
        if progress is not None:
            progress("grading", done, len(answers))
    if not graded:
        raise EvaluationError(
            f"No answer could be graded; the first: {errors[0][1]}", remedy="Fix that first."
        )
    return _report(graded, errors)


def calibrated(
    grade: Callable[[Entry | None, str, str], Grade], slope: float, intercept: float
) -> Callable[[Entry | None, str, str], Grade]:
    """Return `grade` with its scores on a line to people's, of scores 0 to 1.

    Raises:
        EvaluationError: the line does not rise.
    """
    if slope <= 0:
        raise EvaluationError(
            "In the answers to calibrate by, people's scores do not rise with ours.",
            remedy="Give more of them, right and wrong ones.",
        )

    def on_line(entry: Entry | None, ref: str, answer: str) -> Grade:
        result = grade(entry, ref, answer)
        score = round(100 * (slope * result.score / 100 + intercept))
        return replace(result, score=min(100, max(0, score)))

    return on_line


def _report(
    graded: Sequence[tuple[GradedAnswer, Grade]], errors: Sequence[tuple[str, str]]
) -> GradingReport:
    truth = np.array([answer.score for answer, _ in graded])
    scores = np.array([grade.score / 100 for _, grade in graded])
    slope, intercept = line(scores, truth)
    pairs = [
        (status, point.status)
        for answer, grade in graded
        for status, point in zip(answer.statuses, grade.points, strict=bool(answer.statuses))
        if status is not None
    ]
    confusion: dict[str, dict[str, int]] = {
        s.value: {t.value: pairs.count((s, t)) for t in STATUSES} for s in STATUSES
    }
    right = sum(confusion[s][s] for s in STATUSES)
    texts = [answer.answer for answer, _ in graded]
    entries = [answer.ref.casefold() for answer, _ in graded]
    kinds = np.array([answer.kind for answer, _ in graded])
    named = sorted(set(kinds.tolist()) - {""})
    of_band = band(truth)
    return GradingReport(
        n=len(graded),
        figures=agreement(scores, truth),
        style=style_pearson(texts, truth, entries),
        slope=slope,
        intercept=intercept,
        bands=tuple(
            _group(f"{b / BANDS:.1f} to {(b + 1) / BANDS:.1f}", scores, truth, of_band == b)
            for b in range(BANDS)
            if (of_band == b).any()
        ),
        kinds=tuple(_group(kind, scores, truth, kinds == kind) for kind in named),
        right_and_wrong=right_and_wrong([(a.score, grade) for a, grade in graded]),
        n_statuses=len(pairs),
        status_accuracy=right / len(pairs) if pairs else None,
        confusion=confusion,
        contradicted=contradicted(confusion),
        unmatched=sum(answer.unmatched for answer, _ in graded),
        errors=tuple(errors),
    )


def agreement(scores: Floats, truth: Floats) -> dict[str, Figure]:
    """Return each of `KEYS` with its 95% bootstrap interval over answers.

    Ranks and bands are those of the whole set, not computed again in each resample. What has no
    value (a correlation of constants) is left out.
    """
    ranked = ranks(scores), ranks(truth)
    table = np.zeros((len(scores), BANDS, BANDS))
    table[np.arange(len(scores)), band(truth), band(scores)] = 1

    def all_of(draws: Floats) -> Floats:
        r = _pearson(draws, scores, truth)
        spread = np.sqrt(np.maximum(_variance(draws, truth), 0))
        confusions = np.tensordot(draws, table, axes=1)
        return np.column_stack(
            [
                r,
                _pearson(draws, *ranked),
                np.sqrt(draws @ (scores - truth) ** 2 / len(scores)),
                spread * np.sqrt(np.maximum(1 - np.nan_to_num(r) ** 2, 0)),
                _kappa(confusions),
            ]
        )

    values = all_of(np.ones((1, len(scores))))[0]
    ends = interval(lambda draws: np.nan_to_num(all_of(draws)), len(scores))
    return {
        key: Figure(float(values[i]), (float(ends[0, i]), float(ends[1, i])))
        for i, key in enumerate(KEYS)
        if math.isfinite(values[i])
    }


def line(scores: Floats, truth: Floats) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line from scores to truth."""
    spread = ((scores - scores.mean()) ** 2).sum()
    if not spread:
        return 0.0, float(truth.mean())
    slope = ((scores - scores.mean()) * (truth - truth.mean())).sum() / spread
    return float(slope), float(truth.mean() - slope * scores.mean())


def ranks(values: Floats) -> Floats:
    """Return the rank of each value from 0, equal ones sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: Floats = ((last - counts) + (last - 1)) / 2
    return means[inverse]


def band(values: Floats) -> np.typing.NDArray[np.int64]:
    """Return the band of each score, 0 to 4: 0.2 begins the second, 1 is in the last."""
    return np.minimum(BANDS - 1, np.floor(values * BANDS + 1e-9)).astype(np.int64)


def _group(name: str, scores: Floats, truth: Floats, members: Any) -> Group:
    scored, true = scores[members], truth[members]
    gap = scored - true
    means = (float(values.mean()) for values in (scored, true, np.abs(gap), gap))
    return Group(name, len(scored), *means)


def _variance(draws: Floats, x: Floats) -> Floats:
    n = len(x)
    variance: Floats = draws @ x**2 / n - (draws @ x / n) ** 2
    return variance


def _pearson(draws: Floats, x: Floats, y: Floats) -> Floats:
    """Return the correlation in each resample, NaN where one is constant."""
    x, y = x - x.mean(), y - y.mean()  # closer to 0, so that differences of squares stay exact
    n = len(x)
    both = draws @ (x * y) / n - (draws @ x / n) * (draws @ y / n)
    spread = np.maximum(_variance(draws, x), 0) * np.maximum(_variance(draws, y), 0)
    r: Floats = np.divide(
        both, np.sqrt(spread), out=np.full(len(draws), np.nan), where=spread > 1e-18
    )
    return r


def _kappa(confusions: Floats) -> Floats:
    """Return Cohen's kappa with quadratic weights (Cohen 1968), NaN where chance explains all."""
    steps = np.arange(BANDS)
    weights = (steps[:, None] - steps[None, :]) ** 2
    total = confusions.sum(axis=(1, 2))
    by_chance = np.einsum("ri,rj->rij", confusions.sum(axis=2), confusions.sum(axis=1))
    seen = (confusions * weights).sum(axis=(1, 2)) / total
    expected = (by_chance * weights).sum(axis=(1, 2)) / total**2
    kappa: Floats = 1 - np.divide(
        seen, expected, out=np.full(len(total), np.nan), where=expected > 1e-12
    )
    return kappa
