import math
import subprocess
import sys

import ir_measures
import pytest

from ragprep.errors import EvaluationError, IndexMissing, QueryError
from ragprep.evaluation.harness import evaluate
from ragprep.evaluation.judgments import JudgedQuery
from ragprep.evaluation.outcomes import check_run, run_system, write_run
from ragprep.types.guide import Entry
from ragprep.types.search import Hit, Strength

QUERIES = [
    JudgedQuery("1", "one", "plain", {"q1": 2}),
    JudgedQuery("2", "two", "plain", {"q2": 2, "q1": 1}),
    JudgedQuery("3", "three", "keywords", {"q3": 2}),
    JudgedQuery("4", "kettle", "far", {}),
]
GOOD = {"one": "Q1 Q2", "two": "Q2 Q1", "three": "Q3 Q1", "kettle": "Q2"}
POOR = {"one": "Q2 Q1", "two": "Q1 Q2", "three": "Q1 Q3", "kettle": "Q2"}


def hit(label, score, relevance):
    return Hit(
        Entry(f"id-{label}", label, "", "", (), "g", (1, 1)), relevance, Strength.LIKELY, score, ""
    )


def system(labels_of, *, relevance=None, refused=None):
    """Finds the labels written for a query, with scores 9, 8, ...; every hit as relevant."""

    def search(query):
        if query not in labels_of:
            raise QueryError("The query is empty.", remedy="Ask something.")
        labels = labels_of[query].split()
        hits = [
            hit(label, 9.0 - rank, (relevance or {}).get(query, 0.5))
            for rank, label in enumerate(labels)
        ]
        return hits, None if refused is None else query not in refused

    return search


def test_each_query_is_scored_with_labels_in_any_case():
    report = evaluate({"good": system(GOOD)}, QUERIES, default="good")
    overall = report.overall
    assert (overall.n, overall.n_unanswerable, overall.errors) == (3, 1, 0)
    assert {name: overall.figures[name].value for name in ("s_at_1", "r_at_5")} == {
        "s_at_1": 1.0,
        "r_at_5": 1.0,
    }
    assert overall.figures["ndcg_at_10"].ci95 == pytest.approx((1.0, 1.0))


def test_a_query_that_fails_is_an_error_and_not_a_zero():
    """The mean is over the two that ran."""
    without_two = {query: labels for query, labels in GOOD.items() if query != "two"}
    report = evaluate({"good": system(without_two)}, QUERIES, default="good")
    assert (report.overall.n, report.overall.errors) == (2, 1)
    assert report.overall.figures["s_at_1"].value == 1.0
    [failure] = report.errors
    assert (failure.id, failure.system) == ("2", "good")
    assert failure.message == "The query is empty. (Ask something.)"


def test_any_exception_of_a_system_is_an_error_of_that_query():
    def broken(query):
        raise ZeroDivisionError("oops")

    report = evaluate({"broken": broken}, QUERIES, default="broken")
    assert report.overall.errors == 4
    assert report.overall.figures == {}
    assert report.reliability == ()
    assert report.calibration_error is None
    assert {failure.message for failure in report.errors} == {"ZeroDivisionError: oops"}


def test_an_entry_found_twice_is_an_error():
    report = evaluate({"a": system({"one": "Q1 q1"})}, QUERIES[:1], default="a")
    assert "twice" in report.errors[0].message


def test_an_index_that_cannot_be_used_stops_the_evaluation():
    def missing(query):
        raise IndexMissing("There is no index.", remedy="Run `ragprep index`.")

    with pytest.raises(IndexMissing):
        evaluate({"a": missing}, QUERIES, default="a")


def test_styles_are_reported_in_the_order_of_the_file():
    report = evaluate({"good": system(GOOD)}, QUERIES, default="good")
    assert list(report.by_style) == ["plain", "keywords", "far"]
    assert [report.by_style[style].n for style in report.by_style] == [2, 1, 0]
    assert "s_at_1" not in report.by_style["far"].figures


def test_coverage_figures_worked_by_hand():
    """Of three pairs (0.9, 0.4, 0.6 against 0.4) two are won, one tied; at 0.4 none falls."""
    relevance = {"one": 0.9, "two": 0.4, "three": 0.6, "kettle": 0.4}
    default = system(GOOD, relevance=relevance, refused=["two", "kettle"])
    report = evaluate({"good": default}, QUERIES, default="good")
    figures = {name: figure.value for name, figure in report.overall.figures.items()}
    assert figures["auroc_unanswerable"] == pytest.approx(2.5 / 3)
    assert figures["rejected_at_95_kept"] == 0.0
    assert figures["covered_refused"] == pytest.approx(1 / 3)
    assert figures["uncovered_refused"] == 1.0
    assert report.by_style["far"].figures["auroc_unanswerable"].value == pytest.approx(2.5 / 3)
    assert "auroc_unanswerable" not in report.by_style["plain"].figures


