"""What is asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ragprep.practice.queue import new_today, queue
from ragprep.practice.schedule import Calendar
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, Reason, Settings

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOON.date()


def entry(name: str, section: str = "S") -> Entry:
    return Entry(name, name, f"{name}?", "So.", (section,), "notes", (1, 2))


def state(name: str, days_ago: int, stability: float = 10.0, score: int = 80) -> EntryState:
    day = TODAY - timedelta(days=days_ago)
    return EntryState(name, stability, 5.0, day, day, 1, 0, score)


def asked(entries, states, *, new=None, limit=None, **settings) -> list[str]:
    calendar = Calendar(Settings(**settings), NOON, UTC)
    by_id = {state.entry: state for state in states}
    return [item.entry for item in queue(entries, by_id, calendar, new=new, limit=limit)]


def test_due_then_weak_then_new():
    """Due: the longest overdue first. Weak: known well, but answered badly yesterday."""
    entries = [entry(name) for name in "abcdef"]
    states = [state("b", 2, score=50), state("c", 12), state("d", 20), state("e", 2)]
    assert asked(entries, states) == ["d", "c", "b", "a", "f"]
    by_id = {state.entry: state for state in states}
    items = queue(entries, by_id, Calendar(Settings(), NOON, UTC))
    assert [item.reason for item in items[1:4]] == [Reason.DUE, Reason.WEAK, Reason.NEW]


def test_an_entry_answered_today_is_not_asked_again():
    """However badly."""
    assert asked([entry("a")], [state("a", 0, score=10)]) == []


def test_sections_take_turns():
    entries = [entry("a", "S"), entry("b", "S"), entry("c", "T"), entry("d", "S")]
    assert asked(entries, []) == ["a", "c", "b", "d"]


def test_new_entries_are_limited_by_the_day():
    """Two a day, one of them met already; `new` asks for others."""
    entries = [entry(name) for name in "abcd"]
    states = [state("a", 0)]
    assert asked(entries, states, new_a_day=2) == ["b"]
    assert asked(entries, states, new_a_day=2, new=3) == ["b", "c", "d"]
    assert asked(entries, states, new=0) == []


def test_a_removed_entry_is_not_asked():
    assert asked([entry("a")], [state("gone", 50)], new=0) == []


def test_before_an_interview_all_are_met():
    """Ten entries, three days, twice the even share: 7, then the other 3; none is left."""
    entries = [entry(f"{n}") for n in range(10)]
    until, states, met = TODAY + timedelta(days=3), {}, []
    for day in range(3):
        calendar = Calendar(Settings(until=until), NOON + timedelta(days=day), UTC)
        items = [i for i in queue(entries, states, calendar) if i.reason is Reason.NEW]
        met.append(len(items))
        states |= {item.entry: state(item.entry, -day) for item in items}
    assert met == [7, 3, 0]


def test_a_limit_keeps_what_the_interview_demands():
    """Of two questions one is the new entry that must be met; without a date due comes first."""
    entries = [entry(name) for name in "abc"]
    states = [state("a", 12), state("b", 20)]
    until = TODAY + timedelta(days=1)
    assert asked(entries, states, limit=2) == ["b", "a"]
    assert asked(entries, states, limit=2, until=until) == ["b", "c"]


def test_what_was_met_today_counts_for_today():
    """Of four entries in four days 2 are for today, and one of them was met."""
    calendar = Calendar(Settings(until=TODAY + timedelta(days=4)), NOON, UTC)
    assert new_today(3, {"a": state("a", 0)}, calendar) == 1


def test_a_session_of_so_many_questions_is_filled_with_the_least_recalled():
    """After what is new; without a number they are left for the day on which they come due."""
    entries = [entry(name) for name in "abcd"]
    states = [state("a", 1), state("b", 5), state("c", 0)]
    assert asked(entries, states) == ["d"]
    assert asked(entries, states, limit=2) == ["d", "b"]
    assert asked(entries, states, limit=9) == ["d", "b", "a"]
