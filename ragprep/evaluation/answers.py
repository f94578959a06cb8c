"""How good answers are: reads checks, lets each way to answer answer them, counts, reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ragprep.errors import EvaluationError, IndexFault, ModelError, RagprepError
from ragprep.evaluation.harness import Figure
from ragprep.evaluation.judgments import graded_labels, id_of, json_record, text_lines, text_of
from ragprep.evaluation.report import Table, figure_cell
from ragprep.evaluation.significance import interval
from ragprep.protocols import Progress
from ragprep.types.answer import Answer, Sentence

Item = TypeVar("Item")
Ask = Callable[[str, Callable[[str], None]], Answer]
"""One way to answer, called with the question and with what takes the pieces of its text."""

Supported = Callable[[Sentence], bool]
Verbatim = Callable[[Sentence], bool]

FIGURES = {
    "facts": "facts",
    "wrong": "wrong claims",
    "citation_precision": "citations: precision",
    "citation_recall": "citations: recall",
    "supported": "sentences supported",
    "refusal_precision": "refusals: precision",
    "refusal_recall": "refusals: recall",
    "answerable_refused": "answerable refused",
}
"""Key -> title, in the order shown."""

_EXAMPLE = '{"id": "a1", "query": "what is recall", "gold": ["q8"], "must_mention": ["TP|true"]}'


@dataclass(frozen=True, slots=True)
class Check:
    """A question and what its answer must and must not say.

    Attributes:
        id: unique in its file.
        query: as asked.
        gold: labels in lower case; empty when the guides do not answer.
        must_mention: facts; of the alternatives of each one must occur, whatever its case.
        must_not: wrong claims, likewise.
    """

    id: str
    query: str
    gold: frozenset[str]
    must_mention: tuple[tuple[str, ...], ...]
    must_not: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check.

    Attributes:
        check: asked.
        answer: given; None when it failed.
        missed: facts that it does not mention, as the check has them.
        wrong: wrong claims that it makes.
        unsupported: sentences that what they cite does not support.
        altered: quotes that are not in the guide.
        first_s: seconds to its first text.
        whole_s: seconds in all.
        error: what failed.
    """

    check: Check
    answer: Answer | None
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    first_s: float = 0.0
    whole_s: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """What `evaluate_answers` measured.

    Attributes:
        n: answerable checks, and `n_unanswerable`.
        figures: system -> figure by key of `FIGURES`, left out where the divisor is 0.
        altered: system -> number of quotes that are not verbatim.
        seconds: system -> "first_p50", "first_p95", "whole_p50", "whole_p95".
        runs: system -> outcome of each check, in the file's order.
    """

    n: int
    n_unanswerable: int
    figures: Mapping[str, Mapping[str, Figure]]
    altered: Mapping[str, int]
    seconds: Mapping[str, Mapping[str, float]]
    runs: Mapping[str, tuple[Outcome, ...]]


def read_checks(path: Path, *, labels: Collection[str]) -> list[Check]:
    """Read checks, one JSON object a line (eval/README.md).

    Raises:
        EvaluationError: the file cannot be used; the message starts with file:line.
    """
    known = frozenset(label.lower() for label in labels)
    checks: dict[str, Check] = {}
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        name = id_of(where, record, "id") if record.get("id") is not None else str(number)
        if name in checks:
            raise EvaluationError(
                f"{where}: the id {name!r} occurs twice", remedy="Give each check an id of its own."
            )
        gold = dict.fromkeys(_texts(where, record, "gold"), 1)
        checks[name] = Check(
            name,
            text_of(where, record, "query"),
            frozenset(graded_labels(where, "gold", gold, known)),
            _alternatives(where, record, "must_mention"),
            _alternatives(where, record, "must_not"),
        )
    if not checks:
        raise EvaluationError(
            f"{path}:1: the file has no checks", remedy=f"Write one a line: {_EXAMPLE}"
        )
    return list(checks.values())


