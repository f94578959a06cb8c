"""Sessions of `Prep` over a history on the disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fake_memory import Clock

from ragprep import Prep, wire
from ragprep.errors import ConfigError
from ragprep.practice.journal import Journal
from ragprep.types.practice import Rating

MICE = "Cats catch mice at night, fresh fish and warm milk."


@pytest.fixture
def folder(pets: Prep, tmp_path: Path) -> Path:
    """Where the history of `pets` is."""
    pets.config = replace(pets.config, practice=tmp_path / "history")
    return tmp_path / "history"


def test_a_session_goes_on_in_another_thread(pets: Prep, folder: Path) -> None:
    """A server answers each request in one of several."""
    session = pets.practice()
    with ThreadPoolExecutor(1) as other:
        other.submit(session.answer, MICE).result()
    session.rate(Rating.GOOD)
    with Journal.open(folder) as journal:
        assert [review.said for review in journal.reviews()] == [MICE]


def test_what_a_session_keeps_is_in_the_history_that_was_restored_meanwhile(
    pets: Prep, folder: Path
) -> None:
    """The second review is not written to the file that was set aside."""
    session = pets.practice()
    session.answer(MICE)
    session.rate(Rating.GOOD)
    pets.progress()  # backs up
    pets.restore_history()
    session.answer("Fifteen hours a day.")
    session.rate(Rating.GOOD)
    with Journal.open(folder) as journal:
        assert [review.said for review in journal.reviews()] == [MICE, "Fifteen hours a day."]


def test_an_answer_outside_of_a_session_is_kept_only_when_it_is_told_to(
    pets: Prep, folder: Path, clock: Clock
) -> None:
    """All three points: 100, for which Good is proposed; the person says Hard."""
    answered = pets.propose_review("q1", MICE, clock=clock)
    assert (answered.grade.score, answered.proposal and answered.proposal.rating) == (
        100,
        Rating.GOOD,
    )
    with Journal.open(folder) as journal:
        assert (journal.reviews(), journal.draft(answered.entry.id)) == ((), None)
    review = pets.keep_review(answered, Rating.HARD, clock=clock)
    with Journal.open(folder) as journal:
        (kept,) = journal.reviews()
    assert (kept.id, kept.said, kept.rating) == (review, MICE, Rating.HARD)
    assert wire.reviewed(answered, Rating.HARD, review) == {
        "review": review,
        "entry": "q1",
        "rating": "hard",
        "due": "2026-12-02",
    }


def test_the_day_of_the_interview_is_set_moved_and_removed(
    pets: Prep, folder: Path, clock: Clock
) -> None:
    """It is the 1st of December 2026; a day that has come is none to practise for."""
    for day in (date(2026, 12, 20), date(2026, 12, 2), None):
        pets.set_interview(day, clock=clock)
        with Journal.open(folder) as journal:
            assert journal.settings().until == day
    with pytest.raises(ConfigError, match="2026-12-01 has come"):
        pets.set_interview(date(2026, 12, 1), clock=clock)
