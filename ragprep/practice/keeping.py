"""The history as a session uses it: reviews made of graded answers, proposals, drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from ragprep import __version__
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.practice.schedule import Calendar, proposal, scheduler_name
from ragprep.types.grade import Grade
from ragprep.types.practice import Draft, PointReview, Proposal, Rating, Review
from ragprep.types.session import Answered


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a session remembers with.

    Attributes:
        journal: open for as long as the session goes on.
        transcript: whether the person's words are kept, drafts included.
    """

    journal: Journal
    transcript: bool

    def propose(self, entry: str, grade: Grade, now: datetime) -> Proposal:
        """Return the rating that a grade proposes, and for each rating the day that follows."""
        calendar = Calendar(self.journal.settings(), now)
        return proposal(self.journal.states().get(entry), grade, calendar)

    def record(self, answered: Answered, rating: Rating | None, now: datetime) -> str:
        """Keep a review for good before it returns; return its id."""
        calendar = Calendar(self.journal.settings(), now)
        entry, grade = answered.entry, answered.grade
        points = tuple(PointReview(p.point, p.status, p.credit) for p in grade.points)
        review = Review(
            id=uuid4().hex,
            at=now,
            day=calendar.today,
            entry=entry.id,
            question=entry.question,
            content=content_of(entry).hash,
            said=answered.said if self.transcript else None,
            points=points,
            score=grade.score,
            confidence=grade.confidence,
            proposed=answered.proposal.rating if answered.proposal else None,
            rating=rating,
            follows=answered.follows,
            scheduler=scheduler_name(),
            retention=calendar.settings.retention,
            version=__version__,
        )
        self.journal.record(review, entry)
        return review.id

    def undo(self, review: str, now: datetime) -> None:
        """Take a review back, and what followed it."""
        self.journal.undo(review, now)

    def draft(self, entry: str) -> Draft | None:
        """Return an answer that was begun."""
        return self.journal.draft(entry)

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        """Keep an answer that was begun, if words are kept; "" for none."""
        if self.transcript or not text:
            self.journal.keep_draft(entry, text, now)
