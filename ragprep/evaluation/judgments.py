"""Reads a file of judged queries, and tells by file and line what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragprep.errors import EvaluationError

MAX_GRADE = 10
"""A guess: scales in use stop at 4, and at 2^10 - 1 a gain drowns every other."""

_EXAMPLE = '{"id": "a1", "query": "why does it overfit", "gold": {"q76": 2}}'


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the entries that answer it.

    Attributes:
        id: unique in its file; the line's number where the file gives none.
        query: as written, possibly blank: what a search makes of that is for the search to say.
        style: of its wording ("keywords"); "" if not said.
        gold: label in lower case -> grade, 1 (related) and up; 2 answers directly. Labels
            graded 0 are left out. Empty when the guides do not answer the query.
    """

    id: str
    query: str
    style: str
    gold: Mapping[str, int]

    @property
    def answerable(self) -> bool:
        """Whether any entry has a grade above 0."""
        return any(grade > 0 for grade in self.gold.values())


def read_queries(path: Path, *, labels: Collection[str]) -> list[JudgedQuery]:
    """Read a file of judged queries, one JSON object a line, in the file's order.

    A line is `{"id", "query", "style", "gold": {"Q3": 2}}`; `id` and `style` may be missing.
    Blank lines are passed over, other keys ignored, labels matched without regard to case.

    Args:
        path: a JSON Lines file in UTF-8.
        labels: of the entries in the index.

    Raises:
        EvaluationError: the file cannot be used; the message starts with file:line.
    """
    known = frozenset(label.lower() for label in labels)
    queries: dict[str, JudgedQuery] = {}
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        query = text_of(where, record, "query")
        style = text_of(where, record, "style") if record.get("style") is not None else ""
        name = id_of(where, record, "id") if record.get("id") is not None else str(number)
        if name in queries:
            raise EvaluationError(
                f"{where}: the id {name!r} occurs twice", remedy="Give each query an id of its own."
            )
        gold = graded_labels(where, "gold", record.get("gold"), known)
        queries[name] = JudgedQuery(name, query, style, gold)
    if not queries:
        raise EvaluationError(
            f"{path}:1: the file has no queries", remedy=f"Write one query a line: {_EXAMPLE}"
        )
    return list(queries.values())


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line that is not blank, with its 1-based number; a line ends at a line feed."""
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise EvaluationError(
            f"{path}: cannot be read ({exc.strerror or exc})",
            remedy="Check the path and its permissions.",
        ) from exc
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        number = exc.object.count(b"\n", 0, exc.start) + 1
        raise EvaluationError(
            f"{path}:{number}: the file is not UTF-8", remedy="Save the file as UTF-8."
        ) from exc
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def json_record(where: str, line: str) -> dict[str, Any]:
    """Return the JSON object on a line; `where` is its file:line, for the error."""
    try:
        record = json.loads(line, object_pairs_hook=_object)
    except (ValueError, RecursionError) as exc:
        raise EvaluationError(
            f"{where}: not sound JSON ({exc})", remedy="Write one JSON object a line."
        ) from exc
    if not isinstance(record, dict):
        raise EvaluationError(f"{where}: not a JSON object", remedy="Write one JSON object a line.")
    return record


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of a JSON object; json alone would keep the last of two equal keys."""
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} occurs twice")
    return record


def text_of(where: str, record: dict[str, Any], key: str) -> str:
    """Return the text under `key`, which must be there; it may be blank."""
    value = record.get(key)
    if value is None:
        fault = "is missing"
    elif not isinstance(value, str):
        fault = "is not a text"
    elif any("\ud800" <= char <= "\udfff" for char in value):
        fault = "has half a character (a lone surrogate)"
    else:
        return value
    raise EvaluationError(f"{where}: `{key}` {fault}", remedy=f'Give `"{key}"` a text in quotes.')


def id_of(where: str, record: dict[str, Any], key: str) -> str:
    """Return the id under `key`, a text with something in it or a whole number."""
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    name = text_of(where, record, key)
    if not name.strip():
        raise EvaluationError(
            f"{where}: `{key}` is blank", remedy=f"Give `{key}` a text that no other line has."
        )
    return name


def graded_labels(where: str, key: str, gold: object, known: Collection[str]) -> dict[str, int]:
    """Return label in lower case -> grade above 0 of the object under `key`."""
    if not isinstance(gold, dict):
        raise EvaluationError(
            f"{where}: `{key}` is missing or not an object",
            remedy=f'Write `"{key}": {{"q3": 2}}`, or `"{key}": {{}}` where no entry answers.',
        )
    graded: dict[str, int] = {}
    for label, grade in gold.items():
        if label.lower() not in known:
            raise EvaluationError(
                f"{where}: no entry in the index has the label {label!r}",
                remedy="Correct the label (`ragprep list` shows them), or index its guide.",
            )
        if label.lower() in graded:
            raise EvaluationError(
                f"{where}: the label {label!r} occurs twice in `{key}`",
                remedy="Give each label one grade; upper and lower case count as one.",
            )
        if isinstance(grade, bool) or not isinstance(grade, int) or not 0 <= grade <= MAX_GRADE:
            raise EvaluationError(
                f"{where}: the grade of {label!r} is {grade!r}",
                remedy=f"Use a whole number from 0 to {MAX_GRADE}: 2 answers, 1 is related.",
            )
        graded[label.lower()] = grade
    return {label: grade for label, grade in graded.items() if grade > 0}