def test_calibration_takes_unanswerable_queries_in():
    """All four first hits say 0.5 and three are right."""
    report = evaluate({"good": system(GOOD)}, QUERIES, default="good")
    [row] = report.reliability
    assert (row.n, row.relevance, row.relevant) == (4, 0.5, 0.75)
    assert report.calibration_error == pytest.approx(0.25)


def test_a_system_that_finds_nothing_has_relevance_0():
    report = evaluate({"none": lambda query: ([], None)}, QUERIES, default="none")
    assert report.overall.figures["s_at_1"].value == 0.0
    assert report.overall.figures["auroc_unanswerable"].value == 0.5


def test_a_system_without_relevances_has_no_coverage_figures():
    nowhere = dict.fromkeys(GOOD, math.nan)
    report = evaluate({"a": system(GOOD, relevance=nowhere)}, QUERIES, default="a")
    assert "auroc_unanswerable" not in report.overall.figures
    assert report.reliability == ()


def test_systems_are_compared_with_the_default_over_the_queries_both_ran():
    """Three of three first places lost: 2 of 8 sign patterns are as far from 0."""
    partial = {query: labels for query, labels in POOR.items() if query != "three"}
    systems = {"good": system(GOOD), "poor": system(POOR), "partial": system(partial)}
    report = evaluate(systems, QUERIES, default="good")
    assert list(report.against_default) == ["poor", "partial"]
    poor, partial = report.against_default["poor"], report.against_default["partial"]
    assert (poor.n, partial.n) == (3, 2)
    assert poor.difference["s_at_1"] == partial.difference["s_at_1"] == -1.0
    assert poor.p_value["s_at_1"] == 2 * 2 / 8
    assert partial.p_value["s_at_1"] == 0.5
    assert poor.difference["r_at_5"] == 0.0
    assert poor.p_value["r_at_5"] == 1.0


def test_reports_are_the_same_each_time():
    systems = {"good": system(GOOD), "poor": system(POOR)}
    first, second = (evaluate(systems, QUERIES, default="good") for _ in range(2))
    assert first == second


def test_progress_is_told_after_each_query():
    told = []
    run_system("good", system(GOOD), QUERIES, lambda *step: told.append(step))
    assert told == [("good", done, 4) for done in (1, 2, 3, 4)]


def test_a_run_file_is_read_back_by_the_library_with_the_same_scores(tmp_path):
    outcomes = run_system("poor", system(POOR), QUERIES)
    path = tmp_path / "run.txt"
    write_run(path, outcomes, tag="poor")
    assert path.read_text().splitlines()[:2] == ["1 Q0 Q2 1 9.0 poor", "1 Q0 Q1 2 8.0 poor"]
    run = ir_measures.read_trec_run(str(path))
    gains = {q.id: {label.upper(): 2**g - 1 for label, g in q.gold.items()} for q in QUERIES[:3]}
    read_back = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], gains, run)
    report = evaluate({"poor": system(POOR)}, QUERIES, default="poor")
    expected = report.overall.figures["ndcg_at_10"].value
    assert read_back[ir_measures.nDCG @ 10] == pytest.approx(expected)


def test_white_space_in_an_id_does_not_break_a_run_line(tmp_path):
    odd = [JudgedQuery("a b\t\u00a0c", "one", "", {"q1": 2})]
    path = tmp_path / "run.txt"
    write_run(path, run_system("x", system(GOOD), odd), tag="my tag")
    assert path.read_text().splitlines()[0] == "a%20b%09%C2%A0c Q0 Q1 1 9.0 my%20tag"


def test_a_run_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    """Neither a missing folder, nor a folder or a file in the way."""
    outcomes = run_system("good", system(GOOD), QUERIES)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    for path in (tmp_path / "none" / "run", tmp_path / "folder", tmp_path / "file" / "run"):
        with pytest.raises(EvaluationError, match="cannot be written"):
            write_run(path, outcomes, tag="good")
        with pytest.raises(EvaluationError, match="cannot be written"):
            check_run(path)
    check_run(tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "kept"


def test_importing_the_harness_loads_no_metrics_library():
    code = "import sys, ragprep.evaluation.report; print('ir_measures' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_the_metrics_library_nothing_is_measured_and_the_extra_is_named(monkeypatch):
    """Before the first query runs."""
    asked: list[str] = []
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(EvaluationError, match="ir-measures, which is not installed") as caught:
        evaluate({"good": asked.append}, QUERIES, default="good")
    assert caught.value.remedy == 'Run `pip install ".[eval]"` in the checkout of ragprep.'
    assert asked == []
