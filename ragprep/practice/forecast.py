"""What will be known on the day of the interview, by playing the days until then; pure."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ragprep.practice.queue import new_today
from ragprep.practice.schedule import Calendar, recall, step
from ragprep.types.practice import EntryState, Rating
from ragprep.types.progress import Forecast

RUNS = 20
"""Plays of the days: 20 of 180 days take 2 s, of 20 days 0.3 s."""

SEED = 15
FIRST = {Rating.AGAIN: 0.24, Rating.HARD: 0.094, Rating.GOOD: 0.666}
"""How often a first answer is rated so: the defaults of the simulator of fsrs-rs, from Anki's
users, its Easy taken for Good."""


def forecast(
    entries: int, states: Sequence[EntryState], calendar: Calendar, *, a_day: int
) -> Forecast | None:
    """Return what will be known on the day of the interview; None without one, or any answer.

    The days until then are played as `queue` has them with a limit: the new entries of the day are
    met, and of what is due the least likely to be recalled is answered, with the probability of
    recall that FSRS gives it. An entry's coverage stays what its last grade was; a new one gets the
    mean of the others.

    Args:
        entries: how many there are.
        states: of those that were answered.
        calendar: of now.
        a_day: answers on each of the days.
    """
    until = calendar.until
    if until is None or not states:
        return None
    rng = random.Random(SEED)  # noqa: S311 - no secret; the same states give the same forecast
    unmet = entries - len(states)
    plays = [_play(unmet, states, calendar, until, a_day, rng) for _ in range(RUNS)]
    ends = [play[-1] for play in plays]
    path = tuple(statistics.mean(day) / entries for day in zip(*plays, strict=True))
    margin = 1.96 * statistics.stdev(ends) / entries
    days = [calendar.today + timedelta(days=ahead) for ahead in range(len(path))]
    idle_path = tuple(_expected(states, day) / entries for day in days)
    return Forecast(
        until=until,
        a_day=a_day,
        known=path[-1],
        low=max(0.0, path[-1] - margin),
        high=min(1.0, path[-1] + margin),
        idle=idle_path[-1],
        path=path,
        idle_path=idle_path,
    )


def _play(
    unmet: int,
    states: Sequence[EntryState],
    calendar: Calendar,
    until: date,
    a_day: int,
    rng: random.Random,
) -> list[float]:
    """Return the coverage on each day of one play: expected, on the last that of what is recalled.

    That of a day is taken as it begins.
    """
    path = []
    known = {state.entry: state for state in states}
    usual = round(statistics.mean(state.score for state in states))
    for ahead in range((until - calendar.today).days):
        at = replace(calendar, now=calendar.now + timedelta(days=ahead))
        today = at.today
        path.append(_expected(known.values(), today))
        new = min(unmet, new_today(unmet, known, at), a_day)
        due = [
            (recall(state, today), entry)
            for entry, state in known.items()
            if at.due(state) <= today
        ]
        for probability, entry in sorted(due)[: a_day - new]:
            rating = Rating.GOOD if rng.random() < probability else Rating.AGAIN
            known[entry] = step(known[entry], rating, today, entry, known[entry].score)
        for _ in range(new):
            [rating] = rng.choices(list(FIRST), list(FIRST.values()))
            name = f"new {unmet}"  # no id has a space
            known[name] = step(None, rating, today, name, usual)
            unmet -= 1
    path.append(
        sum(state.score / 100 for state in known.values() if rng.random() < recall(state, until))
    )
    return path


def _expected(states: Iterable[EntryState], day: date) -> float:
    """Return the sum of the coverage that is expected of each on a day."""
    return sum(recall(state, day) * state.score / 100 for state in states)
