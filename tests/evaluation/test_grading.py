"""How grades are compared with people's: by numbers that a reader can check."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ragprep import wire
from ragprep.errors import EvaluationError, ReaderError, UnknownEntry
from ragprep.evaluation.graded import read_answers
from ragprep.evaluation.grading import (
    agreement,
    band,
    calibrated,
    evaluate_grading,
    line,
    ranks,
)
from ragprep.evaluation.grading_tables import grading_tables
from ragprep.types.grade import Grade, PointGrade, PointStatus

COVERED, MISSING = PointStatus.COVERED, PointStatus.MISSING
POINTS = {"q1": ["Cats eat fish", "Cats sleep"]}


def points_of(ref: str) -> list[str]:
    if ref.lower() not in POINTS:
        raise UnknownEntry(f'No entry is called "{ref}".', remedy="...")
    return POINTS[ref.lower()]


def written(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def graded(entry: object, ref: str, answer: str) -> Grade:
    """The score is what the answer says; the first point is covered."""
    if answer == "fail":
        raise ReaderError("It failed.", remedy="...")
    points = tuple(
        PointGrade(text, 1, "", status, 0.0)
        for text, status in zip(POINTS["q1"], (COVERED, MISSING), strict=True)
    )
    return Grade(ref, "?", int(answer), 1.0, "", points)


def test_agreement_by_hand():
    """Scores 0, 0.5, 1 against 0, 1, 0.5: r = 0.5; errors 0, 0.5, 0.5."""
    figures = agreement(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.5]))
    assert figures["pearson"].value == pytest.approx(0.5)
    assert figures["spearman"].value == pytest.approx(0.5)
    assert figures["rmse"].value == pytest.approx((0.5 / 3) ** 0.5)
    # spread of truth sqrt(1/6), of which sqrt(1 - 0.25) is left after the line
    assert figures["rmse_calibrated"].value == pytest.approx((1 / 6) ** 0.5 * 0.75**0.5)
    # bands 0, 2, 4 against 0, 4, 2: seen (0 + 4 + 4) / 3; by chance 16 of squared steps
    assert figures["qwk"].value == pytest.approx(1 - (8 / 3) / (48 / 9))


def test_perfect_agreement():
    """Correlations and kappa 1, errors 0, and intervals that hold no more than that."""
    values = np.array([0.0, 0.3, 0.5, 0.9])
    figures = agreement(values, values)
    assert [figures[key].value for key in ("pearson", "spearman", "qwk")] == pytest.approx(
        [1, 1, 1]
    )
    assert figures["rmse"].value == 0


def test_constant_scores_have_no_correlation():
    """They are left out, not called 0; the errors stay."""
    figures = agreement(np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    assert set(figures) == {"rmse", "rmse_calibrated", "qwk"}
    assert (figures["rmse"].value, figures["rmse_calibrated"].value) == (0.5, 0.5)


def test_line_and_ranks_and_bands():
    """Twice and one tenth more; equal values share ranks 1 and 2; 0.2 begins the second band."""
    assert line(np.array([0.0, 0.2]), np.array([0.1, 0.5])) == pytest.approx((2.0, 0.1))
    assert ranks(np.array([0.1, 0.4, 0.4, 0.9])).tolist() == [0, 1.5, 1.5, 3]
    assert band(np.array([0.0, 0.19, 0.2, 0.6, 1.0])).tolist() == [0, 0, 1, 3, 4]


def test_a_report_counts_all(tmp_path: Path):
    """Kinds, bands, statuses; a failed answer is an error, and no zero."""
    path = written(
        tmp_path / "a.jsonl",
        {"id": "a", "entry": "Q1", "kind": "good", "answer": "90", "score": 1.0,
         "points": [{"point": 1, "status": "covered"},
                    {"point": "Cats  sleep", "status": "covered"},
                    {"point": "Dogs bark", "status": "missing"}]},
        {"id": "b", "entry": "q1", "kind": "bad", "answer": "20", "score": 0.1},
        {"id": "c", "entry": "q1", "kind": "bad", "answer": "fail", "score": 0.0},
    )  # fmt: skip
    report = evaluate_grading(read_answers(path, points_of=points_of), graded)
    shown = wire.grading_report(report)
    assert (shown["n"], shown["n_errors"], shown["errors"][0]["id"]) == (2, 1, "c")
    assert shown["pearson"] == pytest.approx(1)
    assert [(k["name"], k["n"], round(k["bias"], 6)) for k in shown["kinds"]] == [
        ("bad", 1, 0.1),
        ("good", 1, -0.1),
    ]
    assert [b["name"] for b in shown["bands"]] == ["0.0 to 0.2", "0.8 to 1.0"]
    assert shown["statuses"]["accuracy"] == 0.5
    assert shown["statuses"]["confusion"]["covered"] == {
        "covered": 1, "partial": 0, "missing": 1, "contradicted": 0,
    }  # fmt: skip
    assert shown["statuses"]["unmatched"] == 1
    assert shown["statuses"]["contradicted"] == {"precision": None, "recall": None}
    assert shown["right_and_wrong"]["right_score"] == 0.9
    assert shown["style_pearson"] is None
    json.dumps(shown)
    titles = [table.title.split(",")[0] for table in grading_tables(report)]
    assert titles == [
        "Agreement",
        "Right and wrong answers",
        "By people's score",
        "By kind",
        "Statuses",
    ]


def test_scores_to_a_hundred(tmp_path: Path):
    """Where one is above 1 all are."""
    path = written(
        tmp_path / "a.jsonl",
        {"entry": "q1", "answer": "x", "score": 80},
        {"entry": "q1", "answer": "y", "score": 1},
    )
    assert [a.score for a in read_answers(path, points_of=points_of)] == [0.8, 0.01]


def test_a_csv_brings_its_own_reference(tmp_path: Path):
    """An entry is made of each row."""
    path = tmp_path / "exam.csv"
    path.write_text(
        "question_id,question,reference_answer,student_answer,grade_0_1\n"
        'e1,Why?,"Because, of course.",No idea,0.25\n'
    )
    (item,) = read_answers(path, points_of=points_of)
    assert item.entry is not None
    assert (item.ref, item.entry.answer, item.score) == ("e1", "Because, of course.", 0.25)


@pytest.mark.parametrize(
    "record",
    [
        {"entry": "q9", "answer": "x", "score": 1},
        {"entry": "q1", "answer": "x"},
        {"entry": "q1", "answer": "x", "score": -1},
        {"entry": "q1", "answer": "x", "score": True},
        {"entry": "q1", "score": 1},
        {"entry": "q1", "answer": "x", "score": 1, "points": [1]},
        {"entry": "q1", "answer": "x", "score": 1, "points": [{"point": 1, "status": "so-so"}]},
    ],
)
def test_a_fault_is_named_by_line(tmp_path: Path, record: dict[str, object]):
    """file:line first."""
    path = written(tmp_path / "a.jsonl", record)
    with pytest.raises(EvaluationError, match=r"a\.jsonl:1: "):
        read_answers(path, points_of=points_of)


def test_a_csv_that_cannot_be_read_is_named(tmp_path: Path):
    """Python's reader gives up at a field of 131,072 characters."""
    path = tmp_path / "exam.csv"
    path.write_text(f"question_id,question\n1,{'x' * 131_073}\n")
    with pytest.raises(EvaluationError, match=r"exam\.csv:2: not sound CSV"):
        read_answers(path, points_of=points_of)


def test_no_answers_or_none_graded(tmp_path: Path):
    """An error, not an empty report."""
    empty = tmp_path / "a.jsonl"
    empty.write_text("\n")
    with pytest.raises(EvaluationError, match="no answers"):
        read_answers(empty, points_of=points_of)
    path = written(empty, {"entry": "q1", "answer": "fail", "score": 1})
    with pytest.raises(EvaluationError, match="It failed"):
        evaluate_grading(read_answers(path, points_of=points_of), graded)


def test_scores_are_put_on_a_line():
    """Half of the score and 0.3 more: 20 makes 40; never below 0 or above 100."""
    on_line = calibrated(graded, 0.5, 0.3)
    assert [on_line(None, "q1", score).score for score in ("20", "0", "100")] == [40, 30, 80]
    steep = calibrated(graded, 3.0, -0.5)
    assert [steep(None, "q1", score).score for score in ("10", "90")] == [0, 100]


@pytest.mark.parametrize("slope", [0.0, -0.1])
def test_a_line_that_does_not_rise_is_refused(slope: float):
    """It would turn right answers into wrong ones, or all into the same."""
    with pytest.raises(EvaluationError, match="do not rise"):
        calibrated(graded, slope, 0.5)
