"""How a person's words differ from a point, and which points count nothing."""

from __future__ import annotations

import pytest

from ragprep.grade.difference import turned, unsaid
from ragprep.grade.rubric import default_rubric, is_empty
from ragprep.types.guide import Entry, KeyPoint

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("point", "clause", "differs"),
    [
        ("Decreases bias", "it increases bias", '"increases", where the guide has "decreases"'),
        ("At least 3 replicas", "at least 2 replicas", '"2", where the guide has "3"'),
        ("High bias, low variance", "low variance and high bias", ""),  # both stand in both
    ],
)
def test_what_is_turned_is_said(point: str, clause: str, differs: str):
    assert turned(point, clause) == differs


@pytest.mark.parametrize(
    ("point", "clause", "differs"),
    [
        ("Limits depth and prunes leaves", "it limits the depth", "not said: prunes, leaves"),
        ("Limits depth", "the depth is limited", ""),
        ("One two three four five six", "seven", "not said: one, two, three, four"),
    ],
)
def test_what_is_not_said_is_named(point: str, clause: str, differs: str):
    assert unsaid(point, clause) == differs


def test_a_point_that_only_praises_its_subject_counts_nothing():
    question = "Explain the bias-variance tradeoff."
    praise = "The bias-variance tradeoff is a fundamental concept in machine learning"
    assert is_empty(praise, question)
    assert not is_empty("Dropout is a common technique that removes random neurons", question)
    entry = Entry("a", "q1", question, "", (), "g", (1, 2))
    points = [KeyPoint(praise, 1), KeyPoint("Bias: too simple", 2)]
    rubric = default_rubric(entry, points, required_share=1.0)
    assert [point.weight for point in rubric.points] == [0.0, 1.0]


def test_where_all_points_only_praise_they_count():
    entry = Entry("a", "q1", "What is a cat?", "", (), "g", (1, 1))
    points = [KeyPoint("A cat is an important topic", 1)]
    assert default_rubric(entry, points, required_share=1.0).points[0].weight == 1.0
