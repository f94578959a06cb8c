"""What an answer is graded by, and the file beside a guide that amends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragprep.errors import GuideError
from ragprep.grade.amendments import read_amendments
from ragprep.grade.rubric import amended, default_rubric
from ragprep.types.grade import PointGroup, Rubric
from ragprep.types.guide import Entry, KeyPoint

ENTRY = Entry("abc123", "pets/q1", "What helps a cat?", "", (), "pets", (1, 9))
POINTS = [KeyPoint("Cats are fine.", 2), *(KeyPoint(w, 3, "Ways") for w in ("Fish", "Milk", "Sun"))]


def default(question: str = ENTRY.question) -> Rubric:
    entry = Entry("abc123", "pets/q1", question, "", (), "pets", (1, 9))
    return default_rubric(entry, POINTS, required_share=0.7)


def from_file(tmp_path: Path, text: str) -> Rubric:
    (tmp_path / "pets.points.toml").write_text(text)
    return amended(default(), ENTRY, read_amendments(tmp_path / "pets.md"))


def test_items_under_a_heading_are_alternatives():
    """0.7 of 3 is 3 rounded up; of 6 it is 5, of 10 exactly 7."""
    rubric = default()
    assert rubric.groups == (PointGroup("Ways", 3),)
    assert [point.group for point in rubric.points] == [None, 0, 0, 0]
    for size, required in ((6, 5), (10, 7)):
        many = [KeyPoint(str(i), i, "Ways") for i in range(size)]
        assert default_rubric(ENTRY, many, required_share=0.7).groups[0].required == required


@pytest.mark.parametrize("question", ["List all ways.", "What are the types of cats?"])
def test_a_question_for_all_needs_all(question: str):
    """No groups."""
    assert default(question).groups == ()


def test_no_file_no_amendments(tmp_path: Path):
    """The default stands."""
    assert read_amendments(tmp_path / "pets.md") == ()


def test_weight_and_other_wordings(tmp_path: Path):
    """By label without its guide's prefix; the text in any case and spacing."""
    rubric = from_file(
        tmp_path,
        '[[point]]\nentry = "Q1"\npoint = "fish"\nweight = 2\naccept = ["tuna"]\n',
    )
    assert (rubric.points[1].weight, rubric.points[1].accepted) == (2.0, ("tuna",))


def test_left_out_added_and_grouped(tmp_path: Path):
    """By id as well; a group shrinks with its points."""
    rubric = from_file(
        tmp_path,
        '[[point]]\nentry = "abc123"\npoint = "Milk"\nleave_out = true\n'
        '[[add]]\nentry = "abc123"\npoint = "Play"\n'
        '[[enough]]\nentry = "abc123"\npoints = ["Sun", "Play"]\nnumber = 1\n',
    )
    assert [p.point.text for p in rubric.points] == ["Cats are fine.", "Fish", "Sun", "Play"]
    assert [p.group for p in rubric.points] == [None, 0, 1, 1]
    assert [g.required for g in rubric.groups] == [1, 1]


def test_a_point_that_is_gone_is_passed_over(tmp_path: Path):
    """With a warning that names the line."""
    rubric = from_file(tmp_path, '\n[[point]]\nentry = "q1"\npoint = "Beef"\nweight = 2\n')
    assert rubric.points == default().points
    assert "pets.points.toml:2" in rubric.warnings[0]
    assert "Beef" in rubric.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "[[point]\n",
        '[point]\nentry = "q1"\n',
        '[[pint]]\nentry = "q1"\n',
        '[[point]]\nentry = "q1"\n',
        '[[point]]\nentry = "q1"\npoint = 3\n',
        '[[point]]\nentry = "q1"\npoint = "Fish"\nweight = 0\n',
        '[[point]]\nentry = "q1"\npoint = "Fish"\nweight = true\n',
        '[[point]]\nentry = "q1"\npoint = "Fish"\nwieght = 2\n',
        '[[point]]\nentry = "q1"\npoint = "Fish"\naccept = []\n',
        '[[enough]]\nentry = "q1"\npoints = ["Fish"]\nnumber = 2\n',
        '[[enough]]\nentry = "q1"\npoints = ["Fish", "Fish"]\nnumber = 2\n',
        '[[enough]]\nentry = "q1"\npoints = ["Fish"]\nnumber = 1000000000000\n',
        '[["a("]]\nentry = "q1"\n',
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str):
    """With the file."""
    with pytest.raises(GuideError, match=r"pets\.points\.toml"):
        from_file(tmp_path, text)
