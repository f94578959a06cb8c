"""What will be known on the day of the interview."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ragprep.practice import forecast as module
from ragprep.practice.schedule import Calendar
from ragprep.types.practice import EntryState, Settings

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()


def state(name: str, stability: float = 10.0, score: int = 80) -> EntryState:
    return EntryState(name, stability, 5.0, TODAY, TODAY, 1, 0, score)


def calendar(days: int | None) -> Calendar:
    until = None if days is None else TODAY + timedelta(days=days)
    return Calendar(Settings(until=until), NOON, UTC)


def forecast(entries, states, calendar, a_day=10):
    return module.forecast(entries, states, calendar, a_day=a_day)


def test_without_a_day_to_come_or_an_answer_there_is_none():
    assert forecast(1, [state("a")], calendar(None)) is None
    assert forecast(1, [state("a")], calendar(0)) is None
    assert forecast(1, [], calendar(5)) is None


def test_who_stops_forgets_at_the_known_rate():
    """After its stability an entry is recalled with 0.9, and its coverage is 0.8."""
    shown = forecast(2, [state("a")], calendar(10))
    assert shown is not None
    assert shown.idle == pytest.approx(0.9 * 0.8 / 2, abs=0.001)


def test_the_path_goes_from_today_to_the_day():
    """Today all is recalled: 0.8 of one of two; without practice it is 0.9 of that in the end."""
    shown = forecast(2, [state("a")], calendar(10))
    assert shown is not None
    assert (len(shown.path), len(shown.idle_path)) == (11, 11)
    assert (shown.path[0], shown.idle_path[0]) == pytest.approx((0.4, 0.4))
    assert (shown.path[-1], shown.idle_path[-1]) == (shown.known, shown.idle)
    assert shown.idle_path == tuple(sorted(shown.idle_path, reverse=True))


def test_what_is_never_forgotten_is_known_for_sure():
    """Coverage 0.5 of one of one entries, with a stability of 1,000 years."""
    shown = forecast(1, [state("a", stability=365_000, score=50)], calendar(5))
    assert shown is not None
    assert (shown.known, shown.low, shown.high) == pytest.approx((0.5, 0.5, 0.5))


def test_who_goes_on_knows_more_than_who_stops():
    """Also of what is new: 10 of 20 entries are met until the day."""
    shown = forecast(20, [state(f"{n}", stability=2) for n in range(10)], calendar(30))
    assert shown is not None
    assert shown.idle < 0.35
    assert 0.6 < shown.low < shown.known < shown.high <= 1


def test_the_same_states_give_the_same_forecast():
    states = [state(f"{n}", stability=3) for n in range(5)]
    assert forecast(9, states, calendar(9)) == forecast(9, states, calendar(9))


def test_few_answers_a_day_leave_entries_unmet():
    """With one answer a day in 10 days at most 10 of the 50 new ones are met."""
    few = forecast(51, [state("a")], calendar(10), a_day=1)
    more = forecast(51, [state("a")], calendar(10), a_day=20)
    assert few is not None
    assert more is not None
    assert few.high < 11 * 0.8 / 51 + 0.01
    assert more.low > 0.5
