"""The weights of the search: what a case is judged by, and how cases weigh."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from ragprep.search.calibrate import EVIDENCE, evidence_for, relevance
from ragprep.search.fuse import FEATURES
from training.fit_search import first_hit, fit_all, fit_fusion, fit_relevance, group
from training.logistic import fit_logistic
from training.search_cases import PLAIN, SHIPPED, Case

BEST = FEATURES.index("best3")


def case(guide: str, kind: str, best3: Sequence[float], grades: Sequence[int]) -> Case:
    """Return a case whose candidates have these cosines, and nothing else."""
    features = np.zeros((len(best3), len(FEATURES)))
    features[:, BEST] = features[:, FEATURES.index("alias3")] = best3
    return Case(guide, kind, features, np.array(grades, float))


def test_the_first_hit_is_that_of_the_highest_score():
    """Its evidence, with the margin to the second score."""
    evidence, answers = first_hit(case("a", "covered", [0.5, 0.9], [2, 0]), {"best3": 2.0})
    assert (evidence[EVIDENCE.index("best3")], answers) == (0.9, False)
    assert evidence[EVIDENCE.index("margin")] == pytest.approx(0.8)


def test_evidence_is_worked_out_as_a_search_does():
    """Margins of 2, -2 and -5 to the best of the others; none where there is one."""
    table = evidence_for(np.zeros((3, len(FEATURES))), np.array([5.0, 3.0, 0.0]))
    assert table[:, EVIDENCE.index("margin")].tolist() == [2.0, -2.0, -5.0]
    features = np.zeros((2, len(FEATURES)))
    features[0, FEATURES.index("alias3")] = 0.9  # a close alias; the second entry has none
    table = evidence_for(features, np.zeros(2))
    assert table[:, EVIDENCE.index("aliased")].tolist() == [1.0, 0.0]
    alone = evidence_for(np.zeros((1, len(FEATURES))), np.array([5.0]))
    assert alone[0, EVIDENCE.index("margin")] == 0.0


def test_relevance_never_rises_down_the_ranking():
    """The second has more evidence than the first: 1 / (1 + e^-1) for both."""
    table = np.zeros((2, len(EVIDENCE)))
    table[:, EVIDENCE.index("overlap")] = [1.0, 4.0]
    assert relevance(table, {"overlap": 1.0}) == pytest.approx([0.7311, 0.7311], abs=1e-4)


def test_guides_weigh_the_same():
    """A hundred questions of one guide count as much as ten of another: a third of the first hits
    that are judged alike are right in one guide, two thirds in the other."""
    some = [case("a", "covered", [0.5], [2])] * 100
    some += [case("a", "near", [0.5], [0])] * 10
    some += [case("b", "covered", [0.5], [2])] * 10
    some += [case("b", "near", [0.5], [0])] * 100
    coefficients = fit_relevance(some, {"best3": 1.0})
    logit = sum(
        evidence * coefficients.get(name, 0.0)
        for name, evidence in zip(EVIDENCE, first_hit(some[0], {"best3": 1.0})[0], strict=True)
    )
    assert logit == pytest.approx(math.log(2), abs=0.05)  # covered weighs twice what near does


def test_fusion_learns_what_to_trust():
    """Cosines that mislead get nothing, words that tell get weight."""
    misled = case("a", "covered", [0.9, 0.1], [0, 2])
    misled.features[1, FEATURES.index("overlap")] = 1.0
    weights = fit_fusion([misled] * 4)
    assert weights["best3"] == pytest.approx(0, abs=1e-6)
    assert weights["overlap"] > 1


def test_a_guide_is_scored_by_the_others():
    """One guide contradicts the rest: left out, it is judged by them, and wrong."""
    right = [
        [case(guide, "covered", [0.9], [2]), case(guide, kind, [0.1], [0])]
        for guide in ("a", "b", "d", "e")
        for kind in ("near", "taken", "far")
    ]
    wrong = [
        [case("c", "covered", [0.1], [2]), case("c", kind, [0.9], [0])]
        for kind in ("near", "taken", "far")
    ]
    weights, figures = fit_all([c for pair in right * 5 + wrong for c in pair])
    assert figures["a: AUROC near"] == 1.0
    assert figures["c: AUROC near"] == 0.0
    assert set(weights) == {"fusion", "calibration", "covered_at"}


def test_the_shipped_guide_is_left_out_with_aliases_and_without():
    """Else the same questions would be fitted and scored."""
    assert group(PLAIN) == group(SHIPPED) == SHIPPED
    assert group("sysadmin") == "sysadmin"


def test_logistic_regression_finds_the_share():
    """A constant with three of four right: its coefficient is ln 3; weighed alike, ln 1."""
    ones, truth = np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0])
    assert fit_logistic(ones, truth) == pytest.approx([np.log(3)], abs=1e-2)
    weights = np.array([1.0, 1.0, 1.0, 3.0])
    assert fit_logistic(ones, truth, weights) == pytest.approx([0.0], abs=1e-2)
