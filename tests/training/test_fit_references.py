"""Choosing the shares of a grade against a reference, on numbers to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.types.grade import Grade, Term, TermKind
from training.fit_references import Set, parts_of, pearson


def test_the_parts_of_a_grade():
    """Points 1 of 2, and each similarity; of no answer nothing."""
    sums = (
        Term(TermKind.POINT, "a", 1.0, 1.0),
        Term(TermKind.POINT, "b", 0.0, 1.0),
        Term(TermKind.REFERENCE, "words", 0.5, 1.0),
        Term(TermKind.REFERENCE, "recall", 2.0, 2.0),
    )
    assert parts_of(Grade("q", "?", 50, 1.0, "", (), sums)) == (0.5, [0.5, 1.0])
    assert parts_of(Grade("q", "?", 0, 1.0, "", (), sums[:2])) == (0.0, [0.0] * 5)


def test_a_score_is_made_of_shares():
    """Points 0.5 of a half; words 0.2 of a quarter, full at 0.4; another 0.8 of a quarter."""
    graded = Set(np.array([0.5]), np.array([[0.2, 0.8]]), np.array([1.0]), np.array([True]))
    assert graded.scores(0.5, 0.25, 0.4) == pytest.approx([0.25 + 0.125 + 0.25])


def test_correlation_on_the_questions_to_choose_by_and_on_the_others():
    """Points agree on the first three answers and disagree on the last three."""
    points = np.array([0.0, 0.5, 1.0, 0.0, 0.5, 1.0])
    graded = Set(
        points,
        np.column_stack([points[::-1], points]),
        np.array([0.0, 0.5, 1.0, 1.0, 0.5, 0.0]),
        np.array([True] * 3 + [False] * 3),
    )
    sets = {"a": graded}
    assert pearson(sets, 1.0, 0.0, 1.0, chosen_by=True) == pytest.approx([1.0])
    assert pearson(sets, 1.0, 0.0, 1.0, chosen_by=False) == pytest.approx([-1.0])
    assert pearson(sets, 0.0, 1.0, 1.0, chosen_by=False) == pytest.approx([1.0])
