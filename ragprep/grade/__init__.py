"""Grading a person's own answer, point by point: rules, judge, contradictions, score."""

from __future__ import annotations

from ragprep.grade.grading import Context, grade, named
from ragprep.grade.likeness import likeness
from ragprep.grade.prepare import Prepared, prepare
from ragprep.grade.rubric import amended, default_rubric, read_amendments
from ragprep.grade.second import second_opinion
from ragprep.grade.signs import Closeness

__all__ = [
    "Closeness",
    "Context",
    "Prepared",
    "amended",
    "default_rubric",
    "grade",
    "likeness",
    "named",
    "prepare",
    "read_amendments",
    "second_opinion",
]
