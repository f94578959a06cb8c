"""What the line of a set shows."""

from __future__ import annotations

from training.measure_grades import summary


def test_the_line_of_graded_answers() -> None:
    """Agreement, style, right answers, the status contradicted; numbers to three digits."""
    figures = {
        "pearson": 0.5,
        "style_pearson": None,
        "n_errors": 0,
        "right_and_wrong": {"n_right": 2},
        "statuses": {"n": 4, "contradicted": {"precision": 0.75}},
    }
    line = "pearson 0.500, style_pearson None, n_errors 0, n_right 2, precision 0.750"
    assert summary(figures) == line


def test_the_line_of_wordings() -> None:
    """The overall row."""
    assert summary({"n": 1, "overall": {"n": 4, "moved": 0.25}}) == "n 4, moved 0.250"
