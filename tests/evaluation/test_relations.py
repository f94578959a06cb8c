"""How `related` is measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ragprep import wire
from ragprep.errors import EvaluationError
from ragprep.evaluation.relations import (
    JudgedEntry,
    evaluate_related,
    read_related,
    related_tables,
)
from ragprep.types.guide import Entry
from ragprep.types.search import Reason, Related

LABELS = ["q1", "q2", "q3"]


def ranked(*labels: str, near: str = "") -> list[Related]:
    return [
        Related(Entry(x, x, x, "", (), "g", (1, 1)), 1.0, Reason.SUBJECT, "", x == near)
        for x in labels
    ]


def test_read(tmp_path: Path) -> None:
    """Labels in any case; grade 0 is left out; split and near-duplicates may be missing."""
    path = tmp_path / "r.jsonl"
    path.write_text(
        '{"entry": "Q1", "related": {"Q2": 2, "q3": 0}, "near_duplicates": ["Q2"],'
        ' "split": "dev"}\n'
        '{"entry": "q2", "related": {"q1": 1}}\n'
    )
    assert read_related(path, labels=LABELS) == [
        JudgedEntry("q1", {"q2": 2}, frozenset({"q2"}), "dev"),
        JudgedEntry("q2", {"q1": 1}, frozenset(), ""),
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"entry": "q9", "related": {"q1": 2}},
        {"entry": "q1", "related": {"q9": 2}},
        {"entry": "q1", "related": {"q1": 2}},
        {"entry": "q1", "related": {}},
        {"entry": "q1"},
        {"entry": "q1", "related": {"q2": 2}, "near_duplicates": "q2"},
    ],
)
def test_a_fault_is_named_by_line(tmp_path: Path, record: dict[str, object]) -> None:
    """file:line first."""
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps(record) + "\n")
    with pytest.raises(EvaluationError, match=re.escape(f"{path}:1: ")):
        read_related(path, labels=LABELS)


def test_figures() -> None:
    """The first system is perfect; the second ranks q3 first, and marks it wrongly."""
    judged = [JudgedEntry("q1", {"q2": 2}, frozenset({"q2"}), "test")]
    systems = {
        "good": lambda label: ranked("q2", "q3", near="q2"),
        "poor": lambda label: ranked("q3", "q2", near="q3"),
    }
    report = wire.related_report(evaluate_related(systems, judged, default="good"))
    good, poor = (report["splits"]["test"]["arms"][name] for name in systems)
    keys = ("ndcg_at_10", "r_at_5", "near_precision", "near_recall")
    assert [good[key] for key in keys] == [1.0, 1.0, 1.0, 1.0]
    assert [poor[key] for key in keys] == pytest.approx([0.6309, 1.0, 0.0, 0.0], abs=1e-4)
    assert poor["p_value"] == 1.0  # one entry proves nothing


def test_nothing_to_mark_has_no_figure() -> None:
    """Neither precision nor recall can be had; the table leaves them blank."""
    judged = [JudgedEntry("q1", {"q2": 1}, frozenset(), "")]
    report = evaluate_related({"all": lambda label: ranked("q2")}, judged, default="all")
    system = wire.related_report(report)["splits"][""]["arms"]["all"]
    assert (system["near_precision"], system["near_recall"]) == (None, None)
    (table,) = related_tables(report)
    assert table.rows[0][-3:] == ("", "", "")
