from itertools import product

import numpy as np
import pytest

from ragprep.evaluation.significance import holm, interval, mean_interval, paired_p_value


def test_interval_of_a_constant_is_that_constant():
    assert mean_interval(np.full((7, 2), 0.25)).tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_interval_of_a_share_is_near_the_normal_one():
    """50 of 100: 0.5 plus and minus 1.96 * sqrt(0.25 / 100)."""
    values = np.array([[0.0], [1.0]] * 50)
    assert mean_interval(values)[:, 0] == pytest.approx([0.402, 0.598], abs=0.011)


def test_intervals_are_the_same_each_time_and_differ_by_seed():
    values = np.random.default_rng(3).random((60, 2))
    assert mean_interval(values).tolist() == mean_interval(values).tolist()
    assert mean_interval(values).tolist() != mean_interval(values, seed=1).tolist()


def test_groups_are_drawn_apart_and_in_full():
    """Every resample draws each group as often as it has queries; there are 10,000."""
    rows = 0

    def statistic(first, second):
        nonlocal rows
        assert set(first.sum(axis=1)) == {400.0}
        assert set(second.sum(axis=1)) == {3.0}
        rows += len(first)
        return first[:, 0]

    low, high = interval(statistic, 400, 3)
    assert rows == 10_000
    assert (low, high) == (0, 3)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 1, 1], 2 / 8),
        ([1, 1, 1, 0, 0], 2 / 8),
        ([1, -1], 1.0),
        ([3, 1], 1 / 2),
        ([0.1] * 10, 2 / 2**10),
        ([-0.1] * 10, 2 / 2**10),
        ([0.1, 0.2, -0.1], 6 / 8),
        ([0.1, 0.1, 0.1, 0.4], 2 / 16),
        ([0, 0], 1.0),
        ([], 1.0),
    ],
)
def test_exact_p_values_worked_by_hand(differences, p):
    """The share of sign patterns whose sum is as far from 0 as the one observed."""
    assert paired_p_value(np.array(differences, dtype=float)) == p


def test_drawn_p_value_is_near_the_exact_one():
    differences = np.random.default_rng(5).normal(0.3, 1, 14)
    signs = np.array(list(product([-1, 1], repeat=14)))
    exact = (abs(signs @ differences) >= abs(differences.sum()) - 1e-9).mean()
    assert 0.01 < exact < 0.99
    assert paired_p_value(differences) == pytest.approx(exact, abs=0.015)
    assert paired_p_value(differences) == paired_p_value(differences)


def test_drawn_p_value_is_never_0():
    assert paired_p_value(np.ones(200)) == 1 / 10_001


def test_holm_worked_by_hand():
    """0.01 * 3, 0.03 * 2, then 0.04 * 1 raised to the value before it; capped at 1."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []
