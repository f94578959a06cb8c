"""Whether grades tell a true statement from a false one in the same words: minimal pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ragprep.errors import EvaluationError, RagprepError, UnknownEntry
from ragprep.evaluation.contradicted import has_contradicted
from ragprep.evaluation.harness import Figure
from ragprep.evaluation.judgments import id_of, json_record, text_lines, text_of
from ragprep.evaluation.report import Table, cell, figure_cell
from ragprep.evaluation.significance import Floats, mean_interval
from ragprep.evaluation.style import style_scores
from ragprep.protocols import Progress
from ragprep.types.grade import Grade
from ragprep.types.guide import Entry, KeyPoint

MARGIN = 10
"""Points of 100 by which the true statement must be above the false one, or the false one above."""
FIGURES = ("true_above", "false_above")
_NAMED = re.compile(r"((?:[^\s:]+ ){0,5}[^\s:]+):\s+(\S.*)", re.DOTALL)
"""A point that says something of a thing with a name of at most six words: "L1 (Lasso): ..."."""


@dataclass(frozen=True, slots=True)
class MinimalPair:
    """Two statements on an entry that differ as little as possible.

    Attributes:
        id: unique in its file.
        ref: label or id of the entry.
        kind: of difference ("negation"); "" if not given.
        true: what is so by the entry.
        false: what is not.
        guide: that the entry is of, where it is none of the index; else "".
    """

    id: str
    ref: str
    kind: str
    true: str
    false: str
    guide: str = ""


@dataclass(frozen=True, slots=True)
class PairsOfKind:
    """Figures over the pairs of one kind.

    Attributes:
        n: pairs of which both statements were graded.
        true_score: mean score of the true ones, 0 to 1.
        false_score: mean score of the false ones.
        figures: by key of `FIGURES`: share of pairs in which the true one is at least `MARGIN`
            above the false one, and in which the false one is.
        true_contradicted: share of true ones with a contradicted point.
    """

    n: int
    true_score: float
    false_score: float
    figures: dict[str, Figure]
    true_contradicted: float


@dataclass(frozen=True, slots=True)
class PairsReport:
    """What `evaluate_pairs` measured.

    Attributes:
        overall: over all pairs.
        kinds: by kind, if the file says any.
        style: share of pairs in which style alone ranks the true one higher; ties count half.
        errors: pairs that could not be graded: id and message; in no figure.
    """

    overall: PairsOfKind
    kinds: dict[str, PairsOfKind]
    style: float
    errors: tuple[tuple[str, str], ...]


def read_pairs(path: Path, *, known: Callable[[str], object]) -> list[MinimalPair]:
    """Read minimal pairs (eval/README.md), in the file's order.

    Args:
        path: JSON Lines in UTF-8.
        known: called with each entry's name; raises UnknownEntry.

    Raises:
        EvaluationError: the file cannot be used; the message starts with file:line.
    """
    pairs: dict[str, MinimalPair] = {}
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        name = id_of(where, record, "id") if record.get("id") is not None else str(number)
        ref, kind, true, false, guide = (
            text_of(where, record, key)
            if key in record or key in {"entry", "true", "false"}
            else ""
            for key in ("entry", "kind", "true", "false", "guide")
        )
        try:
            known(ref)
        except UnknownEntry as exc:
            raise EvaluationError(f"{where}: {exc}", remedy=exc.remedy) from exc
        if name in pairs:
            raise EvaluationError(
                f"{where}: the id {name!r} occurs twice", remedy="Give each pair an id of its own."
            )
        pairs[name] = MinimalPair(name, ref, kind, true, false, guide)
    if not pairs:
        raise EvaluationError(
            f"{path}:1: the file has no pairs",
            remedy='Write one a line: {"entry": "q3", "true": "...", "false": "..."}',
        )
    return list(pairs.values())


def rotated_pairs(entries: Iterable[tuple[Entry, Sequence[KeyPoint]]]) -> list[MinimalPair]:
    """Return a pair for each entry that names things side by side, from its own points.

    "L1: to zero", "L2: shrinks" is true as it stands, and false with the names rotated, each
    statement said of the next name.
    """
    pairs = []
    for entry, points in entries:
        named = [match.groups() for p in points if (match := _NAMED.fullmatch(p.text))]
        if len(named) < 2:
            continue
        names, statements = zip(*named, strict=True)
        true, false = (
            "\n".join(
                f"{name}: {statement}" for name, statement in zip(turned, statements, strict=True)
            )
            for turned in (names, (*names[1:], names[0]))
        )
        pairs.append(MinimalPair(entry.label, entry.label, "names rotated", true, false))
    if not pairs:
        raise EvaluationError(
            "No entry names two things side by side.",
            remedy="Rotating names needs points such as `L1: ...` and `L2: ...` in one entry.",
        )
    return pairs


def evaluate_pairs(
    pairs: Sequence[MinimalPair],
    grade: Callable[[str, str], Grade],
    *,
    progress: Progress | None = None,
) -> PairsReport:
    """Grade both statements of every pair and compare them.

    Args:
        pairs: at least one.
        grade: called with the entry's name and a statement.
        progress: told while it goes on.

    Raises:
        EvaluationError: no pair could be graded.
    """
    graded: list[tuple[MinimalPair, Grade, Grade]] = []
    errors: list[tuple[str, str]] = []
    for done, pair in enumerate(pairs, start=1):
        try:
            graded.append((pair, grade(pair.ref, pair.true), grade(pair.ref, pair.false)))
        except RagprepError as exc:
            errors.append((pair.id, str(exc)))
        if progress is not None:
            progress("pairs", done, len(pairs))
    if not graded:
        raise EvaluationError(
            f"No pair could be graded; the first: {errors[0][1]}", remedy="Fix that first."
        )
    kinds = sorted({pair.kind for pair, *_ in graded} - {""})
    return PairsReport(
        overall=_summary(graded),
        kinds={kind: _summary([g for g in graded if g[0].kind == kind]) for kind in kinds},
        style=_style([pair for pair, *_ in graded]),
        errors=tuple(errors),
    )


def pairs_tables(report: PairsReport) -> list[Table]:
    """Return what the terminal shows: a row for all pairs, then one for each kind."""
    columns = (
        *("", "n", "true", "false", f"true {MARGIN} above", f"false {MARGIN} above"),
        *("a true one contradicted", "style picks the true one", "errors"),
    )
    rows = []
    for name, figures in {"overall": report.overall, **report.kinds}.items():
        last = (cell(report.style), str(len(report.errors))) if name == "overall" else ("", "")
        rows.append(
            (
                name,
                str(figures.n),
                cell(figures.true_score),
                cell(figures.false_score),
                *(figure_cell(figures.figures[key]) for key in FIGURES),
                cell(figures.true_contradicted),
                *last,
            )
        )
    return [Table("Minimal pairs", columns, tuple(rows))]


def _summary(graded: Sequence[tuple[MinimalPair, Grade, Grade]]) -> PairsOfKind:
    scores = np.array([(true.score, false.score) for _, true, false in graded])
    gaps = scores[:, 0] - scores[:, 1]
    above: Floats = np.column_stack([gaps >= MARGIN, -gaps >= MARGIN]).astype(np.float64)
    ends = mean_interval(above)
    return PairsOfKind(
        n=len(graded),
        true_score=float(scores[:, 0].mean()) / 100,
        false_score=float(scores[:, 1].mean()) / 100,
        figures={
            key: Figure(float(above[:, i].mean()), (float(ends[0, i]), float(ends[1, i])))
            for i, key in enumerate(FIGURES)
        },
        true_contradicted=float(np.mean([has_contradicted(true) for _, true, _ in graded])),
    )


def _style(pairs: Sequence[MinimalPair]) -> float:
    texts = [text for pair in pairs for text in (pair.true, pair.false)]
    groups = [f"{pair.guide} {pair.ref}".casefold() for pair in pairs for _ in range(2)]
    predicted = style_scores(texts, np.array([1.0, 0.0] * len(pairs)), groups)
    gaps = np.round(predicted[::2] - predicted[1::2], 9)
    return float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())
