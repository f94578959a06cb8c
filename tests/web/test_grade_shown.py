"""A grade as pages show it: every word of the answer once, marked by what it is evidence of."""

from __future__ import annotations

import pytest

from ragprep.types.grade import Evidence, Grade, PointGrade, PointStatus, Term, TermKind
from ragprep.web.pages.grading import Stretch, marked, summed

ANSWER = "cats purr and dogs bark"


def point(status: PointStatus, text: str = "") -> PointGrade:
    """Return a point whose evidence is `text`, which stands in the answer."""
    start = ANSWER.find(text)
    evidence = Evidence(text, start, start + len(text)) if text else None
    return PointGrade("", 1, "", status, 1.0, evidence=evidence)


def graded(*points: PointGrade, wrong: str = "") -> Grade:
    """Return a grade of these points."""
    start = ANSWER.find(wrong)
    contradicting = (Evidence(wrong, start, start + len(wrong)),) if wrong else ()
    return Grade("q1", "Pets?", 50, 1.0, "", points, wrong=contradicting)


def test_words_are_marked_with_the_numbers_of_their_points() -> None:
    """The rest of the answer stands between them."""
    covered = point(PointStatus.COVERED, "cats purr")
    partial = point(PointStatus.PARTIAL, "dogs bark")
    assert marked(ANSWER, graded(covered, point(PointStatus.MISSING), partial)) == (
        Stretch("cats purr", PointStatus.COVERED, (1,)),
        Stretch(" and "),
        Stretch("dogs bark", PointStatus.PARTIAL, (3,)),
    )


def test_the_worse_status_marks_what_two_points_share() -> None:
    """The number of each stands where its evidence ends."""
    whole = point(PointStatus.COVERED, "cats purr and dogs bark")
    assert marked(ANSWER, graded(whole, point(PointStatus.PARTIAL, "cats purr"))) == (
        Stretch("cats purr", PointStatus.COVERED, (2,)),
        Stretch(" and dogs bark", PointStatus.COVERED, (1,)),
    )
    assert marked(ANSWER, graded(whole, wrong="dogs bark")) == (
        Stretch("cats purr and ", PointStatus.COVERED),
        Stretch("dogs bark", PointStatus.CONTRADICTED, (1,)),
    )


@pytest.mark.parametrize("answer", ["", "nothing of it"])
def test_an_answer_without_evidence_is_not_marked(answer: str) -> None:
    """An empty one has no stretches."""
    stretches = marked(answer, graded(point(PointStatus.MISSING)))
    assert stretches == ((Stretch(answer),) if answer else ())


def test_the_sum_can_be_checked() -> None:
    """Single points together, the others by name, and the limit where there is one."""
    sums = (
        Term(TermKind.POINT, "a", 1.0, 1.0),
        Term(TermKind.POINT, "b", 0.5, 2.0),
        Term(TermKind.HOLISTIC, "holistic score", 0.5, 1.0),
    )
    grade = Grade("q1", "Pets?", 50, 1.0, "", (), sums)
    assert summed(grade) == "50 = 100 × (points 1.5 of 3; holistic score 0.5 of 1)"
    assert summed(Grade("q1", "", 0, 1.0, "", (), sums, limit=0)).endswith(", at most 0")
