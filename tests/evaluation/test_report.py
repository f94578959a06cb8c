import json
from math import log2

import pytest
from test_harness import GOOD, POOR, QUERIES, system

from ragprep import wire
from ragprep.evaluation.harness import evaluate
from ragprep.evaluation.metrics import METRICS
from ragprep.evaluation.report import tables


def plain(report):
    """What a reader of the JSON gets; NaN would not be JSON."""
    return json.loads(json.dumps(wire.retrieval_report(report), allow_nan=False))


def both_systems(queries=QUERIES, *, refused=("kettle",)):
    systems = {"good": system(GOOD, refused=refused), "poor": system(POOR)}
    return evaluate(systems, queries, default="good")


def test_overall_has_the_promised_keys():
    overall = plain(both_systems())["overall"]
    assert {name: overall[name] for name in ("n", "n_unanswerable", "errors", *METRICS)} == {
        "n": 3,
        "n_unanswerable": 1,
        "errors": 0,
        **dict.fromkeys(METRICS, 1.0),
    }
    assert overall["auroc_unanswerable"] == 0.5
    assert overall["rejected_at_95_kept"] == 0.0
    assert (overall["covered_refused"], overall["uncovered_refused"]) == (0.0, 1.0)
    assert set(overall["ci95"]) == set(overall) - {"n", "n_unanswerable", "errors", "ci95"}
    assert overall["ci95"]["s_at_1"] == [1.0, 1.0]


def test_without_unanswerable_queries_there_are_no_coverage_keys():
    overall = plain(both_systems(QUERIES[:3]))["overall"]
    assert "auroc_unanswerable" not in overall
    assert "rejected_at_95_kept" not in overall


def test_without_answerable_queries_the_metrics_are_null():
    overall = plain(both_systems(QUERIES[3:]))["overall"]
    assert overall["n"] == 0
    assert [overall[name] for name in METRICS] == [None] * 4
    assert overall["auroc_unanswerable"] is None


def test_systems_carry_their_difference_to_the_default():
    systems = plain(both_systems())["arms"]
    assert "against_default" not in systems["good"]
    against = systems["poor"]["against_default"]
    assert against["n"] == 3
    assert against["difference"]["s_at_1"] == -1.0
    assert against["p_value"]["s_at_1"] == 0.25


def test_a_system_that_ran_no_query_of_the_default_is_compared_with_null():
    report = evaluate({"good": system(GOOD), "dead": system({})}, QUERIES, default="good")
    dead = plain(report)["arms"]["dead"]
    assert (dead["n"], dead["errors"], dead["against_default"]) == (0, 4, None)


def test_errors_are_listed_and_counted():
    report = evaluate({"good": system({"one": "Q1"})}, QUERIES[:2], default="good")
    whole = plain(report)
    assert whole["n_errors"] == whole["overall"]["errors"] == 1
    assert whole["errors"] == [
        {"id": "2", "arm": "good", "message": "The query is empty. (Ask something.)"}
    ]


def test_reliability_and_the_bootstrap_settings_are_given():
    whole = plain(both_systems())
    assert whole["ece"] == pytest.approx(0.25)
    assert whole["reliability"] == [
        {"low": 0.5, "high": 0.6, "n": 4, "relevance": 0.5, "relevant": 0.75}
    ]
    assert whole["bootstrap"] == {"resamples": 10_000, "seed": 0}


def test_tables_show_each_group_once_with_a_column_for_errors():
    ranking, systems, coverage, reliability = tables(both_systems())
    assert [row[0] for row in ranking.rows] == ["overall", "plain", "keywords"]
    assert [row[0] for row in systems.rows] == ["good", "poor"]
    assert [row[0] for row in coverage.rows] == ["overall", "far"]
    for table in (ranking, systems, coverage):
        assert table.columns[-1] == "errors"
        assert {len(row) for row in table.rows} == {len(table.columns)}
    assert {len(row) for row in reliability.rows} == {len(reliability.columns)}
    assert ranking.rows[0][:3] == ("overall", "3", "1.000 [1.00, 1.00]")
    lost = [1 - 1 / log2(3), 1 - (1 + 3 / log2(3)) / (3 + 1 / log2(3)), 1 - 1 / log2(3)]
    assert systems.rows[1][-3:-1] == (f"{-sum(lost) / 3:.3f}", "0.2500")


def test_one_system_without_unanswerable_queries_needs_two_tables():
    report = evaluate({"good": system(GOOD)}, QUERIES[:3], default="good")
    assert [table.title for table in tables(report)] == [
        "Ranking (good)",
        "Reliability (good), calibration error 0.500",
    ]
