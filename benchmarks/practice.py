"""What is known on the day of the interview: `python benchmarks/practice.py`.

A simulated learner's memory is FSRS's model with the default parameters of py-fsrs. Each way to
practise gets the same minutes a day; compared is the mean probability of recall over all entries.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fsrs import Card, Rating, Scheduler

from ragprep.practice.queue import queue
from ragprep.practice.schedule import Calendar, step
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, Settings
from ragprep.types.practice import Rating as ProposedRating

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS, ENTRIES = 180, 100

ANSWER_MIN = 1.5
"""To answer an entry and read the grade: 30 words typed at 40 a minute, as many seconds to think,
and 20 to read. A guess."""

REREAD_MIN = 0.2
"""To read an entry: the shipped guide's have 40 words, and people read 238 a minute
(Brysbaert 2019, doi:10.1016/j.jml.2019.104047)."""

REREAD_GAIN = 0.2
"""Stability after rereading as a share of that after a recall. Roediger and Karpicke (2006,
experiment 1, doi:10.1111/j.1467-9280.2006.01693.x): of a text that was read again 54% was recalled
after 2 days and 42% after 7, of one that had been recalled 68% and 56%. By FSRS's forgetting curve
these are stabilities in the ratios 0.21 and 0.15."""

FIRST = (0.24, 0.094, 0.495, 0.171)
RECALLED = (0.224, 0.631, 0.145)
"""How often a first answer is Again, Hard, Good, Easy, and one that is recalled Hard, Good, Easy:
the defaults of the simulator of fsrs-rs, from Anki's users."""


class Learner:
    """A memory of entries; what is asked of it draws on `rng` alone.

    Attributes:
        spread: standard deviation of the logarithm of what an entry's stability is multiplied by
            when it is first met: how far the memory is from the model that schedules.
    """

    def __init__(self, seed: int, spread: float) -> None:
        self._rng = random.Random(seed)
        self._memory = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        self._cards: dict[int, Card] = {}
        self._factors = [self._rng.lognormvariate(0, spread) for _ in range(ENTRIES)]

    def known(self, now: datetime) -> float:
        """Return the mean probability of recall over all entries, 0 for those never met."""
        return sum(self._recall(entry, now) for entry in range(ENTRIES)) / ENTRIES

    def answer(self, entry: int, now: datetime) -> Rating:
        """Answer an entry, and learn from it; return how well it went."""
        if entry not in self._cards:
            [rating] = self._rng.choices(list(Rating), FIRST)
        elif self._rng.random() >= self._recall(entry, now):
            rating = Rating.Again
        else:
            [rating] = self._rng.choices([Rating.Hard, Rating.Good, Rating.Easy], RECALLED)
        self._learn(entry, rating, now)
        return rating

    def reread(self, entry: int, now: datetime, gain: float) -> None:
        """Read an entry: as a recall that is Good, with `gain` of the stability that this gives."""
        before = self._cards.get(entry)
        self._learn(entry, Rating.Good, now)
        after = self._cards[entry]
        after.stability *= gain
        if before:
            after.stability = max(after.stability, before.stability)

    def _recall(self, entry: int, now: datetime) -> float:
        card = self._cards.get(entry)
        return self._memory.get_card_retrievability(card, now) if card else 0.0

    def _learn(self, entry: int, rating: Rating, now: datetime) -> None:
        known = self._cards.get(entry)
        card, _ = self._memory.review_card(known or Card(card_id=entry), rating, now)
        if not known:
            card.stability *= self._factors[entry]
        self._cards[entry] = card


class Way(Protocol):
    """A way to practise: which entry comes next, and what it makes of the rating."""

    minutes: float

    def next_entry(self, now: datetime, /) -> int | None:
        """Return what to practise now, None when there is nothing more today."""

    def practise(self, entry: int, learner: Learner, now: datetime) -> None:
        """Let the learner answer or read it."""


class InOrder:
    """From the first entry to the last, again and again."""

    def __init__(self, gain: float | None = None) -> None:
        """Answer each entry, or read it with this gain."""
        self.minutes = ANSWER_MIN if gain is None else REREAD_MIN
        self._gain = gain
        self._next = 0

    def next_entry(self, _now: datetime) -> int | None:
        return self._next

    def practise(self, entry: int, learner: Learner, now: datetime) -> None:
        self._next = (entry + 1) % ENTRIES
        if self._gain is None:
            learner.answer(entry, now)
        else:
            learner.reread(entry, now, self._gain)


