"""The weights of `related`, on entries made up so that one feature tells."""

from __future__ import annotations

import numpy as np

from ragprep.evaluation.relations import JudgedEntry
from training.fit_related import Case, figures, held_out, ranked, weights_of


def case(number: int) -> Case:
    """The first of two candidates is related, and "whole" says so; "words" says nothing."""
    entry = JudgedEntry(f"q{number}", {"q90": 2}, frozenset(), "dev")
    values = {"whole": np.array([0.9, 0.1]), "words": np.array([0.5, 0.5])}
    return Case(entry, ("q90", "q91"), values, number % 5)


CASES = [case(number) for number in range(10)]


def test_the_feature_that_tells_gets_the_weight():
    """And by it the related entry comes first."""
    whole, _ = weights_of(CASES, ("whole", "words"))
    assert whole > 5
    assert ranked(CASES[0], ("whole", "words"), np.array([whole, 0.0])) == ["q90", "q91"]


def test_figures_of_perfect_and_wrong_rankings():
    """All 1; with the related entry at rank 2 S@1 is 0 and the reciprocal rank 0.5."""
    assert figures(CASES, [["q90", "q91"]] * 10).tolist() == [1, 1, 1, 1]
    s_at_1, _, mrr, _ = figures(CASES, [["q91", "q90"]] * 10)
    assert (s_at_1, mrr) == (0, 0.5)


def test_every_case_is_scored_by_other_folds():
    """The feature holds in every fold, so it does for those left out."""
    assert held_out(CASES, ("whole",)).tolist() == [1, 1, 1, 1]
