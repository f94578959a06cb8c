"""When an entry is asked again: FSRS's memory model, the person's days, an interview's date; pure.

No clock is read here: `Calendar` holds the time that is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from ragprep.errors import PracticeError
from ragprep.types.practice import EntryState, Proposal, Rating, Review, Settings

if TYPE_CHECKING:
    import fsrs

    from ragprep.types.grade import Grade

DECAY = 0.1542
FACTOR = float(0.9 ** (-1 / DECAY)) - 1
"""Of FSRS-6's forgetting curve: the default parameter 20 of py-fsrs 6, and what follows from it."""

MUCH = 0.8
"""Share of an entry that must stand for it to count as the one that was answered. A guess."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is for a person.

    Attributes:
        settings: where a day begins, what is desired, the day of the interview.
        now: with a time zone.
        zone: where the person is; the machine's when None.
    """

    settings: Settings
    now: datetime
    zone: tzinfo | None = None

    @property
    def today(self) -> date:
        """The day at `now`."""
        local = utc(self.now).astimezone(self.zone)
        return (local - timedelta(hours=self.settings.day_starts)).date()

    @property
    def until(self) -> date | None:
        """The day of the interview, None when there is none to come."""
        day = self.settings.until
        return day if day is not None and day > self.today else None

    def due(self, state: EntryState) -> date:
        """Return the day on which an entry comes due: none of it after the day of the interview.

        An entry that changed much comes due sooner, in proportion to what still stands. One last
        answered on a day that has not come yet, by a clock that was wrong, is due today.
        """
        if state.last > self.today:
            return self.today
        days = interval(state.stability, self.settings.retention)
        if state.unchanged < MUCH:
            days = round(days * state.unchanged)
        day = state.last + timedelta(days=days)
        if self.until is not None:
            day = min(day, max(self.until - timedelta(days=1), state.last + timedelta(days=1)))
        return day


def utc(at: datetime) -> datetime:
    """Return a time in UTC.

    Raises:
        PracticeError: it has no time zone.
    """
    if at.tzinfo is None:
        raise PracticeError(f"The time {at} has no time zone.", remedy="Give it one: UTC will do.")
    return at.astimezone(UTC)


def recall(state: EntryState, day: date) -> float:
    """Return the probability, 0 to 1, that an entry is recalled on a day, by FSRS-6.

    Source: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
    """
    elapsed = max(0, (day - state.last).days)
    return float((1 + FACTOR * elapsed / state.stability) ** -DECAY)


def interval(stability: float, retention: float) -> int:
    """Return the days, at least one, until the probability of recall falls to `retention`."""
    days = float(stability / FACTOR * (retention ** (-1 / DECAY) - 1))
    return min(max(round(days), 1), 36_500)  # py-fsrs's own limit


def proposed_rating(grade: Grade, settings: Settings) -> Rating | None:
    """Return the rating that a grade proposes, None where it is unsure; never Easy."""
    from ragprep.grade.grading import UNSURE

    if UNSURE in grade.remarks:
        return None
    if grade.score < settings.hard_from:
        return Rating.AGAIN
    return Rating.HARD if grade.score < settings.good_from else Rating.GOOD


def proposal(state: EntryState | None, grade: Grade, calendar: Calendar) -> Proposal:
    """Return what a grade proposes, and when the entry comes due under each rating.

    Args:
        state: of the entry; None for one that was never answered.
        grade: of the answer.
        calendar: of now.
    """
    due = {
        rating: calendar.due(step(state, rating, calendar.today, "", grade.score))
        for rating in Rating
    }
    return Proposal(proposed_rating(grade, calendar.settings), due)


def replay(reviews: Iterable[Review], today: date, entry: str = "") -> EntryState | None:
    """Return what the reviews of one entry say of its memory, None where none set the schedule.

    Args:
        reviews: in any order.
        today: days after it are taken for today: a clock was wrong.
        entry: its id as it is now.
    """
    state: EntryState | None = None
    for review in sorted(reviews, key=lambda review: (review.at, review.id)):
        if review.follows is not None:
            continue
        if review.rating is not None:
            state = step(state, review.rating, min(review.day, today), entry, review.score)
        elif state is not None:
            state = replace(state, score=review.score)
    return state


def step(state: EntryState | None, rating: Rating, day: date, entry: str, score: int) -> EntryState:
    """Return the state after a review: one step of FSRS, in whole days."""
    import fsrs

    at = datetime.combine(day, time(), UTC)
    card = fsrs.Card(card_id=0, due=at)  # without an id of ours it would wait for a new one
    if state is not None:
        card.state, card.step = fsrs.State.Review, None
        card.stability, card.difficulty = state.stability, state.difficulty
        card.last_review = datetime.combine(state.last, time(), UTC)
    after, _ = _scheduler().review_card(card, fsrs.Rating(int(rating)), at)
    assert after.stability is not None and after.difficulty is not None
    return EntryState(
        entry=entry,
        stability=after.stability,
        difficulty=after.difficulty,
        first=state.first if state else day,
        last=max(day, state.last) if state else day,
        reviews=state.reviews + 1 if state else 1,
        lapses=(state.lapses if state else 0) + (rating is Rating.AGAIN),
        score=score,
    )


@cache
def scheduler_name() -> str:
    """Return the scheduler's name and version, which each review keeps."""
    from importlib.metadata import version

    return f"fsrs {version('fsrs')}, default parameters"


@cache
def _scheduler() -> fsrs.Scheduler:
    import fsrs

    return fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
