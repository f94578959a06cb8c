"""What style alone predicts, on sets where a reader knows it."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.evaluation.style import folds_of, style_features, style_pearson, style_scores


def test_a_feature_without_variance_is_nothing() -> None:
    """It is no number divided by 0."""
    assert np.isfinite(style_features(["a", "a"])).all()


def test_a_group_is_in_one_fold() -> None:
    """Six groups, five folds: the sixth shares the first's."""
    assert folds_of(["f", "a", "a", "b", "c", "d", "e"]).tolist() == [0, 0, 0, 1, 2, 3, 4]


def test_scores_that_the_full_stop_gives_away_are_predicted() -> None:
    """Half of the answers end in one, and those are the right ones."""
    texts = [f"word{n}{'.' if n % 2 else ''}" for n in range(40)]
    scores = np.array([float(n % 2) for n in range(40)])
    pearson = style_pearson(texts, scores, [f"q{n // 4}" for n in range(40)])
    assert pearson == pytest.approx(1.0, abs=0.01)


def test_answers_of_one_style_predict_nothing() -> None:
    """Every prediction is the mean of the other entries, which is 0.5 for all."""
    texts, scores = ["the same"] * 20, np.array([float(n % 2) for n in range(20)])
    groups = [f"q{n // 2}" for n in range(20)]
    assert style_scores(texts, scores, groups) == pytest.approx(np.full(20, 0.5))
    assert style_pearson(texts, scores, groups) is None


def test_one_entry_alone_is_predicted_by_its_mean() -> None:
    """Nothing is left to learn from when its fold is left out."""
    assert style_pearson(["a.", "b"], np.array([1.0, 0.0]), ["q1", "q1"]) is None
