"""Asks the reader about an answer, and checks what it says; pure but for the reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ragprep.errors import ReaderError
from ragprep.grade.clauses import has_marks, statements
from ragprep.grade.evidence import MANY_CLAUSES, with_heading
from ragprep.grade.score import Probabilities
from ragprep.grade.subjects import Subject, begins_with, named_in, subjects_of
from ragprep.protocols import AssertionReader, Reader
from ragprep.text.content import spelled_out
from ragprep.text.sentences import Span
from ragprep.text.words import words
from ragprep.types.grade import ReaderOutput, Rubric, StatementReading


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of an answer, read one by one.

    Attributes:
        readings: in the answer's order.
        lengths: of each statement, in words.
    """

    readings: tuple[StatementReading, ...]
    lengths: tuple[int, ...]


def read(
    question: str, rubric: Rubric, text: str, reader: Reader, *, partial_credit: float
) -> tuple[list[Probabilities], float]:
    """Return the probabilities of each point's status, and the holistic score, 0 to 1.

    Of several accepted wordings of a point the one that speaks best for the answer counts. An
    answer without marks is read with a full stop after each statement.

    Raises:
        ReaderError: what the reader returned cannot be used.
    """
    wordings, owners = _wordings(rubric)
    if not has_marks(text):
        names = _first_names(subjects_of([with_heading(point) for point in rubric.points]))
        text = ". ".join(span.text for span in statements(text, names))
    output = reader.read(question, wordings, spelled_out(text))
    _check(output, len(wordings), reader.name)
    best: list[Probabilities] = [(0.0, 0.0, 0.0, 1.0)] * len(rubric.points)
    for place, row in zip(owners, output.probabilities, strict=True):
        if _worth(row, partial_credit) > _worth(best[place], partial_credit):
            best[place] = row
    return best, output.holistic


def read_statements(rubric: Rubric, text: str, reader: AssertionReader) -> Statements:
    """Return what the statements of a cleaned answer assert, the first `MANY_CLAUSES` of them.

    A statement that begins with the name of a point ("L1 ...") is held against that one, whichever
    is closest: "L1 adds absolute values" is close to "L2: adds squares", too.
    """
    wordings, owners = _wordings(rubric)
    points = [with_heading(point) for point in rubric.points]
    subjects = subjects_of(points)
    spans = statements(text, _first_names(subjects))[:MANY_CLAUSES]
    spoken = [spelled_out(span.text) for span in spans]
    readings = [
        replace(reading, point=owners[reading.point]) for reading in reader.read(wordings, spoken)
    ]
    for place, (span, reading) in enumerate(zip(spans, readings, strict=True)):
        point = _named(subjects, span)
        if point not in (None, reading.point):
            [reading] = reader.read([points[point]], [spoken[place]])
            readings[place] = replace(reading, point=point)
    return Statements(tuple(readings), tuple(len(words(statement)) for statement in spoken))


def _first_names(subjects: Sequence[Subject]) -> set[str]:
    """Return the stems that the names of subjects begin with."""
    return {name[0] for subject in subjects for name in subject.names}


def _named(subjects: Sequence[Subject], statement: Span) -> int | None:
    """Return the point whose name a statement begins with, if it names no other."""
    named = named_in(subjects, statement)
    return named[0].point if len(named) == 1 and begins_with(named[0], statement) else None


def _wordings(rubric: Rubric) -> tuple[list[str], list[int]]:
    """Return all accepted wordings of all points, and whose each is."""
    wordings, owners = [], []
    for place, point in enumerate(rubric.points):
        for wording in (with_heading(point), *point.accepted):
            wordings.append(wording)
            owners.append(place)
    return wordings, owners


def _worth(row: Probabilities, partial_credit: float) -> float:
    covered, partial, _, contradicted = row
    return covered + partial_credit * partial - contradicted


def _check(output: ReaderOutput, count: int, name: str) -> None:
    rows = [(*row, output.holistic) for row in output.probabilities]
    in_range = all(math.isfinite(v) and -1e-6 <= v <= 1 + 1e-6 for row in rows for v in row)
    normalised = all(abs(sum(row) - 1) < 1e-3 for row in output.probabilities)
    if len(rows) != count or not in_range or not normalised:
        raise ReaderError(
            f"The reader {name} gave no probabilities for {count} points.",
            remedy="This is a fault of the reader; run `ragprep doctor`.",
        )
