"""The shipped guide read without an index, and grades of answers to it by any reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragprep.grade.fitted import fitted
from ragprep.grade.grading import Context, grade
from ragprep.grade.prepare import prepare
from ragprep.grade.rubric import default_rubric
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.points import key_points
from ragprep.protocols import Reader
from ragprep.testing.fakes import SureReader
from ragprep.text.words import words
from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry

Graded = Callable[..., Grade]


@pytest.fixture(scope="session")
def entries() -> dict[str, Entry]:
    """Label -> entry of the shipped guide."""
    return {entry.label: entry for entry in read_guide(shipped_guides()[0]).entries}


@pytest.fixture(scope="session")
def rubrics(entries: dict[str, Entry]) -> dict[str, Rubric]:
    """Label -> its rubric, without a file beside the guide."""
    return {
        label: default_rubric(entry, key_points(entry), required_share=0.7)
        for label, entry in entries.items()
    }


@pytest.fixture(scope="session")
def graded(entries: dict[str, Entry], rubrics: dict[str, Rubric]) -> Graded:
    """Grade an answer to an entry of the shipped guide, by a reader to whom all is covered."""
    every = {w for e in entries.values() for w in words(f"{e.question} {e.answer}")}
    context = Context(lambda word: word in every)

    def graded(label: str, answer: str, reader: Reader | None = None) -> Grade:
        entry, prepared = entries[label], prepare(entries[label], answer)
        return grade(entry, rubrics[label], prepared, reader or SureReader(), context, fitted())

    return graded
