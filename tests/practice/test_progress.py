"""How far a person has come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ragprep.practice.progress import due, map_of, progress
from ragprep.practice.schedule import Calendar
from ragprep.types.grade import PointStatus
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, PointReview, Rating, Review, Settings
from ragprep.types.progress import MissedPoint, Place, Proposals

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()


def entry(name: str, section: str = "S") -> Entry:
    return Entry(name, f"q{name}", f"{name}?", "So.", (section,), "notes", (1, 2))


def state(name: str, days_ago: int, stability: float = 10.0, score: int = 80) -> EntryState:
    day = TODAY - timedelta(days=days_ago)
    return EntryState(name, stability, 5.0, day, day, 1, 0, score)


def review(
    days_ago: int = 0,
    points: tuple[tuple[str, PointStatus], ...] = (),
    proposed: Rating | None = None,
    rating: Rating | None = None,
    follows: str | None = None,
) -> Review:
    day = TODAY - timedelta(days=days_ago)
    graded = tuple(PointReview(text, status, 0.0) for text, status in points)
    return Review(
        *("id", NOON, day, "old id", "?", "hash", None, graded, 50, 1.0),
        proposed=proposed,
        rating=rating,
        follows=follows,
    )


def of(entries, states=(), reviews=(), **settings):
    by_id = {state.entry: state for state in states}
    return progress(entries, by_id, reviews, Calendar(Settings(**settings), NOON, UTC))


def test_known_is_recall_times_the_last_score_over_all_entries():
    """a: answered today, recall 1, score 80; b: after its stability of 10 days 0.9, score 50."""
    entries = [entry("a"), entry("b"), entry("c", "T"), entry("d", "T")]
    shown = of(entries, [state("a", 0), state("b", 10, score=50)])
    first, second = shown.sections
    assert (first.name, first.entries, first.tried, first.due) == ("S", 2, 2, 1)
    assert first.known == pytest.approx((0.8 + 0.9 * 0.5) / 2, abs=0.001)
    assert (second.known, second.tried, second.due) == (0, 0, 0)
    assert shown.overall.known == pytest.approx(first.known / 2)


def test_sections_come_in_the_order_of_the_guides():
    """A name that comes again is the same section."""
    entries = [entry("a", "T"), entry("b", "S"), entry("c", "T")]
    assert [(s.name, s.entries) for s in of(entries).sections] == [("T", 2), ("S", 1)]


def test_nothing_tried_and_no_entries():
    assert of([]).overall.known == 0
    shown = of([entry("a")], new_a_day=10)
    assert (shown.overall.tried, shown.missed, shown.forecast, shown.new) == (0, (), None, 1)


def test_points_missed_most_often_over_all_entries():
    """Contradicted counts, partial does not; of equals the one asked about less often is first."""
    miss, part, against = PointStatus.MISSING, PointStatus.PARTIAL, PointStatus.CONTRADICTED
    reviews = [
        ("a", review(points=(("one", miss), ("two", part), ("three", miss)))),
        ("a", review(points=(("one", against), ("two", part), ("three", PointStatus.COVERED)))),
        ("b", review(points=(("four", miss),))),
        ("b", review(points=(("four", miss),), follows="id")),
        ("gone", review(points=(("five", miss),))),
    ]
    assert of([entry("a"), entry("b")], reviews=reviews).missed == (
        MissedPoint("qa", "one", 2, 2),
        MissedPoint("qb", "four", 1, 1),
        MissedPoint("qa", "three", 1, 2),
    )


def test_reviews_a_day_end_with_today():
    """28 days; one of a clock that was ahead counts for today."""
    reviews = [("a", review(days)) for days in (0, 0, 1, 27, 28, -1)]
    counted = of([entry("a")], reviews=reviews).reviews
    assert len(counted) == 28
    assert (counted[0], counted[-2], counted[-1], sum(counted)) == (1, 1, 3, 5)


def test_due_days_begin_with_today_and_overdue():
    """With a stability of 10 days an entry comes due after 10."""
    states = [state("a", 30), state("b", 10), state("c", 9), state("d", 0)]
    due = of([entry(name) for name in "abcd"], states).due
    assert len(due) == 14
    assert {day: number for day, number in enumerate(due) if number} == {0: 2, 1: 1, 10: 1}


def test_when_entries_come_due():
    """Overdue counts as today, and there the least likely to be recalled is first."""
    states = {name: state(name, days) for name, days in (("a", 10), ("b", 30), ("c", 4))}
    entries = [entry(name) for name in "abcd"]
    shown = due(entries, states, Calendar(Settings(), NOON, UTC))
    in_6 = TODAY + timedelta(days=6)
    assert [(e.label, e.day) for e in shown] == [("qb", TODAY), ("qa", TODAY), ("qc", in_6)]
    assert shown[1].recall == pytest.approx(0.9, abs=0.001)


def test_proposals_that_the_person_changed():
    """One taken, one lowered, two raised; an unsure grade proposes nothing."""
    again, good, easy = Rating.AGAIN, Rating.GOOD, Rating.EASY
    pairs = [(good, good), (good, again), (good, easy), (again, good), (None, good), (good, None)]
    reviews = [("a", review(proposed=p, rating=r)) for p, r in pairs]
    assert of([entry("a")], reviews=reviews).proposals == Proposals(given=4, lowered=1, raised=2)


def test_new_entries_are_spread_over_the_days_before_the_interview():
    """Twice the even share: of 10 in 4 days 5 today; never more than there are."""
    entries = [entry(f"{n}") for n in range(10)]
    assert of(entries, until=TODAY + timedelta(days=4)).new == 5
    assert of(entries, until=TODAY + timedelta(days=1)).new == 10


def test_the_forecast_goes_on_as_the_person_did():
    """3 answers on one day and 2 on another: 3 a day, not counting days without any."""
    reviews = [("a", review(days)) for days in (2, 2, 2, 5, 5)]
    shown = of([entry("a")], [state("a", 2)], reviews, until=TODAY + timedelta(days=4))
    assert shown.forecast is not None
    assert shown.forecast.a_day == 3


def test_the_map_says_of_each_entry_what_is_known():
    """a was answered today with 80; b never."""
    shown = map_of(
        [entry("a"), entry("b")],
        [(0.0, 0.5), (1.0, 0.5)],
        {"a": state("a", 0)},
        Calendar(Settings(), NOON, UTC),
    )
    assert shown == (
        Place("qa", "a?", ("S",), 0.0, 0.5, 0.8),
        Place("qb", "b?", ("S",), 1.0, 0.5, None),
    )
