"""Choosing the shares of a grade against a reference, on numbers to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.types.grade import Grade, Term, TermKind
from training.fit_references import Set, parts_of, pearson


def test_the_parts_of_a_grade():
    """Points 1 of 2, words half, the mean of the others 0.75; of no answer nothing."""
    sums = (
        Term(TermKind.POINT, "a", 1.0, 1.0),
        Term(TermKind.POINT, "b", 0.0, 1.0),
        Term(TermKind.REFERENCE, "words", 0.5, 1.0),
        Term(TermKind.REFERENCE, "recall", 1.0, 1.0),
        Term(TermKind.REFERENCE, "meaning", 0.5, 1.0),
    )
    assert parts_of(Grade("q", "?", 50, 1.0, "", (), sums)) == (0.5, 0.5, 0.75)
    assert parts_of(Grade("q", "?", 0, 1.0, "", (), sums[:2])) == (0.0, 0.0, 0.0)


def test_correlation_on_the_questions_to_choose_by_and_on_the_others():
    """Points agree on the first three answers and disagree on the last three."""
    points = np.array([0.0, 0.5, 1.0, 0.0, 0.5, 1.0])
    graded = Set(
        np.column_stack([points, points[::-1], points]),
        np.array([0.0, 0.5, 1.0, 1.0, 0.5, 0.0]),
        np.array([True] * 3 + [False] * 3),
    )
    assert pearson({"a": graded}, 1.0, 0.0, chosen_by=True) == pytest.approx([1.0])
    assert pearson({"a": graded}, 1.0, 0.0, chosen_by=False) == pytest.approx([-1.0])
    assert pearson({"a": graded}, 0.0, 1.0, chosen_by=False) == pytest.approx([1.0])