def spread(items: Sequence[Item], limit: int | None) -> list[Item]:
    """Return `limit` of `items`, evenly spread over the file; all when None or when fewer."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[place * len(items) // limit] for place in range(limit)]


def evaluate_answers(
    systems: Mapping[str, Ask],
    checks: Sequence[Check],
    *,
    supported: Supported,
    verbatim: Verbatim,
    progress: Progress | None = None,
) -> AnswersReport:
    """Let every system answer every check, and sum up.

    Args:
        systems: name -> way to answer.
        checks: with ids that differ.
        supported: whether the entries that a sentence cites say what it says.
        verbatim: whether what a sentence quotes stands in the entries that it cites.
        progress: called after each answer with the system's name.

    Raises:
        IndexFault, ModelError: no question can be answered.
    """
    runs: dict[str, tuple[Outcome, ...]] = {}
    for name, ask in systems.items():
        outcomes = []
        for done, check in enumerate(checks, start=1):
            outcomes.append(_run(ask, check, supported, verbatim))
            if progress is not None:
                progress(name, done, len(checks))
        runs[name] = tuple(outcomes)
    answerable = sum(bool(check.gold) for check in checks)
    return AnswersReport(
        n=answerable,
        n_unanswerable=len(checks) - answerable,
        figures={name: _figures(outcomes) for name, outcomes in runs.items()},
        altered={name: sum(len(o.altered) for o in outcomes) for name, outcomes in runs.items()},
        seconds={name: _seconds(outcomes) for name, outcomes in runs.items()},
        runs=runs,
    )


def answers_tables(report: AnswersReport) -> list[Table]:
    """Return what the terminal shows: a row for each figure, a column for each system."""
    names = tuple(report.figures)
    rows = []
    for key, title in FIGURES.items():
        cells = (figure_cell(report.figures[name].get(key)) for name in names)
        rows.append((title, *cells))
    rows.append(("quotes altered", *(str(report.altered[name]) for name in names)))
    for key in ("first", "whole"):
        seconds = [report.seconds[name] for name in names]
        cells = (f"{s[f'{key}_p50']:.3f} (p95 {s[f'{key}_p95']:.3f})" for s in seconds)
        rows.append((f"{key} text, s", *cells))
    errors = {name: sum(bool(o.error) for o in report.runs[name]) for name in names}
    if any(errors.values()):
        rows.append(("failed", *(str(errors[name]) for name in names)))
    title = f"Answers ({report.n} answerable, {report.n_unanswerable} not)"
    return [Table(title, ("", *names), tuple(rows))]


def _run(ask: Ask, check: Check, supported: Supported, verbatim: Verbatim) -> Outcome:
    start = time.perf_counter()
    first: list[float] = []

    def on_text(_: str) -> None:
        if not first:
            first.append(time.perf_counter() - start)

    try:
        answer = ask(check.query, on_text)
    except (IndexFault, ModelError):
        raise  # not this check's fault, and the next would meet it too
    except RagprepError as exc:
        return Outcome(check, None, error=f"{exc} ({exc.remedy})")
    whole = time.perf_counter() - start
    shown = answer.text.casefold()
    facts = () if answer.refused else check.must_mention
    missed = check.must_mention if answer.refused else [f for f in facts if not _in(f, shown)]
    return Outcome(
        check,
        answer,
        missed=tuple("|".join(fact) for fact in missed),
        wrong=tuple("|".join(claim) for claim in check.must_not if _in(claim, shown)),
        unsupported=tuple(s.text for s in answer.sentences if not supported(s)),
        altered=tuple(s.text for s in answer.sentences if not verbatim(s)),
        first_s=first[0] if first else whole,
        whole_s=whole,
    )


def _in(alternatives: Sequence[str], text: str) -> bool:
    return any(phrase.casefold() in text for phrase in alternatives)


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return each figure as a ratio of sums over checks, with its bootstrap interval."""
    ran = [outcome for outcome in outcomes if outcome.answer is not None]
    if not ran:
        return {}
    counts: dict[str, list[tuple[int, int]]] = {key: [] for key in FIGURES}
    for outcome in ran:
        for key, pair in _counts(outcome).items():
            counts[key].append(pair)
    figures = {}
    for key, pairs in counts.items():
        sums = np.array(pairs, dtype=float)
        if sums[:, 1].sum():
            ends = interval(lambda draws, sums=sums: _ratio(draws @ sums), len(sums))
            value = float(sums[:, 0].sum() / sums[:, 1].sum())
            figures[key] = Figure(value, (float(ends[0]), float(ends[1])))
    return figures


def _ratio(sums: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    over = sums[:, 1]
    return np.divide(sums[:, 0], over, out=np.ones(len(sums)), where=over > 0)


def _counts(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Return for each figure what counts and what it is divided by."""
    check, answer = outcome.check, outcome.answer
    assert answer is not None
    is_answerable = bool(check.gold)
    cited = {label.lower() for s in answer.sentences for label in s.citations}
    right = len(cited & check.gold)
    sentences = len(answer.sentences)
    return {
        "facts": (len(check.must_mention) - len(outcome.missed), len(check.must_mention)),
        "wrong": (int(bool(outcome.wrong)), int(is_answerable)),
        "citation_precision": (right, len(cited)) if is_answerable else (0, 0),
        "citation_recall": (right, len(check.gold)),
        "supported": (sentences - len(outcome.unsupported), sentences),
        "refusal_precision": (int(answer.refused and not is_answerable), int(answer.refused)),
        "refusal_recall": (int(answer.refused and not is_answerable), int(not is_answerable)),
        "answerable_refused": (int(answer.refused and is_answerable), int(is_answerable)),
    }


def _seconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    times = {
        "first": [o.first_s for o in outcomes if o.answer is not None and not o.answer.refused],
        "whole": [o.whole_s for o in outcomes if o.answer is not None and not o.answer.refused],
    }
    return {
        f"{key}_p{percent}": float(np.percentile(values, percent)) if values else 0.0
        for key, values in times.items()
        for percent in (50, 95)
    }


def _texts(where: str, record: dict[str, Any], key: str) -> list[str]:
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise EvaluationError(
            f"{where}: `{key}` is not a list of texts", remedy=f'Write `"{key}": ["..."]` or `[]`.'
        )
    return value


def _alternatives(where: str, record: dict[str, Any], key: str) -> tuple[tuple[str, ...], ...]:
    facts = tuple(tuple(filter(None, text.split("|"))) for text in _texts(where, record, key))
    if not all(facts):
        raise EvaluationError(
            f"{where}: `{key}` has a text of bars alone", remedy="Write the alternatives between |."
        )
    return facts
