"""When an entry is asked again: by rating, day, interview; by hand-made histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.errors import PracticeError
from ragprep.grade.grading import UNSURE
from ragprep.practice import schedule
from ragprep.practice.schedule import Calendar
from ragprep.types.grade import Grade
from ragprep.types.practice import EntryState, Rating, Review, Settings

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()


def calendar(now: datetime = NOON, **settings) -> Calendar:
    return Calendar(Settings(**settings), now, UTC)


def state(days_ago: int = 0, stability: float = 10.0, **more) -> EntryState:
    day = TODAY - timedelta(days=days_ago)
    return replace(EntryState("a", stability, 5.0, day, day, 1, 0, 80), **more)


def review(day: date, rating: Rating | None, **more) -> Review:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    base = Review(f"{day}", at, day, "a", "Why?", "c", "So.", (), 80, 0.9, None, rating)
    return replace(base, **more)


def grade(score: int, *remarks: str) -> Grade:
    return Grade("q1", "Why?", score, 0.9, "Good", (), remarks=remarks)


@pytest.mark.parametrize(
    ("score", "rating"),
    [(39, Rating.AGAIN), (40, Rating.HARD), (69, Rating.HARD), (70, Rating.GOOD)],
)
def test_a_grade_proposes_a_rating(score: int, rating: Rating):
    """Below 40 Again, to 69 Hard, to 100 Good; Easy is for the person alone."""
    assert schedule.proposed_rating(grade(score), Settings()) is rating


def test_an_unsure_grade_proposes_nothing():
    """But still says when the entry would come due."""
    proposal = schedule.proposal(None, grade(90, UNSURE), calendar())
    assert proposal.rating is None
    assert list(proposal.due) == list(Rating)


def test_thresholds_are_settings():
    assert schedule.proposed_rating(grade(70), Settings(good_from=80)) is Rating.HARD


def test_a_better_rating_puts_an_entry_off_for_longer():
    """FSRS-6's first stabilities are 0.2, 1.3, 2.3 and 8.3 days, and an interval has whole days."""
    due = schedule.proposal(None, grade(90), calendar()).due
    assert [(day - TODAY).days for day in due.values()] == [1, 1, 2, 8]


@given(
    st.lists(st.tuples(st.sampled_from(list(Rating)), st.integers(1, 400)), min_size=1, max_size=9),
    st.floats(0.7, 0.97),
)
def test_recall_and_intervals_are_those_of_py_fsrs(steps: list[tuple[Rating, int]], wanted: float):
    """Its own due date and retrievability, after any reviews."""
    py_fsrs = fsrs.Scheduler((*fsrs.Scheduler().parameters,), wanted, (), (), 36_500, False)
    card, day, reviews = fsrs.Card(card_id=1), TODAY, []
    for rating, days in steps:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        card, _ = py_fsrs.review_card(card, fsrs.Rating(int(rating)), at)
        reviews.append(review(day, rating))
        day += timedelta(days=days)
    ours = schedule.replay(reviews, day)
    assert ours is not None
    assert ours.stability == pytest.approx(card.stability)
    assert schedule.interval(ours.stability, wanted) == (card.due.date() - ours.last).days
    then = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert schedule.recall(ours, day) == pytest.approx(py_fsrs.get_card_retrievability(card, then))


def test_an_interval_of_stability_days_wants_nine_of_ten():
    """That is what stability means."""
    assert schedule.interval(10, 0.9) == 10
    assert schedule.recall(state(10), TODAY) == pytest.approx(0.9)
    assert schedule.interval(10, 0.95) < 10 < schedule.interval(10, 0.8)


def test_the_interview_caps_an_interval():
    """Due in ten days, but the interview is in five: due the day before it."""
    until = TODAY + timedelta(days=5)
    assert calendar(until=until).due(state()) == until - timedelta(days=1)
    assert calendar(until=TODAY).due(state()) == TODAY + timedelta(days=10)
    assert calendar(until=TODAY + timedelta(days=1)).due(state()) == TODAY + timedelta(days=1)


