"""Answers are counted against checks: facts, wrong claims, citations, refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep import wire
from ragprep.errors import EvaluationError, QueryError
from ragprep.evaluation.answers import (
    Check,
    answers_tables,
    evaluate_answers,
    read_checks,
    spread,
)
from ragprep.types.answer import Answer, Sentence

FIRST = Check("a", "what is recall", frozenset({"q8"}), (("tp", "true pos"), ("fn",)), (("tn",),))
UNCOVERED = Check("b", "tea?", frozenset(), (), ())


def answer_of(text: str, *labels: str) -> Answer:
    return Answer("", text, False, (Sentence(text, labels),), (), None)


REFUSED = Answer("", "The guides do not cover this: FN.", True, (), (), None, "", "refused")


def run(
    answers: dict[str, Answer], checks: tuple[Check, ...] = (FIRST, UNCOVERED)
) -> dict[str, float]:
    def ask(query: str, on_text: Callable[[str], None]) -> Answer:
        on_text("x")
        return answers[query]

    report = evaluate_answers(
        {"arm": ask},
        checks,
        supported=lambda sentence: "good" in sentence.text,
        verbatim=lambda sentence: '"' not in sentence.text,
    )
    return {key: figure.value for key, figure in report.figures["arm"].items()}


def test_facts_citations_and_refusals_are_counted() -> None:
    """One of two facts, one of two citations right, one of one refused."""
    figures = run(
        {FIRST.query: answer_of("good: True Positives", "q8", "q9"), UNCOVERED.query: REFUSED}
    )
    assert figures == {
        "facts": 0.5,
        "wrong": 0.0,
        "citation_precision": 0.5,
        "citation_recall": 1.0,
        "supported": 1.0,
        "refusal_precision": 1.0,
        "refusal_recall": 1.0,
        "answerable_refused": 0.0,
    }


def test_wrong_claims_and_wrong_answers_are_counted() -> None:
    """A forbidden text in any case, an answer where there is none, a sentence without support."""
    figures = run(
        {FIRST.query: answer_of("TP / TN", "q8"), UNCOVERED.query: answer_of("tea is good")}
    )
    assert figures["wrong"] == 1.0
    assert figures["supported"] == 0.5
    assert figures["refusal_recall"] == 0.0
    assert "refusal_precision" not in figures


def test_a_refusal_mentions_nothing() -> None:
    """Even if the questions it offers happen to hold a fact."""
    figures = run({FIRST.query: REFUSED, UNCOVERED.query: REFUSED})
    assert (figures["facts"], figures["citation_recall"]) == (0.0, 0.0)
    assert (figures["refusal_precision"], figures["answerable_refused"]) == (0.5, 1.0)


def test_systems_stand_side_by_side_and_failures_are_counted() -> None:
    """A question that a system cannot answer counts in a row of its own, not as a zero."""

    def fails(query: str, on_text: Callable[[str], None]) -> Answer:
        raise QueryError("No.", remedy="Ask.")

    def works(query: str, on_text: Callable[[str], None]) -> Answer:
        return answer_of('"TP" FN', "q8")

    seen: list[tuple[str, int, int]] = []
    report = evaluate_answers(
        {"one": works, "two": fails},
        (FIRST,),
        supported=lambda sentence: True,
        verbatim=lambda sentence: '"' not in sentence.text,
        progress=lambda *step: seen.append(step),
    )
    assert seen == [("one", 1, 1), ("two", 1, 1)]
    (table,) = answers_tables(report)
    assert table.columns == ("", "one", "two")
    assert table.rows[-1] == ("failed", "0", "1")
    assert table.rows[0] == ("facts", "1.000 [1.00, 1.00]", "")
    shown = wire.answers_report(report)
    assert shown["arms"]["one"]["altered_quotes"] == 1
    assert shown["arms"]["two"]["facts"] is None
    assert shown["arms"]["two"]["checks"][0]["error"] == "No. (Ask.)"


def test_checks_are_read(tmp_path: Path) -> None:
    """Alternatives stand between bars; labels in any case; keys may be missing."""
    path = tmp_path / "checks.jsonl"
    path.write_text(
        '{"query": "x", "gold": ["Q8"], "must_mention": ["TP|true pos"]}\n\n{"id": 7, "query": "y"}'
    )
    first, second = read_checks(path, labels=["q8"])
    assert (first.id, first.gold, first.must_mention) == ("1", {"q8"}, (("TP", "true pos"),))
    assert (second.id, second.gold, second.must_not) == ("7", frozenset(), ())


@pytest.mark.parametrize(
    "line",
    ["[]", '{"query": 1}', '{"query": "x", "gold": ["q9"]}', '{"query": "x", "must_not": ["|"]}',
     '{"query": "x", "must_mention": "TP"}', ""],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    """The message begins with file:line."""
    path = tmp_path / "checks.jsonl"
    path.write_text(line)
    with pytest.raises(EvaluationError, match=rf"^{path}:1"):
        read_checks(path, labels=["q8"])


def test_few_checks_are_spread_over_the_file() -> None:
    """Not the first ones, which are of one kind."""
    assert spread([FIRST, UNCOVERED] * 2, 2) == [FIRST, FIRST]
    assert spread([FIRST], 5) == [FIRST]
