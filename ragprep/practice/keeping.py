"""The history as a session uses it: reviews made of graded answers, proposals, drafts.

It is opened for each of them: a session may go on for days, in one thread after another, and what
it keeps belongs in the history that is there then, also after `restore`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from ragprep import __version__
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.practice.schedule import Calendar, proposal, scheduler_name
from ragprep.types.grade import Grade
from ragprep.types.practice import Draft, PointReview, Proposal, Rating, Review
from ragprep.types.session import Answered

DRAFT_WAIT_S = 1.0
"""How long a draft waits for another process that writes. The next one comes three seconds later
and has the same words, and a page that waits takes no other step. A guess."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a session remembers with.

    Attributes:
        folder: of the history.
        transcript: whether the person's words are kept, drafts included.
    """

    folder: Path
    transcript: bool

    def propose(self, entry: str, grade: Grade, now: datetime) -> Proposal:
        """Return the rating that a grade proposes, and for each rating the day that follows."""
        with Journal.open(self.folder) as journal:
            calendar = Calendar(journal.settings(), now)
            return proposal(journal.states().get(entry), grade, calendar)

    def record(self, answered: Answered, rating: Rating | None, now: datetime) -> str:
        """Keep a review for good before it returns; return its id."""
        with Journal.open(self.folder) as journal:
            review = self._review(answered, rating, Calendar(journal.settings(), now))
            journal.record(review, answered.entry)
        return review.id

    def undo(self, review: str, now: datetime) -> None:
        """Take a review back, and what followed it."""
        with Journal.open(self.folder) as journal:
            journal.undo(review, now)

    def draft(self, entry: str) -> Draft | None:
        """Return an answer that was begun."""
        with Journal.open(self.folder) as journal:
            return journal.draft(entry)

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        """Keep an answer that was begun, if words are kept; "" for none."""
        if self.transcript or not text:
            with Journal.open(self.folder, wait_s=DRAFT_WAIT_S) as journal:
                journal.keep_draft(entry, text, now)

    def _review(self, answered: Answered, rating: Rating | None, calendar: Calendar) -> Review:
        entry, grade = answered.entry, answered.grade
        return Review(
            id=uuid4().hex,
            at=calendar.now,
            day=calendar.today,
            entry=entry.id,
            question=entry.question,
            content=content_of(entry).hash,
            said=answered.said if self.transcript else None,
            points=tuple(PointReview(p.point, p.status, p.credit) for p in grade.points),
            score=grade.score,
            confidence=grade.confidence,
            proposed=answered.proposal.rating if answered.proposal else None,
            rating=rating,
            follows=answered.follows,
            scheduler=scheduler_name(),
            retention=calendar.settings.retention,
            version=__version__,
        )
