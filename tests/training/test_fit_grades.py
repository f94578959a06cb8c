"""Choosing the constants of grades, on two answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ragprep.evaluation.graded import GradedAnswer
from ragprep.grade.fitted import fitted
from ragprep.testing.fakes import FakeReader
from ragprep.types.guide import Entry
from training.fit_grades import GRID, Remembered, cases, measure, table

POINTS = "- Dogs bark loudly\n- Cats sleep all day"
ENTRY = Entry("id", "q1", "What do pets do?", POINTS, (), "g", (1, 2))
FULL = GradedAnswer("a", "q1", None, "", "Dogs bark loudly and cats sleep all day.", 1.0)
HALF = GradedAnswer("b", "q1", None, "", "I believe that dogs bark loudly.", 0.5)
CASES = cases([FULL, HALF], {"q1": ENTRY})
ALL_REQUIRED = replace(fitted(), required_share=1.0)


def test_figures_of_right_grades():
    """100 and 50 for 1 and 0.5: r is 1, and no error."""
    figures = measure(CASES, FakeReader(), ALL_REQUIRED)
    assert figures["pearson"] == pytest.approx(1.0)
    assert figures["rmse"] == pytest.approx(0.0)


def test_an_answer_is_read_once():
    """However many constants are tried."""
    fake = FakeReader()
    reader = Remembered(fake)
    for share in (0.0, 0.5, 0.8):
        measure(CASES, reader, replace(ALL_REQUIRED, holistic=share))
    assert len(fake.answers) == 2


def test_the_table_changes_one_constant_at_a_time():
    """Each value of the grid once, the others as given."""
    base = fitted()
    seen = []

    def measured(constants):
        seen.append(constants)
        return {}

    rows = [(name, value) for name, value, _ in table(measured, base)]
    assert rows == [(name, value) for name, values in GRID.items() for value in values]
    assert seen == [replace(base, **{name: value}) for name, value in rows]
