"""The tool that writes: the person is asked first, sees what is kept, and rates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Unpack

import pytest
from kinds import as_kind
from mcp import Client
from mcp_types import CallToolResult, ElicitResult

from ragprep import Prep
from ragprep.mcp.review import CANNOT_ASK, DECLINED
from ragprep.service import Tell
from ragprep.types.session import Answered

Connect = Callable[..., Client]

pytestmark = pytest.mark.anyio

MICE = "Cats catch mice at night."
ANSWER = {"entry": "q1", "answer": MICE}


@dataclass
class Person:
    """Gives the same answer to whatever they are asked, and keeps the questions."""

    action: Literal["accept", "decline", "cancel"]
    content: dict[str, Any] | None = None
    asked: list[Any] = field(default_factory=list)

    async def __call__(self, _context: Any, params: Any) -> ElicitResult:
        self.asked.append(params)
        return ElicitResult(action=self.action, content=self.content)


class UnsurePrep(Prep):
    """Guides whose grades propose no rating."""

    def propose_review(self, ref: str, answer: str, **tell: Unpack[Tell]) -> Answered:
        answered = super().propose_review(ref, answer, **tell)
        assert answered.proposal is not None
        return replace(answered, proposal=replace(answered.proposal, rating=None))


async def test_the_person_sees_what_is_kept_and_rates_it(connect: Connect, cats: Prep) -> None:
    """One point of three is 33, for which Again is proposed; they say Hard."""
    person = Person("accept", {"rating": "hard"})
    async with connect(cats, elicitation_callback=person) as client:
        result = await _review(client)
    (question,) = person.asked
    for shown in ("q1. What does a cat eat?", MICE, "33 of 100"):
        assert shown in question.message
    rating = question.requested_schema["properties"]["rating"]
    assert rating["enum"] == ["again", "hard", "good", "easy"]
    assert rating["default"] == "again"
    (kept,) = _reviews(cats)
    assert (kept.said, kept.score, kept.rating.name) == (MICE, 33, "HARD")
    assert (result.structured_content["review"], result.structured_content["rating"]) == (
        kept.id,
        "hard",
    )


async def test_a_form_that_is_sent_as_it_is_takes_the_proposed_rating(
    connect: Connect, cats: Prep
) -> None:
    """A client may leave out a field that has a default."""
    async with connect(cats, elicitation_callback=Person("accept", {})) as client:
        await _review(client)
    assert [kept.rating.name for kept in _reviews(cats)] == ["AGAIN"]


async def test_the_person_chooses_where_the_grade_proposes_no_rating(
    connect: Connect, cats: Prep
) -> None:
    """The question says so, and its form has no default."""
    person = Person("accept", {"rating": "good"})
    async with connect(as_kind(UnsurePrep, cats), elicitation_callback=person) as client:
        await _review(client)
    (question,) = person.asked
    assert question.message.endswith("The grade is too unsure to propose a rating: choose one.")
    assert "default" not in question.requested_schema["properties"]["rating"]
    (kept,) = _reviews(cats)
    assert (kept.proposed, kept.rating.name) == (None, "GOOD")


@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_nothing_is_kept_without_a_yes(
    connect: Connect, cats: Prep, action: Literal["decline", "cancel"]
) -> None:
    """And the model is told so."""
    async with connect(cats, elicitation_callback=Person(action)) as client:
        result = await _review(client)
    assert (result.is_error, DECLINED in result.content[0].text) == (True, True)
    assert _reviews(cats) == []


async def test_nothing_is_kept_where_the_client_cannot_ask(connect: Connect, cats: Prep) -> None:
    """The result says how the person can keep it."""
    async with connect(cats) as client:
        result = await _review(client)
    assert (result.is_error, CANNOT_ASK in result.content[0].text) == (True, True)
    assert "ragprep practice" in CANNOT_ASK
    assert _reviews(cats) == []


@pytest.mark.parametrize("content", [None, {"rating": "perfect"}])
async def test_an_answer_that_is_no_rating_keeps_nothing(
    connect: Connect, cats: Prep, content: dict[str, Any] | None
) -> None:
    """The client's mistake is an error of the tool."""
    async with connect(cats, elicitation_callback=Person("accept", content)) as client:
        result = await _review(client)
    assert result.is_error is True
    assert _reviews(cats) == []


async def test_an_unknown_entry_is_told_before_the_person_is_asked(
    connect: Connect, cats: Prep
) -> None:
    """There is no q9."""
    person = Person("accept", {"rating": "good"})
    async with connect(cats, elicitation_callback=person) as client:
        result = await client.call_tool("review", {"entry": "q9", "answer": MICE})
    assert "`ragprep list` shows all" in result.content[0].text
    assert person.asked == []


async def _review(client: Client) -> CallToolResult:
    return await client.call_tool("review", ANSWER)


def _reviews(prep: Prep) -> list[Any]:
    return [review for _, review in prep.history()[0]]
