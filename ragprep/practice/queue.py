"""What is asked next: due, then weak, then new entries, interleaved by section; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, zip_longest
from math import ceil

from ragprep.practice.schedule import Calendar, recall
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, Queued, Reason

PACE = 2
"""Of new entries before an interview; 1 is evenly spread. With 1, 2 and 3, known on the day after
30 days of 15 minutes are 0.917, 0.933 and 0.941, after 180 days the same (benchmarks/practice.py);
3 asks for so many new ones on the first days that 2 was taken."""


def queue(
    entries: Sequence[Entry],
    states: Mapping[str, EntryState],
    calendar: Calendar,
    *,
    new: int | None = None,
    limit: int | None = None,
) -> list[Queued]:
    """Return what to ask today, in order.

    Due entries come first, those least likely to be recalled at the front; then weak ones, whose
    probability of recall times the score of the last answer is below what counts as Good, unless
    they were answered today; then new ones, in the guides' order. Each part goes round the
    sections.

    Args:
        entries: that may be asked, in the guides' order.
        states: of entries that were answered, by id.
        calendar: of now.
        new: how many new entries; what the day still needs when None, see `new_today`.
        limit: so many, as far as there are any: where all of the above are fewer, those least
            likely to be recalled follow. With an interview to come the new entries of the day stay
            among them, so that all are met before it.
    """
    due, weak, rest, unmet = _sorted_out(entries, states, calendar)
    if new is None:
        new = new_today(len(unmet), states, calendar)
    unmet = unmet[:new]
    if limit is None:
        return [*due, *weak, *unmet]
    if calendar.until is not None:
        unmet = unmet[:limit]
        due = due[: limit - len(unmet)]
        weak = weak[: limit - len(unmet) - len(due)]
    return [*due, *weak, *unmet, *rest][:limit]


def new_today(unmet: int, states: Mapping[str, EntryState], calendar: Calendar) -> int:
    """Return how many new entries today still needs.

    With an interview to come it is `PACE` times the even share of those never answered, so that
    what is met early is repeated before it; else the number that the settings give for a day.

    Args:
        unmet: entries that were never answered.
        states: of entries that were answered, by id.
        calendar: of now.
    """
    met = sum(state.first == calendar.today for state in states.values())
    if calendar.until is None:
        return max(0, calendar.settings.new_a_day - met)
    days = (calendar.until - calendar.today).days
    return max(0, ceil(PACE * (unmet + met) / days) - met)


def _sorted_out(
    entries: Sequence[Entry], states: Mapping[str, EntryState], calendar: Calendar
) -> tuple[list[Queued], ...]:
    """Return the due, the weak, the other and the new entries, each in the order to ask them in.

    Those answered today are among none but the due ones.
    """
    today, sections = calendar.today, {entry.id: (entry.guide, *entry.section) for entry in entries}
    parts: tuple[list[Queued], ...] = ([], [], [], [])
    due, weak, rest, unmet = parts
    for entry in entries:
        state = states.get(entry.id)
        if state is None:
            unmet.append(Queued(entry.id, Reason.NEW, 0.0))
        elif calendar.due(state) <= today:
            due.append(Queued(entry.id, Reason.DUE, recall(state, today)))
        elif state.last < today:
            is_weak = _known(state, today) < calendar.settings.good_from
            queued = Queued(entry.id, Reason.WEAK, recall(state, today))
            (weak if is_weak else rest).append(queued)
    due.sort(key=lambda queued: queued.recall)
    weak.sort(key=lambda queued: _known(states[queued.entry], today))
    rest.sort(key=lambda queued: queued.recall)
    return tuple(_in_turn(part, sections) for part in parts)


def _known(state: EntryState, day: date) -> float:
    """Return the probability of recall times the score of the last answer, 0 to 100."""
    return recall(state, day) * state.score


def _in_turn(items: Sequence[Queued], section: Mapping[str, tuple[str, ...]]) -> list[Queued]:
    """Return items one from each section in turn, each section's in order."""
    sections: dict[tuple[str, ...], list[Queued]] = {}
    for item in items:
        sections.setdefault(section[item.entry], []).append(item)
    turns = chain.from_iterable(zip_longest(*sections.values()))
    return [item for item in turns if item is not None]
