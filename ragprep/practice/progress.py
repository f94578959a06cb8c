"""How far a person has come: from entries, their states and reviews; pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from ragprep.practice.forecast import forecast
from ragprep.practice.queue import new_today
from ragprep.practice.schedule import Calendar, recall
from ragprep.types.grade import PointStatus
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, Review
from ragprep.types.progress import (
    DueEntry,
    MissedPoint,
    Place,
    Proposals,
    SectionProgress,
    Standing,
)

DAYS_BACK, DAYS_AHEAD = 28, 14
POINTS = 5
"""Missed points that are named: what a person can look at in a session. A guess."""


def progress(
    entries: Sequence[Entry],
    states: Mapping[str, EntryState],
    reviews: Sequence[tuple[str, Review]],
    calendar: Calendar,
) -> Standing:
    """Return how far a person has come with `entries`.

    Args:
        entries: in the guides' order.
        states: of entries that were answered, by id.
        reviews: in any order, each with the id that its entry has now; those of entries that are
            not among `entries` count for nothing.
        calendar: of now.
    """
    labels = {entry.id: entry.label for entry in entries}
    kept = [(entry, review) for entry, review in reviews if entry in labels]
    met = {entry: state for entry, state in states.items() if entry in labels}
    sections: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        sections.setdefault(entry.section, []).append(entry)
    due_on = [calendar.due(state) for state in met.values()]
    days = [calendar.today - timedelta(days=back) for back in reversed(range(DAYS_BACK))]
    answered = Counter(min(review.day, calendar.today) for _, review in kept)
    by_day = tuple(answered[day] for day in days)
    practised = [number for number in by_day if number] or [1]
    return Standing(
        at=calendar.now,
        overall=_section("", entries, met, calendar),
        sections=tuple(
            _section(" > ".join(path), members, met, calendar) for path, members in sections.items()
        ),
        missed=_missed(kept, labels),
        reviews=by_day,
        due=tuple(
            sum(max(0, (day - calendar.today).days) == ahead for day in due_on)
            for ahead in range(DAYS_AHEAD)
        ),
        new=new_of(entries, met, calendar),
        proposals=_proposals(review for _, review in kept),
        forecast=forecast(
            len(entries), list(met.values()), calendar, a_day=ceil(statistics.mean(practised))
        ),
        until=calendar.until,
    )


def new_of(entries: Sequence[Entry], states: Mapping[str, EntryState], calendar: Calendar) -> int:
    """Return how many of the entries to meet today."""
    unmet = sum(entry.id not in states for entry in entries)
    return min(new_today(unmet, states, calendar), unmet)


def due(
    entries: Iterable[Entry], states: Mapping[str, EntryState], calendar: Calendar
) -> tuple[DueEntry, ...]:
    """Return when the entries that were answered come due, the least likely to be recalled first.

    All that are due today or before count as of today.
    """
    shown = [
        DueEntry(
            entry.label,
            entry.question,
            max(calendar.due(states[entry.id]), calendar.today),
            recall(states[entry.id], calendar.today),
        )
        for entry in entries
        if entry.id in states
    ]
    return tuple(sorted(shown, key=lambda entry: (entry.day, entry.recall)))


def map_of(
    entries: Iterable[Entry],
    places: Iterable[Sequence[float]],
    states: Mapping[str, EntryState],
    calendar: Calendar,
) -> tuple[Place, ...]:
    """Return entries, each at its place, with what is known of it."""
    return tuple(
        Place(
            *(entry.label, entry.question, entry.section),
            x=x,
            y=y,
            known=known(states[entry.id], calendar) if entry.id in states else None,
        )
        for entry, (x, y) in zip(entries, places, strict=True)
    )


def known(state: EntryState, calendar: Calendar) -> float:
    """Return retrievability today times the coverage at the last grade, 0 to 1."""
    return recall(state, calendar.today) * state.score / 100


def _section(
    name: str, entries: Sequence[Entry], states: Mapping[str, EntryState], calendar: Calendar
) -> SectionProgress:
    met = [states[entry.id] for entry in entries if entry.id in states]
    return SectionProgress(
        name=name,
        entries=len(entries),
        tried=len(met),
        known=sum(known(state, calendar) for state in met) / max(len(entries), 1),
        due=sum(calendar.due(state) <= calendar.today for state in met),
    )


@dataclass
class _Times:
    missed: int = field(default=0)
    asked: int = field(default=0)


def _missed(
    reviews: Iterable[tuple[str, Review]], labels: Mapping[str, str]
) -> tuple[MissedPoint, ...]:
    """Return the points missed most often, of equals those missed in a larger share first."""
    times: dict[tuple[str, str], _Times] = {}
    for entry, review in reviews:
        if review.follows is None:
            for point in review.points:
                counted = times.setdefault((entry, point.text), _Times())
                counted.asked += 1
                counted.missed += point.status in (PointStatus.MISSING, PointStatus.CONTRADICTED)
    points = [
        MissedPoint(labels[entry], text, counted.missed, counted.asked)
        for (entry, text), counted in times.items()
        if counted.missed
    ]
    points.sort(key=lambda point: (-point.missed, point.asked))  # stable: equals as they came
    return tuple(points[:POINTS])


def _proposals(reviews: Iterable[Review]) -> Proposals:
    pairs = [(r.proposed, r.rating) for r in reviews if r.proposed and r.rating]
    return Proposals(
        given=len(pairs),
        lowered=sum(rating < proposed for proposed, rating in pairs),
        raised=sum(rating > proposed for proposed, rating in pairs),
    )
