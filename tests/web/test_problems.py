"""Errors as HTTP tells them: each of the tree has a status of its own or of the one above."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from ragprep import errors
from ragprep.errors import RagprepError
from ragprep.web.problems import problem_of, status_of

EXPECTED = {
    "RagprepError": 503,
    "ConfigError": 422,
    "QueryError": 422,
    "AnswerError": 422,
    "GuideError": 422,
    "NoQuestions": 422,
    "UnknownEntry": 404,
    "NotCovered": 404,
    "ModelError": 503,
    "IndexFault": 503,
    "IndexMissing": 503,
    "IndexDamaged": 503,
    "IndexMismatch": 503,
    "IndexBusy": 409,
    "IndexUnwritable": 503,
    "StoreUnavailable": 503,
    "StoreFailed": 503,
    "ReaderError": 503,
    "ExportError": 503,
    "PracticeError": 409,
    "JournalBusy": 409,
    "JournalDamaged": 503,
    "JournalNewer": 503,
    "JournalUnwritable": 503,
    "Overloaded": 503,
    "EvaluationError": 503,
    "LLMError": 502,
    "LLMUnavailable": 503,
    "LLMTimeout": 504,
    "LLMLooped": 502,
}
"""Written down once more: a new error needs a decision."""


def tree() -> dict[str, type[RagprepError]]:
    """Return all errors of the tree."""
    classes = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    return {name: value for name, value in classes.items() if issubclass(value, RagprepError)}


def test_every_error_has_a_status() -> None:
    """A new one is not forgotten here."""
    assert tree().keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_error_becomes_a_problem(name: str) -> None:
    """What happened, what to do, and the status in words."""
    kind = tree()[name]
    error = kind.__new__(kind)
    RagprepError.__init__(error, "The disk is full.", remedy="Make room.")
    body = problem_of(error)
    assert status_of(error) == body["status"] == EXPECTED[name]
    assert (body["detail"], body["remedy"], body["error"]) == (
        "The disk is full.",
        "Make room.",
        name,
    )


def test_a_problem_names_its_status() -> None:
    """As RFC 9457 wants it where a problem has no type of its own."""
    body = problem_of(errors.QueryError("The question is empty.", remedy="Ask something."))
    assert (body["type"], body["title"]) == ("about:blank", HTTPStatus(422).phrase)
