"""The score: sums that can be done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ragprep.grade.fitted import fitted
from ragprep.grade.reference import ReferenceSimilarity
from ragprep.grade.score import (
    answer_terms,
    credit_of,
    point_terms,
    score_of,
    status_of,
    verdict_of,
    wrong_statements,
)
from ragprep.types.grade import (
    Evidence,
    PointGrade,
    PointGroup,
    PointStatus,
    Rubric,
    RubricPoint,
    Term,
    TermKind,
)
from ragprep.types.guide import KeyPoint

COVERED, PARTIAL, MISSING, CONTRADICTED = PointStatus


def rubric(*groups: int | None, required: int = 0, weights: tuple[float, ...] = ()) -> Rubric:
    points = [
        RubricPoint(KeyPoint(f"p{i}", 1), weights[i] if weights else 1.0, (), group)
        for i, group in enumerate(groups)
    ]
    return Rubric(tuple(points), (PointGroup("Ways", required),) if required else ())


def points(*earned: float, weights: tuple[float, ...] = ()) -> list[PointGrade]:
    return [
        PointGrade(f"p{i}", 1, "", COVERED, credit, weights[i] if weights else 1.0)
        for i, credit in enumerate(earned)
    ]


def test_single_points_are_all_needed():
    """1 + 0.5 of 2 is 75."""
    assert score_of(point_terms(rubric(None, None), points(1, 0.5))) == 75


def test_of_a_group_some_are_enough():
    """One point, and any 2 of 3: 1 + (1 + 1) of 1 + 2; a third covered one adds nothing."""
    ways = rubric(None, 0, 0, 0, required=2)
    assert score_of(point_terms(ways, points(1, 1, 1, 0))) == 100
    assert score_of(point_terms(ways, points(1, 1, 1, 1))) == 100
    assert score_of(point_terms(ways, points(1, 0.4, 0.4, 0.4))) == 60  # 1 + 0.8 of 3


def test_a_term_has_a_kind():
    """A point that is required by itself, and a group with what it requires."""
    terms = point_terms(rubric(None, 0, 0, required=1), points(1, 0.5, 0))
    assert terms == (
        Term(TermKind.POINT, "p0", 1.0, 1.0),
        Term(TermKind.GROUP, "Ways (any 1 of 2)", 0.5, 1.0),
    )


def test_the_holistic_score_is_a_share_of_all():
    """Half of all: beside two points of weight 1 it counts 2, and 0.25 of 2 is 0.5."""
    of_points = point_terms(rubric(None, None), points(1, 1))
    constants = replace(fitted(), holistic=0.5)
    [term] = answer_terms(of_points, 0.25, None, constants)
    assert (term.kind, term.earned, term.needed) == (TermKind.HOLISTIC, 0.5, 2.0)
    assert score_of((*of_points, term)) == 63  # 2.5 of 4


def test_by_a_reference_five_similarities_count():
    """Points a tenth, words a fifth, each other 0.175: of 1 point 10 in all; nothing holistic."""
    of_points = point_terms(rubric(None), points(1))
    constants = replace(fitted(), reference_shares=(0.1, 0.2, 0.175), full_similarity=1.0)
    similarity = ReferenceSimilarity(words=0.5, recall=1.0, precision=0.0, meaning=0.0, letters=0.0)
    terms = answer_terms(of_points, 1.0, similarity, constants)
    assert [term.kind for term in terms] == [TermKind.REFERENCE] * 5
    assert [term.needed for term in terms] == [2.0, 1.75, 1.75, 1.75, 1.75]
    assert [term.earned for term in terms] == [1.0, 1.75, 0.0, 0.0, 0.0]
    at_half = answer_terms(of_points, 1.0, similarity, replace(constants, full_similarity=0.5))
    assert [term.earned for term in at_half] == [2.0, 1.75, 0.0, 0.0, 0.0]


def test_never_above_the_limit_and_nothing_of_nothing():
    """A list of terms has at most 30; without terms there is no score."""
    assert score_of(point_terms(rubric(None), points(0))) == 0
    assert score_of(point_terms(rubric(None), points(1)), 30) == 30
    assert score_of(()) == 0


def test_weights_count():
    """Weight 3 covered, weight 1 missed: 3 of 4."""
    weights = (3.0, 1.0)
    sums = point_terms(rubric(None, None, weights=weights), points(1, 0, weights=weights))
    assert score_of(sums) == 75


@pytest.mark.parametrize(
    ("probabilities", "status", "credit"),
    [
        ((1, 0, 0, 0), COVERED, 1.0),
        ((0, 1, 0, 0), PARTIAL, 0.4),
        ((0.5, 0.3, 0.2, 0), COVERED, 0.6),  # 0.62
        ((0.2, 0.2, 0.2, 0.4), CONTRADICTED, 0.3),  # 0.28
        ((0.25, 0.25, 0.25, 0.25), COVERED, 0.35),  # equals: the better one
    ],
)
def test_status_and_credit(probabilities, status, credit):
    """The likeliest, and the expected in steps of 0.05."""
    assert (status_of(probabilities), credit_of(probabilities, 0.4)) == (
        status,
        pytest.approx(credit),
    )


def test_a_contradiction_is_stated_from_a_probability_on():
    """0.8 is not enough where 0.9 is asked: what is not recognised is missing."""
    assert status_of((0.1, 0.05, 0.05, 0.8), 0.9) is MISSING
    assert status_of((0.5, 0.0, 0.0, 0.5), 0.9) is COVERED  # equals: the better one
    assert status_of((0.05, 0.0, 0.05, 0.9), 0.9) is CONTRADICTED


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (80, "Excellent"),
        (79, "Good"),
        (40, "Partly answered"),
        (20, "Incomplete"),
        (0, "Not an answer yet"),
    ],
)
def test_a_verdict_names_the_band(score, band):
    """Five bands of 20, and how many points are covered."""
    assert verdict_of(score, points(1, 1)) == f"{band}: 2 of 2 points covered."


def test_a_verdict_counts_statuses():
    """Those in part and contradicted are named only where there are any."""
    graded = [
        replace(point, status=status)
        for point, status in zip(points(1, 0.4, 0, 0), PointStatus, strict=True)
    ]
    assert verdict_of(35, graded) == "Incomplete: 1 of 4 points covered, 1 in part, 1 contradicted."


def test_a_wrong_statement_is_listed_once():
    """Though two points contradict it; evidence of a covered point is not wrong."""
    same, right = Evidence("cats bark", 0, 9), Evidence("cats sleep", 11, 21)
    first, second, third = points(0, 0, 1)
    graded = [
        replace(first, status=CONTRADICTED, evidence=same),
        replace(second, status=CONTRADICTED, evidence=same),
        replace(third, evidence=right),
    ]
    assert wrong_statements(graded) == (same,)
