"""Minimal pairs: read, made of a guide's own points, graded and compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragprep import wire
from ragprep.errors import EvaluationError, ReaderError, UnknownEntry
from ragprep.evaluation.pairs import (
    MinimalPair,
    evaluate_pairs,
    pairs_tables,
    read_pairs,
    rotated_pairs,
)
from ragprep.types.grade import Grade, PointGrade, PointStatus
from ragprep.types.guide import Entry, KeyPoint


def known(ref: str) -> None:
    if ref != "q1":
        raise UnknownEntry(f'No entry is called "{ref}".', remedy="...")


def written(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def grade(ref: str, statement: str) -> Grade:
    """The score is what the statement says; from 50 on its point is covered."""
    if statement == "fail":
        raise ReaderError("It failed.", remedy="...")
    status = PointStatus.COVERED if int(statement) >= 50 else PointStatus.CONTRADICTED
    return Grade(ref, "?", int(statement), 1.0, "", (PointGrade("x", 1, "", status, 0.0),))


def pair(name: str, kind: str, true: str, false: str) -> MinimalPair:
    return MinimalPair(name, "q1", kind, true, false)


PAIRS = [
    pair("a", "order", "80", "70"),  # 10 above
    pair("b", "order", "80", "71"),  # 9 above
    pair("c", "number", "20", "30"),  # 10 below, and the true one contradicted
    pair("d", "number", "60", "60"),
    pair("e", "number", "60", "fail"),
]


def test_pairs_are_compared_by_a_margin() -> None:
    """Ten points count as above, nine do not; a pair that failed is an error, and in no figure."""
    report = evaluate_pairs(PAIRS, grade)
    overall, order = report.overall, report.kinds["order"]
    assert (overall.n, overall.true_score) == (4, 0.6)
    assert {key: figure.value for key, figure in overall.figures.items()} == {
        "true_above": 0.25,
        "false_above": 0.25,
    }
    assert overall.true_contradicted == 0.25
    assert (order.n, order.figures["true_above"].value, order.true_contradicted) == (2, 0.5, 0.0)
    assert report.errors == (("e", "It failed."),)


def test_the_report_as_json_and_tables() -> None:
    """Kinds beside the whole, each a row."""
    report = evaluate_pairs(PAIRS, grade)
    shown = wire.pairs_report(report)
    json.dumps(shown)
    assert (shown["n"], shown["n_errors"], shown["false_above"]) == (4, 1, 0.25)
    assert list(shown["kinds"]) == ["number", "order"]
    (table,) = pairs_tables(report)
    assert [row[0] for row in table.rows] == ["overall", "number", "order"]
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_style_that_tells_true_from_false_is_said() -> None:
    """Every true statement ends in a full stop; int() takes none, so the scores are spaces."""
    entries = [MinimalPair(f"p{n}", f"q{n}", "", f"5{n}", f" 5{n}") for n in range(10)]
    assert evaluate_pairs(entries, grade).style == 1.0
    same = [MinimalPair(f"p{n}", f"q{n}", "", "50", "50") for n in range(10)]
    assert evaluate_pairs(same, grade).style == 0.5


def test_no_pair_graded_is_an_error() -> None:
    """Not a report of nothing."""
    with pytest.raises(EvaluationError, match="It failed"):
        evaluate_pairs(PAIRS[-1:], grade)


def test_pairs_are_read(tmp_path: Path) -> None:
    """What may be left out is "", and the id is the line's number."""
    path = written(tmp_path / "p.jsonl", {"entry": "q1", "true": "yes", "false": "no"})
    assert read_pairs(path, known=known) == [MinimalPair("1", "q1", "", "yes", "no")]


@pytest.mark.parametrize(
    "record",
    [
        {"entry": "q9", "true": "yes", "false": "no"},
        {"entry": "q1", "true": "yes"},
        {"entry": "q1", "true": "yes", "false": 1},
        {"true": "yes", "false": "no"},
    ],
)
def test_a_fault_is_named_by_line(tmp_path: Path, record: dict[str, object]) -> None:
    """file:line first."""
    path = written(tmp_path / "p.jsonl", record)
    with pytest.raises(EvaluationError, match=r"p\.jsonl:1: "):
        read_pairs(path, known=known)


def test_an_id_twice_or_no_pairs(tmp_path: Path) -> None:
    """Neither can be reported on."""
    record = {"id": "a", "entry": "q1", "true": "yes", "false": "no"}
    with pytest.raises(EvaluationError, match="occurs twice"):
        read_pairs(written(tmp_path / "p.jsonl", record, record), known=known)
    with pytest.raises(EvaluationError, match="no pairs"):
        read_pairs(written(tmp_path / "none.jsonl"), known=known)


def entry(*points: str) -> tuple[Entry, list[KeyPoint]]:
    key_points = [KeyPoint(text, 1, "") for text in points]
    return Entry("id", "q1", "?", "\n".join(points), (), "g", (1, len(points))), key_points


def test_names_are_rotated() -> None:
    """Each statement is said of the next name; a point without a name, and an entry with one name
    alone, make none."""
    (pair,) = rotated_pairs(
        [
            entry("L1 (Lasso): to zero", "L2: shrinks", "Both help.", "Net: both"),
            entry("Bias: systematic", "Time passes at 10:30"),
        ]
    )
    assert pair.true == "L1 (Lasso): to zero\nL2: shrinks\nNet: both"
    assert pair.false == "L2: to zero\nNet: shrinks\nL1 (Lasso): both"
    with pytest.raises(EvaluationError, match="side by side"):
        rotated_pairs([entry("Bias: systematic")])
