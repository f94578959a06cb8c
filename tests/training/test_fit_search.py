"""The weights of the search: what holds them down, and how queries are assigned to folds."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.evaluation.judgments import JudgedQuery
from ragprep.search.fuse import FEATURES
from training.fit_search import capped, cross_validated
from training.logistic import fit_logistic
from training.search_cases import Case, assign_folds


def query(name: str, gold: dict[str, int]) -> JudgedQuery:
    return JudgedQuery(name, "?", "", gold)


def test_the_weight_of_overlap_is_capped():
    """At a quarter of the cosines' weights: 8 + 4 allow 3."""
    weights = capped(("alias3", "best3", "overlap"), np.array([8.0, 4.0, 9.0]))
    assert weights.tolist() == [8.0, 4.0, 3.0]
    below = np.array([8.0, 4.0, 2.0])
    assert capped(("alias3", "best3", "overlap"), below).tolist() == below.tolist()


def test_without_aliases_the_whole_entry_weighs_half_of_the_best_views():
    """12 together are 8 and 4."""
    weights = capped(("best3", "entry", "overlap"), np.array([12.0, 0.0, 1.0]))
    assert weights == pytest.approx([8.0, 4.0, 1.0])


def test_queries_that_share_an_answer_are_in_one_fold():
    """Also by way of a third query; those without an answer are assigned one by one."""
    queries = [
        query("1", {"q1": 2}),
        query("2", {"q1": 2, "q2": 2}),
        query("3", {"q2": 2, "q9": 1}),
        query("4", {"q9": 2}),
        query("5", {}),
    ]
    folds = assign_folds(queries)
    assert folds["1"] == folds["2"] == folds["3"]
    assert folds["4"] != folds["1"]
    assert folds["5"] == 4


def test_a_query_is_scored_by_weights_of_other_folds():
    """One fold says the feature helps, the other has it the wrong way round: each scores by the
    other's weights."""
    best = np.zeros((2, len(FEATURES)))
    best[0, FEATURES.index("best")] = 1.0
    right, wrong = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    cases = [
        Case(query("1", {"q1": 2}), best, ("q1", "q2"), right, 0),
        Case(query("2", {"q2": 2}), best, ("q1", "q2"), wrong, 1),
    ]
    scores = cross_validated(cases, ("best",))
    assert scores["1"].tolist() == [0.0, 0.0]  # fitted on the second: the feature misleads
    assert scores["2"][0] > 1


def test_logistic_regression_finds_the_share():
    """A constant with three of four right: its coefficient is ln 3."""
    assert fit_logistic(np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0])) == pytest.approx(
        [np.log(3)], abs=1e-2
    )
