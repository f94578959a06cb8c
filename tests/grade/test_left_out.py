"""What an answer left out, as a rubric of its own and as a question."""

from __future__ import annotations

from ragprep.grade.left_out import first_to_fix, left_out, question_about
from ragprep.types.grade import (
    Evidence,
    Grade,
    PointGrade,
    PointGroup,
    PointStatus,
    Rubric,
    RubricPoint,
)
from ragprep.types.guide import KeyPoint

WHAT = RubricPoint(KeyPoint("Cats sleep for most of the day and hunt at night.", 1))
BIAS = RubricPoint(KeyPoint("Fur: What keeps a cat warm", 2), weight=2.0)
WAYS = tuple(
    RubricPoint(KeyPoint(text, 3, "Food"), group=0) for text in ("Fish", "Milk", "Mice", "Rice")
)
RUBRIC = Rubric((WHAT, BIAS, *WAYS), (PointGroup("Food", 3),))


def graded(letters: str) -> Grade:
    """Return a grade with a status a point: c(overed), p(artial), m(issing), x (contradicted)."""
    status = dict(zip("cpmx", PointStatus, strict=True))
    points = tuple(
        PointGrade(
            point.point.text,
            point.point.line,
            point.point.heading,
            status[letter],
            credit=float(letter == "c"),
            weight=point.weight,
            evidence=Evidence("cats\n never  sleep", 0, 17) if letter == "x" else None,
        )
        for point, letter in zip(RUBRIC.points, letters, strict=True)
    )
    return Grade("q1", "What is a cat?", 50, 0.9, "", points)


def texts(rubric: Rubric) -> list[str]:
    return [point.point.text for point in rubric.points]


def test_a_point_is_asked_for_by_its_name() -> None:
    """The name stands before a colon; a point without one is known by its first words."""
    rubric = left_out(RUBRIC, graded("cmcccm").points)
    assert texts(rubric) == ["Fur: What keeps a cat warm"]
    assert question_about(rubric) == 'You left out "Fur": say it in a sentence.'
    assert question_about(left_out(RUBRIC, graded("mccccc").points)) == (
        'You left out "Cats sleep for most of ...": say it in a sentence.'
    )


def test_of_a_group_only_what_is_short_is_asked() -> None:
    """Three of four are required; one was named, so two more of the three others are."""
    rubric = left_out(RUBRIC, graded("cccmmm").points)
    assert texts(rubric) == ["Milk", "Mice", "Rice"]
    assert rubric.groups == (PointGroup("Food", 2),)
    assert question_about(rubric) == 'Name 2 more of "Food".'
    assert question_about(left_out(RUBRIC, graded("ccpccm").points)) == ""


def test_what_costs_most_is_asked_and_no_more_than_two() -> None:
    """Fur counts 2 and food 3; the first point counts 1 and waits."""
    rubric = left_out(RUBRIC, graded("mmmmmm").points)
    assert texts(rubric) == ["Fur: What keeps a cat warm", "Fish", "Milk", "Mice", "Rice"]
    assert question_about(rubric) == (
        'You left out "Fur": say it in a sentence. Name 3 more of "Food".'
    )


def test_nothing_left_out_asks_nothing() -> None:
    """What contradicts the guide was not left out."""
    rubric = left_out(RUBRIC, graded("xccccc").points)
    assert rubric.points == ()
    assert question_about(rubric) == ""


def test_what_is_wrong_comes_first_then_what_is_missing_then_what_is_partial() -> None:
    """Quoted on one line, with the guide's words beside it."""
    assert first_to_fix(RUBRIC, graded("xmpccc").points) == (
        'You said "cats never sleep". '
        'The guide: "Cats sleep for most of the day and hunt at night".'
    )
    assert first_to_fix(RUBRIC, graded("cmpmmm").points) == 'Left out: "Fur"; 2 more of "Food".'
    assert first_to_fix(RUBRIC, graded("pccccc").points) == (
        'Said in part: "Cats sleep for most of the day and hunt at night".'
    )
    assert first_to_fix(RUBRIC, graded("cccccm").points) == ""
