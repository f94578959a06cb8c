"""Fitting weights: small data whose best weights are known."""

from __future__ import annotations

import numpy as np
import pytest

from training.listwise import clusters, fit, folds_of

FIRST, SECOND = np.array([True, False]), np.array([False, True])


def test_the_weight_gives_the_share_of_right_queries():
    """Of four queries the candidate with feature 1 is right in three.

    The softmax of weights (w, 0) is most likely at exp(w) / (exp(w) + 1) = 3/4, so w = ln 3.
    """
    features = np.array([[1.0], [0.0]])
    weights = fit([(features, FIRST)] * 3 + [(features, SECOND)])
    assert weights == pytest.approx([np.log(3)], abs=0.002)  # the penalty takes 0.0012


def test_no_weight_is_negative():
    """A feature that only wrong candidates have gets 0."""
    features = np.array([[1.0, 0.0], [0.0, 1.0]])
    useful, harmful = fit([(features, FIRST)] * 3)
    assert useful > 1
    assert harmful == 0


def test_a_query_without_a_relevant_candidate_teaches_nothing():
    """Three such queries shrink the weight only by the penalty's larger share."""
    features = np.array([[1.0], [0.0]])
    taught = [(features, FIRST)] * 3 + [(features, SECOND)]
    weights = fit(taught + [(features, FIRST & SECOND)] * 3)
    assert weights == pytest.approx(fit(taught), abs=0.01)


def test_linked_names_share_a_cluster():
    """Also by way of a third."""
    cluster_of = clusters({"a": ["b"], "c": ["b"], "d": []})
    assert cluster_of["a"] == cluster_of["b"] == cluster_of["c"]
    assert cluster_of["d"] != cluster_of["a"]


def test_folds_keep_clusters_whole_and_repeat():
    """Ten clusters of two over five folds are two each."""
    links = {f"a{i}": [f"b{i}"] for i in range(10)}
    folds = folds_of(links, 5)
    assert all(folds[f"a{i}"] == folds[f"b{i}"] for i in range(10))
    assert sorted(folds[f"a{i}"] for i in range(10)) == sorted([*range(5)] * 2)
    assert folds_of(links, 5) == folds
