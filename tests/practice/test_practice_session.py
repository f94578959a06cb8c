"""A session as values: what it waits for, what it records, and what it takes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fake_memory import Clock, DictMemory

from ragprep import Prep
from ragprep.errors import AnswerError, PracticeError
from ragprep.practice.session import Session
from ragprep.types.practice import Queued, Rating, Reason
from ragprep.types.session import Stage

FOOD = "Cats catch mice at night and they like fresh fish and some warm milk."
MICE = "Cats catch mice at night."
SLEEP = "Fifteen hours a day, I believe."

Start = Callable[..., Session]


@pytest.fixture
def start(pets: Prep, memory: DictMemory, clock: Clock) -> Start:
    """Begin a session of all entries."""

    def start(minutes: float | None = None) -> Session:
        queue = [Queued(entry.id, Reason.NEW, 0.0) for entry in pets.entries()]
        ends = None if minutes is None else clock() + timedelta(minutes=minutes)
        return Session(pets, memory, queue, clock, ends)

    return start


def without_q1(pets: Prep, tmp_path: Path) -> None:
    """Edit the guide, so that only its second question is left."""
    guide = tmp_path / "pets.md"
    guide.write_text("# Sleep\n\n### Q2. How long does a cat sleep?\n\n**A:** Fifteen hours.\n")
    pets.build([guide])


def label(session: Session) -> str:
    return session.question.entry.label if session.question else ""


def test_an_answer_is_graded_rated_and_recorded(start: Start, memory: DictMemory) -> None:
    """Then the next entry is asked; a question without an answer is not."""
    session = start()
    assert (session.stage, label(session)) == (Stage.ANSWER, "q1")
    answered = session.answer(FOOD)
    assert (answered.grade.score, answered.fix) == (100, "")
    assert answered.proposal is not None
    assert answered.proposal.rating is Rating.GOOD
    assert (session.stage, memory.reviews) == (Stage.RATING, {})
    assert session.rate().follow_up is None
    assert (session.stage, label(session)) == (Stage.ANSWER, "q2")
    session.answer(SLEEP)
    session.rate(Rating.EASY)
    assert session.stage is Stage.DONE
    assert [rating for _, rating in memory.reviews.values()] == [Rating.GOOD, Rating.EASY]


def test_one_follow_up_is_graded_by_what_was_left_out(start: Start, memory: DictMemory) -> None:
    """It names neither fish nor milk, follows the first review, and has no rating."""
    session = start()
    session.answer(MICE)
    step = session.rate()
    assert step.follow_up is not None
    assert (session.stage, step.follow_up.text) == (
        Stage.FOLLOW_UP,
        'Name 2 more of "Other food".',
    )
    answered = session.follow_up("Fresh fish and warm milk, too.")
    assert [point.point for point in answered.grade.points] == ["Fresh fish", "Warm milk"]
    assert (answered.grade.score, answered.follows) == (100, "r1")
    assert memory.reviews["r2"] == (answered, None)
    assert label(session) == "q2"


def test_no_answer_is_not_asked_about_again(start: Start) -> None:
    """Who knows nothing reads the entry."""
    session = start()
    assert session.answer("").grade.score == 0
    assert session.rate().follow_up is None


def test_an_unsure_grade_proposes_nothing_and_asks(start: Start, memory: DictMemory) -> None:
    """Enter takes nothing."""
    memory.unsure = True
    session = start()
    session.answer(FOOD)
    with pytest.raises(PracticeError, match="proposes no rating"):
        session.rate()
    assert (session.stage, memory.reviews) == (Stage.RATING, {})
    session.rate(Rating.HARD)
    assert memory.reviews["r1"][1] is Rating.HARD


def test_a_failed_grade_records_nothing_and_keeps_the_answer(
    start: Start, memory: DictMemory
) -> None:
    """An answer of 20,001 characters is too long."""
    session = start()
    with pytest.raises(AnswerError):
        session.answer("x" * 20_001)
    assert (session.stage, label(session), memory.reviews) == (Stage.ANSWER, "q1", {})
    assert session.question is not None
    assert memory.drafts[session.question.entry.id] == "x" * 20_001


def test_a_draft_is_offered_next_time_and_gone_once_it_is_rated(
    start: Start, memory: DictMemory
) -> None:
    """Also where the person left with the grade before them."""
    session = start()
    session.keep("Cats catch")
    assert start().question.draft == "Cats catch"  # type: ignore[union-attr]
    session.answer(FOOD)
    assert start().question.draft == FOOD  # type: ignore[union-attr]
    session.rate()
    assert start().question.draft == ""  # type: ignore[union-attr]


def test_an_answer_that_was_begun_is_the_draft_of_its_question(start: Start) -> None:
    """Also where it could not be graded: it is there to be shortened."""
    session = start()
    session.keep("Cats catch")
    assert session.question is not None
    assert session.question.draft == "Cats catch"
    with pytest.raises(AnswerError):
        session.answer("x" * 20_001)
    assert session.question.draft == "x" * 20_001


def test_undo_takes_back_step_after_step(start: Start, memory: DictMemory) -> None:
    """A rating that was given, with the same grade to rate again; then the answer to that."""
    session = start()
    assert not session.undo()
    session.answer(FOOD)
    session.rate(Rating.AGAIN)
    assert label(session) == "q2"
    assert session.undo()
    assert (session.stage, label(session), memory.reviews) == (Stage.RATING, "q1", {})
    assert session.undo()
    assert session.stage is Stage.ANSWER
    assert session.question is not None
    assert (session.question.number, session.question.draft) == (1, FOOD)
    session.answer(FOOD)
    session.rate()
    assert session.question is not None
    assert (label(session), session.question.number) == ("q2", 2)


def test_undo_during_a_follow_up_and_at_the_end(start: Start, memory: DictMemory) -> None:
    """The last rating is taken back in both."""
    session = start()
    session.answer(MICE)
    session.rate()
    assert session.stage is Stage.FOLLOW_UP
    assert session.undo()
    assert session.stage is Stage.RATING
    session.rate()
    session.skip()
    session.answer(SLEEP)
    session.rate()
    assert session.stage is Stage.DONE
    assert session.undo()
    assert (session.stage, label(session), list(memory.reviews)) == (Stage.RATING, "q2", ["r1"])


def test_skipping(start: Start) -> None:
    """A follow-up that is passed over is no question skipped."""
    session = start()
    session.answer(MICE)
    session.rate()
    session.skip()
    assert (label(session), session.skipped) == ("q2", 0)
    session.skip()
    assert (session.stage, session.skipped) == (Stage.DONE, 1)


def test_time_is_up_between_questions_and_not_within_one(start: Start, clock: Clock) -> None:
    """Five minutes were wanted; the answer that took six counts."""
    session = start(minutes=5)
    clock.move(minutes=6)
    session.answer(FOOD)
    assert len(session.steps) == 0
    session.rate()
    assert (session.stage, len(session.steps)) == (Stage.DONE, 1)


def test_an_entry_that_is_gone_is_not_asked(start: Start, pets: Prep, tmp_path) -> None:
    """The guide was edited after the session began."""
    session = start()
    guide = tmp_path / "pets.md"
    guide.write_text("# Food\n\n### Q1. What does a cat eat?\n\n**A:** Mice.\n")
    pets.build([guide])
    session.skip()
    assert session.stage is Stage.DONE


def test_an_entry_that_goes_while_it_is_asked_can_be_skipped(
    start: Start, pets: Prep, tmp_path: Path
) -> None:
    """What was typed is its draft, in case it comes back."""
    session = start()
    without_q1(pets, tmp_path)
    with pytest.raises(PracticeError, match=r'"What does a cat eat\?" is in the guides no longer'):
        session.answer(MICE)
    assert session.question is not None and session.question.draft == MICE
    session.skip()
    assert session.question.entry.question == "How long does a cat sleep?"


def test_an_answer_is_recorded_once_though_its_entry_goes_before_the_rating(
    start: Start, pets: Prep, tmp_path: Path, memory: DictMemory
) -> None:
    """There is nothing left to ask a second question about."""
    session = start()
    session.answer(MICE)
    without_q1(pets, tmp_path)
    assert session.rate().follow_up is None
    assert (len(memory.reviews), session.stage) == (1, Stage.ANSWER)


def test_a_review_is_recorded_once_though_its_draft_cannot_be_removed(
    start: Start, memory: DictMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session has gone on, so another try rates nothing."""
    session = start()
    session.answer(FOOD)

    def busy(*_: object) -> None:
        raise PracticeError("Another process writes.", remedy="Try again.")

    monkeypatch.setattr(memory, "keep_draft", busy)
    with pytest.raises(PracticeError, match="Another process"):
        session.rate()
    with pytest.raises(PracticeError, match="waits for the stage answer"):
        session.rate()
    assert len(memory.reviews) == 1


def test_what_comes_in_the_wrong_order_is_an_error(start: Start) -> None:
    """As when a page is sent twice."""
    session = start()
    with pytest.raises(PracticeError, match="waits for"):
        session.rate(Rating.GOOD)
    session.answer(FOOD)
    with pytest.raises(PracticeError, match="waits for"):
        session.answer(FOOD)