def test_an_entry_that_changed_much_comes_due_sooner():
    """Half of it stands: in half the days. With nine tenths nothing changes."""
    assert calendar().due(state(unchanged=0.5)) == TODAY + timedelta(days=5)
    assert calendar().due(state(unchanged=0.9)) == TODAY + timedelta(days=10)
    assert calendar().due(state(unchanged=0.0)) == TODAY


def test_a_day_begins_at_four():
    """At 3:59 in Tokyo it is still yesterday, and so it is at 18:59 in UTC."""
    tokyo = ZoneInfo("Asia/Tokyo")
    early = datetime(2026, 3, 11, 3, 59, tzinfo=tokyo)
    assert Calendar(Settings(), early, tokyo).today == date(2026, 3, 10)
    assert Calendar(Settings(), early + timedelta(minutes=1), tokyo).today == date(2026, 3, 11)
    assert Calendar(Settings(day_starts=0), early, tokyo).today == date(2026, 3, 11)
    assert Calendar(Settings(), early.astimezone(UTC), tokyo).today == date(2026, 3, 10)


def test_the_hour_that_summer_time_skips_moves_no_day():
    """In Berlin 2026-03-29 goes from 2:00 to 3:00; a day still begins at 4:00."""
    berlin = ZoneInfo("Europe/Berlin")
    for hour, day in ((3, 28), (4, 29)):
        now = datetime(2026, 3, 29, hour, tzinfo=berlin)
        assert Calendar(Settings(), now, berlin).today == date(2026, 3, day)


def test_a_leap_day_is_a_day():
    """From 28 February to 1 March it is two days in 2028 and one in 2027."""
    for year, days in ((2028, 2), (2027, 1)):
        february, march = date(year, 2, 28), datetime(year, 3, 1, 12, tzinfo=UTC)
        answered = state(first=february, last=february, stability=float(days))
        assert calendar(march).due(answered) == march.date()


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(PracticeError, match="no time zone"):
        _ = calendar(datetime(2026, 3, 10, 12)).today


def test_a_clock_that_went_back_hides_no_entry():
    """Answered in 2036 by a wrong clock: due now, and once answered due as any other."""
    wrong = review(date(2036, 1, 1), Rating.GOOD)
    future = schedule.replay([wrong], date(2036, 1, 1))
    assert future is not None
    assert calendar().due(future) == TODAY
    after = schedule.replay([wrong, review(TODAY, Rating.GOOD)], TODAY)
    assert after is not None
    assert (after.last, after.reviews) == (TODAY, 2)
    assert TODAY < calendar().due(after) < TODAY + timedelta(days=30)


def test_a_due_day_long_past_stays_due():
    assert calendar().due(state(400)) == TODAY - timedelta(days=390)


def test_the_order_of_the_log_does_not_matter():
    """Reviews are taken by their time."""
    reviews = [review(TODAY + timedelta(days=n * n), Rating.GOOD) for n in range(5)]
    end = TODAY + timedelta(days=99)
    assert schedule.replay(reviews, end) == schedule.replay(reviews[::-1], end)


def test_what_follows_a_review_does_not_change_the_schedule():
    """Nor does one without a rating, which still says how much was covered."""
    first = review(TODAY, Rating.GOOD)
    follow_up = review(TODAY, Rating.EASY, id="f", follows=first.id, score=100)
    unrated = review(TODAY, None, id="m", score=20)
    alone = schedule.replay([first], TODAY)
    assert schedule.replay([first, follow_up], TODAY) == alone
    assert alone is not None
    assert schedule.replay([first, unrated], TODAY) == replace(alone, score=20)
    assert schedule.replay([unrated], TODAY) is None


def test_lapses_are_counted():
    ratings = [Rating.AGAIN, Rating.GOOD, Rating.AGAIN]
    reviews = [review(TODAY + timedelta(days=n), rating) for n, rating in enumerate(ratings)]
    after = schedule.replay(reviews, TODAY + timedelta(days=9), "b")
    assert after is not None
    assert (after.entry, after.reviews, after.lapses, after.first) == ("b", 3, 2, TODAY)
