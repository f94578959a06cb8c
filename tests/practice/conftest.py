"""A small guide with fakes, a memory of dicts, and a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder, FakeReader
from ragprep.types.grade import Grade
from ragprep.types.practice import Draft, Proposal, Rating
from ragprep.types.session import Answered

GUIDE = """# Food

### Q1. What does a cat eat?

**A:** Cats catch mice at night.

**Other food:**
- Fresh fish
- Warm milk

# Sleep

### Q2. How long does a cat sleep?

**A:** Fifteen hours a day.

### Q3. Where does a cat sleep?
"""


@pytest.fixture
def pets(tmp_path: Path) -> Prep:
    """Two entries that can be asked, and a question without an answer."""
    guide = tmp_path / "pets.md"
    guide.write_text(GUIDE, encoding="utf-8")
    fake = FakeEmbedder(("cat", "cats", "mice", "fish", "milk", "hours", "sleep"))
    prep = Prep(
        Config(home=tmp_path / "home", llm="none"), encoder=(fake.info, fake), reader=FakeReader()
    )
    prep.build([guide])
    return prep


@dataclass
class Clock:
    """Noon of a winter's day, until it is moved."""

    now: datetime = datetime(2026, 12, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class DictMemory:
    """Reviews in a dict; below 40 it proposes Again, below 70 Hard, else Good, or nothing."""

    unsure: bool = False
    reviews: dict[str, tuple[Answered, Rating | None]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

    def propose(self, entry: str, grade: Grade | None, now: datetime) -> Proposal:
        due = {rating: date(2026, 12, 1 + rating) for rating in Rating}
        if grade is None or self.unsure:
            return Proposal(None, due)
        return Proposal(Rating(1 + (grade.score >= 40) + (grade.score >= 70)), due)

    def record(self, answered: Answered, rating: Rating | None, now: datetime) -> str:
        name = f"r{len(self.reviews) + 1}"
        self.reviews[name] = answered, rating
        return name

    def undo(self, review: str, now: datetime) -> None:
        del self.reviews[review]

    def draft(self, entry: str) -> Draft | None:
        text = self.drafts.get(entry)
        return Draft(entry, datetime(2026, 12, 1, tzinfo=UTC), text) if text else None

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        self.drafts[entry] = text


@pytest.fixture
def memory() -> DictMemory:
    return DictMemory()
