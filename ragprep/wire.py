"""The objects that `--json` prints; pure. Their docstrings are the contract, docs/cli.md has them.

Keys may be added; none is renamed, removed or given another meaning without a major release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragprep.types.guide import Role

if TYPE_CHECKING:
    from ragprep.chat import Turn
    from ragprep.evaluation.answers import AnswersReport, Outcome
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import Figure, RetrievalReport, Summary
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.expand import Expansion
    from ragprep.types.answer import Answer
    from ragprep.types.check import Check
    from ragprep.types.grade import Grade, Rubric
    from ragprep.types.guide import Entry, Guide, KeyPoint
    from ragprep.types.index import BuildReport, Manifest
    from ragprep.types.search import Hit, Related, SearchResult

Object = dict[str, Any]


def search(result: SearchResult, *, explain: bool) -> Object:
    """Return the hits for a query.

    - `query`: as it was searched for.
    - `covered`: whether the guides answer it; if not, the hits are the closest there are.
    - `hits`: best first; each `label`, `id`, `question`, `section` (the path joined by " > "),
      `relevance` (0 to 1, the probability that the entry answers), `score` (higher is better,
      comparable within one result only), `matched` (the part of the entry that matched best).
    - with --explain each hit has `trace`: `retriever`, `view`, `text`, `score`, `rank`.
    """
    return {
        "query": result.query,
        "covered": result.covered,
        "hits": [_hit(hit, explain=explain) for hit in result.hits],
    }


def answer(result: Answer) -> Object:
    """Return an answer.

    - `question`: as it was asked.
    - `text`: the answer as shown, with its markers ("[q3]").
    - `refused`: true when the guides do not cover the question, or have it without an answer;
      `text` says which.
    - `sentences`: of the text, in order; each `text` (of several lines for code), `citations`
      (labels), `statements` (the key points it rests on, "q3.2" is the second of q3; "q3.1" is the
      whole answer of an entry without key points), `support` (0 to 1, the share of its words that
      are the guide's own) and `origin` ("guide" or "model", whose words they are).
    - `sources`: the entries cited, when refused those named; each `label`, `question`, `lines`
      (first and last line, both included), `guide`, `path` (of its file).
    - `model`: the LLM that wrote it; null when it is the guide's own sentences.
    - `verdict`: "answered" by a model, "extractive" or "refused".
    - `note`: what there is to know about how it came about, "" if nothing.
    - `seconds`: `first` (until its first text) and `whole`.
    """
    return {
        "question": result.question,
        "text": result.text,
        "refused": result.refused,
        "sentences": [asdict(sentence) for sentence in result.sentences],
        "sources": [asdict(source) for source in result.sources],
        "model": result.model,
        "verdict": result.verdict,
        "note": result.note,
        "seconds": {"first": round(result.first_s, 3), "whole": round(result.whole_s, 3)},
    }


def chat(turn: Turn) -> Object:
    """Return an answer of a conversation, one object a line.

    - `question`: as it was typed.
    - `searched`: what was searched for, with the last subject where the question leans on it.
    - the rest as for `ask`.
    """
    return {**answer(turn.answer), "question": turn.question, "searched": turn.searched}


def entries_shown(
    entries: Iterable[tuple[Entry, Sequence[KeyPoint] | None]],
    rubrics: Sequence[Rubric] = (),
) -> Object:
    """Return whole entries.

    - `entries`: in the order asked for; each `label`, `id`, `question`, `section`, `guide`,
      `lines`, `answer` (Markdown).
    - with --points each has `points`: `text`, `line`, `heading`; and `rubric`, what an answer is
      graded by: `points`: each `point` (as above), `weight`, `accepted` (other wordings), `group`
      (place in `groups`, null when it is needed by itself); `groups`: each `name` and how many of
      its points are `enough`; `warnings` (of the file beside the guide).
    """
    graded_by = dict(enumerate(map(_rubric, rubrics)))
    return {
        "entries": [
            _entry(entry)
            | {"answer": entry.answer}
            | ({} if points is None else {"points": [asdict(point) for point in points]})
            | ({"rubric": graded_by[place]} if place in graded_by else {})
            for place, (entry, points) in enumerate(entries)
        ]
    }


def grade(result: Grade) -> Object:
    """Return a grade.

    - `entry`, `question`: label and question of the entry graded against.
    - `score`: 0 to 100; `confidence`: 0 to 1; `verdict`: in words.
    - `points`: in the guide's order; each `point`, `line` (0 when it was added beside the guide),
      `heading`, `status` ("covered", "partial", "missing" or "contradicted"), `credit` (0 to 1),
      `weight`, `evidence` (null, or the person's words: `text`, `start`, `end`, places in the
      answer as given), `note`, `opinion` (null, or the model's: `status`, `quote`, `changed`).
    - `sums`: terms of the score: each `kind` ("point", "group", "holistic" or "reference"),
      `text`, `earned`, `needed`; the score is 100 times all earned over all needed, at most
      `limit`.
    - `remarks`: on the answer as a whole; `wrong`: statements against the guide, as `evidence`.
    - `read_next`: entries to read: each `label`, `question`.
    - `judge`, `second`: names of the reader and of the model that gave a second opinion, or null;
      `note`: what to know about how the grade came about.
    """
    read_next = [{"label": label, "question": question} for label, question in result.read_next]
    return asdict(result) | {"read_next": read_next}


def related(entry: Entry, others: Iterable[Related]) -> Object:
    """Return what to look at next after an entry.

    - `entry`: the one asked about, or found by words; as in `list`.
    - `related`: best first; each `label`, `id`, `question`, `section`, `score` (higher is
      better, comparable within one result only), `reason` ("near-duplicate", "contrast",
      "next step", "basics", "same idea elsewhere", "shared key points" or "same subject"),
      `detail` (what makes it so), `near_duplicate` (true also where another reason says more).
    """
    return {
        "entry": _entry(entry),
        "related": [
            {
                "label": other.entry.label,
                "id": other.entry.id,
                "question": other.entry.question,
                "section": section(other.entry),
                "score": other.score,
                "reason": other.reason,
                "detail": other.detail,
                "near_duplicate": other.near_duplicate,
            }
            for other in others
        ],
    }


def listing(entries: Iterable[Entry]) -> Object:
    """Return the entries of the index.

    - `entries`: in the guides' order; each `label`, `id`, `question`, `section`, `guide`, `lines`.
    """
    return {"entries": [_entry(entry) for entry in entries]}


def build(report: BuildReport) -> Object:
    """Return what a build did.

    - `entries`, `views`: how many the index has.
    - `embedded`, `reused`: how many of the views were embedded anew and taken over.
    - `seconds`: it took.
    - `files`: read; each `path`, `entries`, `unanswered` (of them), `missed` (lines that look like
      questions and are in no entry), `skipped` (why it has no entries, "" when it has).
    """
    return {
        "entries": report.manifest.entries,
        "views": report.manifest.views,
        "embedded": report.embedded,
        "reused": report.reused,
        "seconds": round(report.seconds, 3),
        "files": [asdict(file) for file in report.files],
    }


def status(manifest: Manifest, home: Path) -> Object:
    """Return what the index is made of.

    - `home`: its folder.
    - `entries`, `views`: how many it has.
    - `model`, `fingerprint`, `dim`: of the embedding model.
    - `index_type`: how vectors are searched; `format`: version of the folder's layout.
    - `sources`: what it was built from, "shipped" for the guide that comes with ragprep.
    - `guides`: found there; each `name`, `path`, `entries`, `size`, `changed_ns`.
    - `corpus_sha256`: of all entries; `checksums`: of each file.
    """
    return {"home": str(home), **asdict(manifest)}


def lint(guide: Guide) -> Object:
    """Return what a guide is read as, and what is to be said about it.

    - `guide`, `path`: its name and file.
    - `entries`: how many would be indexed.
    - `remarks`: by line; each `line`, `level` ("info", "warning", "error"), `message`.
    - `found`: the entries; each `label`, `question`, `answer` ("" when there is none), `lines`
      (first and last), `section` (the path of headings).
    - `left_out`: text in no entry; each `lines`, `reason`.
    - `account`: every line of the file in exactly one of these; each `lines`, `role` ("entry",
      "section", "metadata", "blank", "left out"), `reason`.
    - `missed`: lines that look like questions and are in no entry.
    - `skipped`: why it has no entries; "" when it has.
    """
    return {
        "guide": guide.name,
        "path": guide.path,
        "entries": len(guide.entries),
        "remarks": [asdict(remark) for remark in guide.diagnostics],
        "found": [
            {
                "label": entry.label,
                "question": entry.question,
                "answer": entry.answer,
                "lines": list(entry.lines),
                "section": list(entry.section),
            }
            for entry in guide.entries
        ],
        "left_out": [
            {"lines": [span.first, span.last], "reason": span.reason}
            for span in guide.account
            if span.role is Role.LEFT_OUT
        ],
        "account": [
            {"lines": [span.first, span.last], "role": span.role.value, "reason": span.reason}
            for span in guide.account
        ],
        "missed": guide.missed,
        "skipped": guide.skipped,
    }


def lint_folder(guides: Sequence[Guide]) -> Object:
    """Return what the guides of a folder are read as.

    - `guides`: each as for a file.
    - `entries`, `unanswered`, `missed`, `skipped`: their totals; `skipped` is a number of files.
    """
    entries = [entry for guide in guides for entry in guide.entries]
    return {
        "guides": [lint(guide) for guide in guides],
        "entries": len(entries),
        "unanswered": sum(not entry.answer for entry in entries),
        "missed": sum(guide.missed for guide in guides),
        "skipped": sum(bool(guide.skipped) for guide in guides),
    }


def formats() -> Object:
    """Return the formats that are read: each `name`, `description`, `suffixes`, `extra`."""
    from ragprep.ingest.formats import FORMATS

    return {
        "formats": [
            {
                "name": item.name,
                "description": item.description,
                "suffixes": list(item.suffixes),
                "extra": item.extra,
            }
            for item in FORMATS
        ]
    }


def expand(expansion: Expansion) -> Object:
    """Return what came of writing aliases.

    - `guide`: its file; `model`: the writer; `entries`: of the guide.
    - `asked`: entries that the model was asked about now; `seconds`: it took.
    - `written`, `kept`: phrases of the model, and those of them that passed one by one.
    - `dropped`: why the others did not: reason -> number.
    - `verdict`: whether those kept help the search; null when none was kept. `queries` asked
      (phrases of a kind that the index has no alias of), the shares of them that are covered and
      whose entry comes first `without` and `with_aliases`, the `lower` bound of the gain (95%),
      the same of the guide's own titles `titles_without` and `titles_with`, and `helps`.
    - `used`: they stand in the file of aliases.
    """
    return asdict(expansion)


def doctor(checks: Iterable[Check]) -> Object:
    """Return what was checked.

    - `checks`: each `name`, `ok`, `message`, `remedy` and `optional` (ragprep works without it).
    """
    return {"checks": [asdict(check) for check in checks]}


def retrieval_report(report: RetrievalReport) -> Object:
    """Return the object that `ragprep eval retrieval --json` prints.

    - `default`: name of the system that people use.
    - `overall`: of that system: `n` (answerable queries that ran), `n_unanswerable`, `errors`
      (count), `s_at_1`, `r_at_5`, `mrr_at_10`, `ndcg_at_10` (0 to 1; null if n is 0), with
      unanswerable queries `auroc_unanswerable` and `rejected_at_95_kept`, and where the system
      gives verdicts `covered_refused` and `uncovered_refused`; `ci95`: key -> [low, high].
    - `by_style`: style -> an object like `overall`.
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
    - `bands`: by people's score; `kinds`: by kind of answer; each `name`, `n`, `score` and `truth`
      (means of ours and people's), `error` (mean absolute), `bias` (mean of ours minus theirs).
    - `statuses`: `n` points that people gave a status, `accuracy` (null if n is 0), `confusion`
      (people's -> ours -> number), `unmatched` (points that no entry has).
    - `n_errors`, `errors`: answers that could not be graded: `id`, `message`.
    - `bootstrap`: `resamples` and `seed` of the intervals.
    """
    from ragprep.evaluation.grading import KEYS

    return {
        "n": report.n,
        **_figures(report.figures, KEYS),
        "calibration": {"slope": report.slope, "intercept": report.intercept},
        "bands": [asdict(group) for group in report.bands],
        "kinds": [asdict(group) for group in report.kinds],
        "statuses": {
            "n": report.n_statuses,
            "accuracy": report.status_accuracy,
            "confusion": report.confusion,
            "unmatched": report.unmatched,
        },
        "n_errors": len(report.errors),
        "errors": [{"id": name, "message": message} for name, message in report.errors],
        "bootstrap": _bootstrap(),
    }


def _rubric(rubric: Rubric) -> Object:
    groups = [{"name": group.name, "enough": group.required} for group in rubric.groups]
    return asdict(rubric) | {"groups": groups}


def _hit(hit: Hit, *, explain: bool) -> Object:
    shown: Object = {
        "label": hit.entry.label,
        "id": hit.entry.id,
        "question": hit.entry.question,
        "section": section(hit.entry),
        "relevance": hit.relevance,
        "score": hit.score,
        "matched": hit.matched,
    }
    return shown | ({"trace": [asdict(trace) for trace in hit.trace]} if explain else {})


def _entry(entry: Entry) -> Object:
    return {
        "label": entry.label,
        "id": entry.id,
        "question": entry.question,
        "section": section(entry),
        "guide": entry.guide,
        "lines": entry.lines,
    }


def section(entry: Entry) -> str:
    """Return the path of an entry's section as people read it."""
    return " > ".join(entry.section)


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
