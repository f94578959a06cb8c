"""What `--json` prints of evaluations; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from ragprep.wire.entries import Object

if TYPE_CHECKING:
    from ragprep.evaluation.answers import AnswersReport, Outcome
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import Figure, RetrievalReport, Summary
    from ragprep.evaluation.pairs import PairsOfKind, PairsReport
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.evaluation.wording import WordingReport


def retrieval_report(report: RetrievalReport) -> Object:
    """Return the object that `ragprep eval retrieval --json` prints.

    - `default`: name of the system that people use.
    - `overall`: of that system: `n` (answerable queries that ran), `n_unanswerable`, `errors`
      (count), `s_at_1`, `r_at_5`, `mrr_at_10`, `ndcg_at_10` (0 to 1; null if n is 0), with
      unanswerable queries `auroc_unanswerable` and `rejected_at_95_kept`, and where the system
      gives verdicts `covered_refused` and `uncovered_refused`; `ci95`: key -> [low, high].
    - `by_style`: style -> an object like `overall`; with --leave-out and without --queries the
      styles are the guides, and their aliases.
    - `arms`: system -> an object like `overall`; for the systems that are not the default with
      `against_default`: `n`, `difference` (system minus default) and `p_value` (randomisation
      test, Holm-corrected), both by metric; null if the two share no query.
    - `ece`, `reliability`: calibration error (null without relevances) and rows of `low`,
      `high`, `n`, `relevance`, `relevant`.
    - `n_errors`, `errors`: failed queries: `id`, `arm`, `message`.
    - `bootstrap`: `resamples` and `seed` of the intervals and tests.
    """
    systems: dict[str, Object] = {}
    for name, summary in report.systems.items():
        systems[name] = _summary(summary)
        if name != report.default:
            comparison = report.against_default.get(name)
            systems[name]["against_default"] = asdict(comparison) if comparison else None
    return {
        "default": report.default,
        "overall": _summary(report.overall),
        "by_style": {style: _summary(summary) for style, summary in report.by_style.items()},
        "arms": systems,
        "ece": report.calibration_error,
        "reliability": [asdict(row) for row in report.reliability],
        "n_errors": len(report.errors),
        "errors": [
            {"id": failure.id, "arm": failure.system, "message": failure.message}
            for failure in report.errors
        ],
        "bootstrap": _bootstrap(),
    }


def related_report(report: RelatedReport) -> Object:
    """Return the object that `ragprep eval related --json` prints.

    - `default`: name of the system that people use.
    - `splits`: split -> `n` (judged entries) and `arms`: system -> `ndcg_at_10`, `r_at_5`,
      `near_precision`, `near_recall` (0 to 1; null where there is nothing to divide by), `ci95`
      (key -> [low, high]), for other systems than the default `p_value` of nDCG@10 (randomisation
      test, Holm-corrected).
    - `bootstrap`: `resamples` and `seed` of the intervals and tests.
    """
    from ragprep.evaluation.relations import DUPLICATES, RANKING

    splits: Object = {}
    for split, systems in report.figures.items():
        shown: Object = {}
        for name, figures in systems.items():
            shown[name] = _figures(figures, (*RANKING, *DUPLICATES))
            if name != report.default:
                shown[name]["p_value"] = report.p_values[split][name]
        splits[split] = {"n": report.counts[split], "arms": shown}
    return {
        "default": report.default,
        "splits": splits,
        "bootstrap": _bootstrap(),
    }


def answers_report(report: AnswersReport) -> Object:
    """Return the object that `ragprep eval answers --json` prints.

    - `n`, `n_unanswerable`: answerable and other checks.
    - `arms`: system -> `facts` (share mentioned), `wrong` (share of the answerable with a wrong
      claim), `citation_precision` and `citation_recall` (against gold entries), `supported`
      (share of sentences), `refusal_precision`, `refusal_recall`, `answerable_refused` (0 to 1;
      null where there is nothing to divide by), `ci95` (key -> [low, high]), `altered_quotes`
      (number), `seconds` (`first_p50`, `first_p95`, `whole_p50`, `whole_p95`), `checks` (each
      `id`, `text`, `verdict`, `missed`, `wrong`, `unsupported`, `altered`, `error`).
    - `bootstrap`: `resamples` and `seed` of the intervals.
    """
    from ragprep.evaluation.answers import FIGURES

    systems: Object = {}
    for name, figures in report.figures.items():
        systems[name] = {
            **_figures(figures, FIGURES),
            "altered_quotes": report.altered[name],
            "seconds": dict(report.seconds[name]),
            "checks": [_checked(outcome) for outcome in report.runs[name]],
        }
    return {
        "n": report.n,
        "n_unanswerable": report.n_unanswerable,
        "arms": systems,
        "bootstrap": _bootstrap(),
    }


def grading_report(report: GradingReport) -> Object:
    """Return the object that `ragprep eval grading --json` prints.

    - `n`: answers graded; `pearson`, `spearman`, `rmse` (of scores 0 to 1), `rmse_calibrated`
      (after one line, `calibration`: `slope`, `intercept`), `qwk` (quadratic weighted kappa in
      five bands); null where there is no value. `ci95`: key -> [low, high].
    - `style_pearson`: that a ridge regression on function words, punctuation and length reaches,
      entries left out; null where it has no value.
    - `right_and_wrong`: `n_right`, `right_score` (mean, 0 to 1), `right_low` (share of right
      answers, 0.7 and more by people, that get less than 45 of 100), `right_contradicted` (share
      of them with a contradicted point), `n_wrong` (0.3 and less by people), `wrong_score`; null
      where there are none.
    - `bands`: by people's score; `kinds`: by kind of answer; each `name`, `n`, `score` and `truth`
      (means of ours and people's), `error` (mean absolute), `bias` (mean of ours minus theirs).
    - `statuses`: `n` points that people gave a status, `accuracy` (null if n is 0), `confusion`
      (people's -> ours -> number), `contradicted` (`precision` and `recall` of that status; null
      where there is nothing to divide by), `unmatched` (points that no entry has).
    - `n_errors`, `errors`: answers that could not be graded: `id`, `message`.
    - `bootstrap`: `resamples` and `seed` of the intervals.
    """
    from ragprep.evaluation.grading import KEYS

    return {
        "n": report.n,
        **_figures(report.figures, KEYS),
        "style_pearson": report.style,
        "right_and_wrong": asdict(report.right_and_wrong),
        "calibration": {"slope": report.slope, "intercept": report.intercept},
        "bands": [asdict(group) for group in report.bands],
        "kinds": [asdict(group) for group in report.kinds],
        "statuses": {
            "n": report.n_statuses,
            "accuracy": report.status_accuracy,
            "confusion": report.confusion,
            "contradicted": asdict(report.contradicted),
            "unmatched": report.unmatched,
        },
        **_failures(report.errors),
        "bootstrap": _bootstrap(),
    }


def pairs_report(report: PairsReport) -> Object:
    """Return the object that `ragprep eval pairs --json` prints.

    - `n`: pairs graded; `true_score`, `false_score` (means, 0 to 1); `true_above` (share of pairs
      in which the true statement is at least 10 points of 100 above the false one) and
      `false_above` (in which the false one is), with `ci95` (key -> [low, high]);
      `true_contradicted` (share of true ones with a contradicted point).
    - `kinds`: kind -> an object like that.
    - `style`: share of pairs in which style alone ranks the true statement higher.
    - `n_errors`, `errors`: pairs that could not be graded: `id`, `message`.
    - `bootstrap`: `resamples` and `seed` of the intervals.
    """
    return {
        **_pairs(report.overall),
        "kinds": {kind: _pairs(figures) for kind, figures in report.kinds.items()},
        "style": report.style,
        **_failures(report.errors),
        "bootstrap": _bootstrap(),
    }


def wording_report(report: WordingReport) -> Object:
    """Return the object that `ragprep eval wording --json` prints.

    - `n`: answers graded.
    - `overall`: over all changes of wording: `n`, `shift` (mean of the score after minus before,
      in points of 100), `moved` (share that moves by more than 10 points).
    - `changes`: name of the change -> an object like `overall`.
    - `n_errors`, `errors`: answers that could not be graded: `id`, `message`.
    """
    return {
        "n": report.n,
        "overall": asdict(report.overall),
        "changes": {name: asdict(moved) for name, moved in report.changes.items()},
        **_failures(report.errors),
    }


def _pairs(figures: PairsOfKind) -> Object:
    from ragprep.evaluation.pairs import FIGURES

    return {
        "n": figures.n,
        "true_score": figures.true_score,
        "false_score": figures.false_score,
        **_figures(figures.figures, FIGURES),
        "true_contradicted": figures.true_contradicted,
    }


def _failures(errors: Iterable[tuple[str, str]]) -> Object:
    listed = [{"id": name, "message": message} for name, message in errors]
    return {"n_errors": len(listed), "errors": listed}


def _summary(summary: Summary) -> Object:
    from ragprep.evaluation.metrics import METRICS

    wanted = list(METRICS)
    if summary.n_unanswerable:
        wanted += ["auroc_unanswerable", "rejected_at_95_kept"]
    wanted += [name for name in summary.figures if name not in wanted]
    return {
        "n": summary.n,
        "n_unanswerable": summary.n_unanswerable,
        "errors": summary.errors,
        **_figures(summary.figures, wanted),
    }


def _checked(outcome: Outcome) -> Object:
    answer = outcome.answer
    shown = asdict(outcome)
    return {
        "id": outcome.check.id,
        "text": answer.text if answer else "",
        "verdict": answer.verdict if answer else "failed",
        **{key: shown[key] for key in ("missed", "wrong", "unsupported", "altered", "error")},
    }


def _figures(figures: Mapping[str, Figure], keys: Iterable[str]) -> Object:
    """Return the value of each of `keys`, null without one, and the intervals of all figures."""
    return {
        **{key: figures[key].value if key in figures else None for key in keys},
        "ci95": {key: list(figure.ci95) for key, figure in figures.items()},
    }


def _bootstrap() -> Object:
    from ragprep.evaluation.significance import RESAMPLES, SEED

    return {"resamples": RESAMPLES, "seed": SEED}