class FixedIntervals:
    """Each entry after 1, 3, 7, 14, 30 and 60 days; a failed one begins again. New ones follow."""

    minutes = ANSWER_MIN
    intervals = (1, 3, 7, 14, 30, 60)

    def __init__(self) -> None:
        self._due: dict[int, datetime] = {}
        self._step = [0] * ENTRIES

    def next_entry(self, now: datetime) -> int | None:
        due = min(self._due, key=self._due.__getitem__, default=None)
        if due is not None and self._due[due] <= now:
            return due
        return len(self._due) if len(self._due) < ENTRIES else None

    def practise(self, entry: int, learner: Learner, now: datetime) -> None:
        failed = learner.answer(entry, now) is Rating.Again
        step = 0 if failed else min(self._step[entry], len(self.intervals) - 1)
        self._due[entry] = now + timedelta(days=self.intervals[step])
        self._step[entry] = step + 1


class Practice:
    """`ragprep practice --until` the day, with as many questions a day as the minutes allow."""

    minutes = ANSWER_MIN

    def __init__(self, minutes_a_day: float, until: datetime) -> None:
        self._limit = int(minutes_a_day / ANSWER_MIN)
        self._settings = Settings(until=until.date())
        self._states: dict[str, EntryState] = {}
        self._day: datetime | None = None
        self._queue: list[int] = []

    def next_entry(self, now: datetime) -> int | None:
        if now != self._day:
            calendar = Calendar(self._settings, now, UTC)
            asked = queue(GUIDE, self._states, calendar, limit=self._limit)
            self._day, self._queue = now, [int(queued.entry) for queued in asked]
        return self._queue.pop(0) if self._queue else None

    def practise(self, entry: int, learner: Learner, now: datetime) -> None:
        rating = learner.answer(entry, now)
        before, rated = self._states.get(str(entry)), ProposedRating(int(rating))
        self._states[str(entry)] = step(before, rated, now.date(), str(entry), SCORES[rating])


SCORES = {Rating.Again: 20, Rating.Hard: 55, Rating.Good: 85, Rating.Easy: 95}
"""In the middle of what is proposed as each rating."""

GUIDE = [
    Entry(f"{n}", f"q{n}", f"{n}?", "So.", (f"Section {n // 10}",), "guide", (n, n))
    for n in range(ENTRIES)
]

PLANS = ((180, (3, 6, 9, 15)), (30, (6, 15, 30)))
"""Days until the interview, and minutes a day."""

WAYS: dict[str, Callable[[float, datetime], Way]] = {
    "ragprep practice": Practice,
    "fixed intervals": lambda minutes, until: FixedIntervals(),
    "answering in order": lambda minutes, until: InOrder(),
    "rereading in order": lambda minutes, until: InOrder(REREAD_GAIN),
}


def known_after(way: Way, learner: Learner, *, days: int, minutes: float) -> tuple[float, float]:
    """Return what is known on the day of the interview, and 30 days later without practice."""
    for day in range(days):
        now, left = START + timedelta(days=day), minutes
        while left >= way.minutes and (entry := way.next_entry(now)) is not None:
            way.practise(entry, learner, now)
            left -= way.minutes
    until = START + timedelta(days=days)
    return learner.known(until), learner.known(until + timedelta(days=30))


def mean(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean over the learners and half of its 95% interval."""
    return statistics.mean(values), 1.96 * statistics.stdev(values) / len(values) ** 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description="What is known on the day of the interview.")
    parser.add_argument("--runs", type=int, default=20, help="simulated learners (20)")
    parser.add_argument("--spread", type=float, default=0.0, help="see Learner (0)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    rows = []
    for days, budgets in PLANS:
        until = START + timedelta(days=days)
        for minutes in budgets:
            for name, make in WAYS.items():
                known = [
                    known_after(
                        make(minutes, until),
                        Learner(seed, options.spread),
                        days=days,
                        minutes=minutes,
                    )
                    for seed in range(options.runs)
                ]
                on_day, later = (mean(values) for values in zip(*known, strict=True))
                rows.append(
                    {"days": days, "minutes": minutes, "way": name, "known": on_day, "later": later}
                )
                if not options.json:
                    print(
                        f"{days:4} days {minutes:3} min  {name:20} known {on_day[0]:.3f} "
                        f"± {on_day[1]:.3f}, 30 days later {later[0]:.3f} ± {later[1]:.3f}",
                        flush=True,
                    )
    if options.json:
        print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
