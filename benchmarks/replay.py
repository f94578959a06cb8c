"""How long the history of 10,000 reviews takes to replay, to open, and to add to."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.practice.rows import review_row
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating, Review

REVIEWS, ENTRIES = 10_000, 500
START = datetime(2024, 1, 1, 12, tzinfo=UTC)


def review(number: int) -> tuple[Review, Entry]:
    name = f"e{number % ENTRIES}"
    entry = Entry(name, name, f"Why {name}?", "So. " * 40, ("S",), "notes", (1, 2))
    at = START + timedelta(hours=2 * number)
    of = name, entry.question, content_of(entry).hash
    ratings = Rating.GOOD, Rating(1 + number % 4)
    words = "Well, as I said. " * 15
    return Review(f"r{number:06}", at, at.date(), *of, words, (), 80, 0.9, *ratings), entry


def timed(name: str, start: float) -> None:
    print(f"{name:<28}{1000 * (time.perf_counter() - start):8,.0f} ms")


with tempfile.TemporaryDirectory() as folder:
    with Journal.open(Path(folder)) as journal:
        for number in range(ENTRIES):
            journal.record(*review(number))
        with journal.database.writing():
            for number in range(ENTRIES, REVIEWS):
                journal.database.add("review", review_row(review(number)[0]))
    start = time.perf_counter()
    with Journal.open(Path(folder)) as journal:
        timed("open and check", start)
        start = time.perf_counter()
        states = journal.replayed((START + timedelta(hours=2 * REVIEWS)).date())
        timed(f"replay {REVIEWS:,} reviews", start)
        assert len(states) == ENTRIES
        start = time.perf_counter()
        journal.record(*review(REVIEWS))
        timed("record one more", start)
