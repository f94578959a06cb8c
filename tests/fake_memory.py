"""A clock that is moved by hand, and a memory of dicts, for sessions of practice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ragprep.types.grade import Grade
from ragprep.types.practice import Draft, Proposal, Rating
from ragprep.types.session import Answered


@dataclass
class Clock:
    """Noon of a winter's day, until it is moved."""

    now: datetime = datetime(2026, 12, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


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
