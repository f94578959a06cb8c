"""How far grades move with the wording: each change by itself, and the figures."""

from __future__ import annotations

import json

import pytest

from ragprep import wire
from ragprep.errors import EvaluationError, ReaderError
from ragprep.evaluation.graded import GradedAnswer
from ragprep.evaluation.wording import (
    Moved,
    dictated,
    evaluate_wording,
    other_case,
    with_typos,
    without_marks,
    wording_tables,
)
from ragprep.types.grade import Grade

ANSWER = "Precision is TP/(TP+FP), about 0.75. Recall doesn't count FP!"


def test_case() -> None:
    """Capitals go; where there are none, sentences get them."""
    assert other_case("L1 is Sparse") == "l1 is sparse"
    assert other_case("it zeroes. is it sparse? yes") == "It zeroes. Is it sparse? Yes"


def test_marks() -> None:
    """Those between words go; brackets, and those within numbers and contractions, stay."""
    assert without_marks(ANSWER) == "Precision is TP/(TP+FP) about 0.75 Recall doesn't count FP"
    assert without_marks('He said: "no", (maybe).') == "He said no (maybe)"


def test_typos() -> None:
    """One slip, always the same, not in a first letter or a short word."""
    mistyped = with_typos("it never overfits")
    assert mistyped != "it never overfits"
    assert mistyped == with_typos("it never overfits")
    assert mistyped.split()[0] == "it"
    assert abs(len(mistyped) - len("it never overfits")) <= 1
    assert with_typos("so be it") == "so be it"


def test_dictation() -> None:
    """Signs are spoken, brackets and marks are not heard, and a filler comes every eight words."""
    assert dictated("P = TP/(TP+FP).") == "so p equals tp over tp plus fp"
    words = dictated("One two three four five six seven eight nine.").split()
    assert words[:9] == ["so", "one", "two", "three", "four", "five", "six", "seven", "eight"]
    assert words[-1] == "nine"
    assert len(words) > 10
    assert dictated("") == ""


def answer(name: str, text: str) -> GradedAnswer:
    return GradedAnswer(name, "q1", None, "", text, 1.0)


def grade(answer: GradedAnswer, text: str) -> Grade:
    """50 for what a person wrote, 61 for one in lower case without marks, else 60."""
    if answer.id == "failing":
        raise ReaderError("It failed.", remedy="...")
    score = 50 if text == answer.answer else 61 if text.startswith("so ") else 60
    return Grade("q1", "?", score, 1.0, "", ())


def test_figures() -> None:
    """Eleven points are far, ten are not; a change that changes nothing is not counted."""
    report = evaluate_wording(
        [answer("a", "Cats sleep all day."), answer("b", "it is so"), answer("failing", "x")], grade
    )
    assert report.n == 2
    assert report.changes["case"] == Moved(2, 10.0, 0.0)
    assert report.changes["no marks"] == Moved(1, 10.0, 0.0)
    assert report.changes["typos"] == Moved(1, 10.0, 0.0)
    assert report.changes["dictated"] == Moved(2, 11.0, 1.0)
    assert report.overall.n == 6
    assert report.overall.moved == pytest.approx(2 / 6)
    assert report.errors == (("failing", "It failed."),)
    shown = wire.wording_report(report)
    json.dumps(shown)
    assert (shown["changes"]["dictated"]["moved"], shown["n_errors"]) == (1.0, 1)
    (table,) = wording_tables(report)
    assert [row[0] for row in table.rows] == ["overall", "case", "no marks", "typos", "dictated"]


def test_nothing_reworded_is_an_error() -> None:
    """Not a report of nothing."""
    with pytest.raises(EvaluationError, match="It failed"):
        evaluate_wording([answer("failing", "Cats")], grade)
