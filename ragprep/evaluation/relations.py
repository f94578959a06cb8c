"""How well `related` does on judged entries, against a baseline: reads, measures, reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ragprep.errors import EvaluationError
from ragprep.evaluation.harness import Figure
from ragprep.evaluation.judgments import graded_labels, json_record, text_lines, text_of
from ragprep.evaluation.metrics import METRICS, Floats, require_measures, score_rankings
from ragprep.evaluation.report import Table, figure_cell
from ragprep.evaluation.significance import (
    holm,
    interval,
    mean_interval,
    paired_p_value,
)
from ragprep.protocols import Progress
from ragprep.types.search import Related

Relate = Callable[[str], Sequence[Related]]
"""One way to relate, called with a label: at least ten entries where there are so many."""

RANKING = ("ndcg_at_10", "r_at_5")
DUPLICATES = ("near_precision", "near_recall")
_TITLES = {
    "ndcg_at_10": "nDCG@10",
    "r_at_5": "R@5",
    "near_precision": "near-duplicates: precision",
    "near_recall": "recall",
}


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry and what to look at after it.

    Attributes:
        label: of the entry, in lower case like all labels here.
        related: label -> grade: 2 look at it next, 1 clearly related.
        near_duplicates: those that say much the same.
        split: "dev" or "test"; "" if not said.
    """

    label: str
    related: Mapping[str, int]
    near_duplicates: frozenset[str]
    split: str


@dataclass(frozen=True, slots=True)
class RelatedReport:
    """What `evaluate_related` measured.

    Attributes:
        default: the system that people use.
        figures: split -> system -> figure by key; a figure without a value is left out.
        counts: split -> number of judged entries.
        p_values: split -> system -> of the difference in nDCG@10 to the default.
    """

    default: str
    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    counts: Mapping[str, int]
    p_values: Mapping[str, Mapping[str, float]]


def read_related(path: Path, *, labels: Collection[str]) -> list[JudgedEntry]:
    """Read judged entries, one JSON object a line (eval/related.md).

    Raises:
        EvaluationError: the file cannot be used; the message starts with file:line.
    """
    known = frozenset(label.lower() for label in labels)
    judged: dict[str, JudgedEntry] = {}
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        (label,) = graded_labels(where, "entry", {text_of(where, record, "entry"): 1}, known)
        near = record.get("near_duplicates") or []
        if not isinstance(near, list) or label in judged:
            raise EvaluationError(
                f"{where}: {label} occurs twice, or `near_duplicates` is not a list",
                remedy='Write each entry once, with `"near_duplicates": ["q76"]` or `[]`.',
            )
        related = graded_labels(where, "related", record.get("related"), known)
        named = dict.fromkeys(map(str, near), 1)
        duplicates = graded_labels(where, "near_duplicates", named, known)
        split = text_of(where, record, "split") if record.get("split") is not None else ""
        if not related or label in related or label in duplicates:
            raise EvaluationError(
                f"{where}: {label} has nothing related, or itself",
                remedy="Grade at least one other entry, or leave the line out.",
            )
        judged[label] = JudgedEntry(label, related, frozenset(duplicates), split)
    if not judged:
        raise EvaluationError(
            f"{path}:1: the file has no entries",
            remedy='Write one a line: {"entry": "q3", "related": {"q76": 2}}.',
        )
    return list(judged.values())


def evaluate_related(
    systems: Mapping[str, Relate],
    judged: Sequence[JudgedEntry],
    *,
    default: str,
    progress: Progress | None = None,
) -> RelatedReport:
    """Run every system over every judged entry, and sum up each split.

    Raises:
        EvaluationError: ir_measures is not installed.
    """
    require_measures()
    splits = sorted({entry.split for entry in judged})
    rankings: dict[str, dict[str, Sequence[Related]]] = {}
    for name, relate in systems.items():
        rankings[name] = {}
        for done, entry in enumerate(judged, start=1):
            rankings[name][entry.label] = relate(entry.label)
            if progress is not None:
                progress(name, done, len(judged))
    figures: dict[str, dict[str, dict[str, Figure]]] = {}
    p_values: dict[str, dict[str, float]] = {}
    for split in splits:
        members = [entry for entry in judged if entry.split == split]
        scores = {name: _scores(members, rankings[name]) for name in systems}
        figures[split] = {
            name: _ranking(scores[name]) | _duplicates(members, rankings[name]) for name in systems
        }
        others = [name for name in systems if name != default]
        column = METRICS.index("ndcg_at_10")
        gaps = [scores[name][:, column] - scores[default][:, column] for name in others]
        corrected = holm([paired_p_value(gap) for gap in gaps])
        p_values[split] = dict(zip(others, corrected, strict=True))
    counts = {split: sum(entry.split == split for entry in judged) for split in splits}
    return RelatedReport(default, figures, counts, p_values)


def related_tables(report: RelatedReport) -> list[Table]:
    """Return what the terminal shows: a table for each split, a row for each system."""
    keys = (*RANKING, *DUPLICATES)
    columns = ("", "n", *(_TITLES[key] for key in keys), "p")
    return [
        Table(
            f"Related ({split})" if split else "Related",
            columns,
            tuple(
                (
                    name,
                    str(report.counts[split]),
                    *(figure_cell(figures.get(key)) for key in keys),
                    "" if name == report.default else f"{report.p_values[split][name]:.4f}",
                )
                for name, figures in systems.items()
            ),
        )
        for split, systems in report.figures.items()
    ]


def _scores(judged: Sequence[JudgedEntry], ranked: Mapping[str, Sequence[Related]]) -> Floats:
    rankings = [[hit.entry.label.lower() for hit in ranked[entry.label]] for entry in judged]
    return score_rankings(rankings, [entry.related for entry in judged])


def _ranking(scores: Floats) -> dict[str, Figure]:
    columns = scores[:, [METRICS.index(key) for key in RANKING]]
    ends = mean_interval(columns)
    return {
        key: Figure(float(columns[:, i].mean()), (float(ends[0, i]), float(ends[1, i])))
        for i, key in enumerate(RANKING)
    }


def _duplicates(
    judged: Sequence[JudgedEntry], ranked: Mapping[str, Sequence[Related]]
) -> dict[str, Figure]:
    """Return precision and recall of the marks, over all pairs of an entry and a marked one."""
    counts = np.zeros((len(judged), 3))  # right, marked, to be marked
    for row, entry in enumerate(judged):
        marked = {hit.entry.label.lower() for hit in ranked[entry.label] if hit.near_duplicate}
        right = len(marked & entry.near_duplicates)
        counts[row] = right, len(marked), len(entry.near_duplicates)
    figures = {}
    for key, under in zip(DUPLICATES, (1, 2), strict=True):
        if counts[:, under].sum():
            value = counts[:, 0].sum() / counts[:, under].sum()
            ends = interval(lambda draws, under=under: _ratio(draws @ counts, under), len(judged))
            figures[key] = Figure(float(value), (float(ends[0]), float(ends[1])))
    return figures


def _ratio(sums: Floats, under: int) -> Floats:
    """Return right / sums[:, under]; a sample without any counts as perfect, there is no fault."""
    return np.divide(sums[:, 0], sums[:, under], out=np.ones(len(sums)), where=sums[:, under] > 0)
