"""Reads a file of graded answers: JSON Lines over the index, or a CSV with references."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ragprep.errors import EvaluationError, UnknownEntry
from ragprep.evaluation.judgments import id_of, json_record, text_lines, text_of
from ragprep.types.grade import PointStatus
from ragprep.types.guide import Entry

COLUMNS = ("question_id", "question", "reference_answer", "student_answer", "grade_0_1")
_EXAMPLE = '{"id": "a1", "entry": "q3", "answer": "...", "score": 0.8}'


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """An answer with the grade that a person gave.

    Attributes:
        id: unique in its file.
        ref: label or id of its entry; from a CSV the question's id.
        entry: question and reference from a CSV; None when it is one of the index.
        kind: of answer ("wrong", "keyword list"); "" if not given.
        answer: as written.
        score: 0 to 1.
        statuses: of each point of the entry; None where none was given.
        unmatched: points that the file names and the entry does not have.
    """

    id: str
    ref: str
    entry: Entry | None
    kind: str
    answer: str
    score: float
    statuses: tuple[PointStatus | None, ...] = ()
    unmatched: int = 0


def read_answers(path: Path, *, points_of: Callable[[str], Sequence[str]]) -> list[GradedAnswer]:
    """Read graded answers (eval/README.md), in the file's order.

    Args:
        path: `.csv`, else JSON Lines, in UTF-8. Scores are 0 to 1; in a file where one is above
            1 all are taken to be 0 to 100.
        points_of: returns the texts of an entry's points; raises UnknownEntry.

    Raises:
        EvaluationError: the file cannot be used; the message starts with file:line.
    """
    is_csv = path.suffix.lower() == ".csv"
    answers = list(_from_csv(path) if is_csv else _from_json_lines(path, points_of))
    if not answers:
        raise EvaluationError(
            f"{path}:1: the file has no answers", remedy=f"Write one a line: {_EXAMPLE}"
        )
    counts = Counter(answer.id for answer in answers)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise EvaluationError(
            f"{path}: the id {twice!r} occurs twice", remedy="Give each answer an id of its own."
        )
    if any(answer.score > 1 for answer in answers):
        answers = [replace(answer, score=answer.score / 100) for answer in answers]
    return answers


def _from_json_lines(
    path: Path, points_of: Callable[[str], Sequence[str]]
) -> Iterator[GradedAnswer]:
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        ref = text_of(where, record, "entry")
        try:
            points = points_of(ref)
        except UnknownEntry as exc:
            raise EvaluationError(f"{where}: {exc}", remedy=exc.remedy) from exc
        statuses, unmatched = _statuses(where, record.get("points") or [], points)
        yield GradedAnswer(
            id=id_of(where, record, "id") if record.get("id") is not None else str(number),
            ref=ref,
            entry=None,
            kind=text_of(where, record, "kind") if record.get("kind") is not None else "",
            answer=text_of(where, record, "answer"),
            score=_score(where, record.get("score")),
            statuses=statuses,
            unmatched=unmatched,
        )


def _from_csv(path: Path) -> Iterator[GradedAnswer]:
    text = "\n".join(line for _, line in text_lines(path))
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        records = list(rows)
    except csv.Error as exc:
        raise EvaluationError(
            f"{path}:{rows.line_num + 1}: not sound CSV ({exc})", remedy="Look for an open quote."
        ) from exc
    absent = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if absent:
        raise EvaluationError(
            f"{path}:1: no column {absent[0]}", remedy=f"The columns are {', '.join(COLUMNS)}."
        )
    for number, row in enumerate(records, 1):
        question, reference = row["question"] or "", row["reference_answer"] or ""
        lines = 1, reference.count("\n") + 1
        name = row["question_id"] or question
        entry = Entry(name, name, question, reference, (), path.stem, lines)
        score = _score(f"{path}: answer {number}", row["grade_0_1"])
        yield GradedAnswer(str(number), name, entry, "", row["student_answer"] or "", score)


def _statuses(
    where: str, records: object, points: Sequence[str]
) -> tuple[tuple[PointStatus | None, ...], int]:
    """Return the status of each point, named by its 1-based number or its text."""
    statuses: list[PointStatus | None] = [None] * len(points)
    unmatched = 0
    folded = [_fold(point) for point in points]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise _bad_points(where)
    for record in records:
        point, status = record.get("point"), str(record.get("status")).lower()
        if status not in set(PointStatus):
            raise EvaluationError(
                f"{where}: the status is {status!r}.", remedy=f"Use {', '.join(PointStatus)}."
            )
        place = point - 1 if isinstance(point, int) else _place(folded, str(point))
        if 0 <= place < len(points):
            statuses[place] = PointStatus(status)
        else:
            unmatched += 1
    return tuple(statuses), unmatched


def _place(folded: Sequence[str], text: str) -> int:
    """Return which point has this text, with or without its heading; -1 when none has."""
    wanted = _fold(text)
    for i, point in enumerate(folded):
        if point == wanted or wanted.endswith(f": {point}"):
            return i
    return -1


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _score(where: str, value: Any) -> float:
    try:
        score = float(value)
    except (TypeError, ValueError):
        score = -1.0
    if isinstance(value, bool) or not 0 <= score <= 100:
        raise EvaluationError(f"{where}: the score is {value!r}.", remedy="Give a number, 0 to 1.")
    return score


def _bad_points(where: str) -> EvaluationError:
    return EvaluationError(
        f"{where}: `points` is not a list of objects.",
        remedy='Write `"points": [{"point": 1, "status": "covered"}]`.',
    )
