"""Records reviews until it is killed, and tells each once it was acknowledged: for the tests."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating, Review

with Journal.open(Path(sys.argv[1])) as journal:
    for number in range(int(sys.argv[2])):
        name, key, now = f"e{number % 5}", uuid4().hex, datetime.now(UTC)
        entry = Entry(name, name, f"Why {name}?", "So.", ("S",), "notes", (1, 2))
        of = name, entry.question, content_of(entry).hash
        ratings = Rating.GOOD, Rating.GOOD
        review = Review(key, now, now.date(), *of, "Well. " * 50, (), 80, 0.9, *ratings)
        journal.record(review, entry)
        print(key, flush=True)  # noqa: T201  # the test reads it
