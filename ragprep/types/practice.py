"""Practice as it is remembered: reviews, what they say of an entry's memory, proposals, drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Literal

from ragprep.types.grade import PointStatus


class Rating(IntEnum):
    """How well an entry was recalled: FSRS's four ratings."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


RatingName = Literal["again", "hard", "good", "easy"]
"""A rating as JSON has it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a person practises.

    Attributes:
        hard_from: score (0 to 100) from which a grade proposes Hard; below it Again.
        good_from: score from which it proposes Good.
        day_starts: hour of local time (0 to 23) at which a day begins.
        retention: probability of recall at which an entry comes due, 0.7 to 0.97.
        until: day of the interview; None without one.
        new_a_day: new entries a day where no interview sets the pace.
        transcript: whether the person's answers are kept.
    """

    hard_from: int = 40
    good_from: int = 70
    day_starts: int = 4
    retention: float = 0.9
    until: date | None = None
    new_a_day: int = 10
    transcript: bool = True


@dataclass(frozen=True, slots=True)
class PointReview:
    """What an answer made of a key point: its text at the time, status, and credit 0 to 1."""

    text: str
    status: PointStatus
    credit: float


@dataclass(frozen=True, slots=True)
class Review:
    """An answer that was graded: a line of the log, which is only appended to.

    Attributes:
        id: unique on all machines.
        at: when, UTC.
        day: the person's day at that time and place; it begins at `Settings.day_starts`.
        entry: id of the entry at the time.
        question: of the entry, as it stood.
        content: `content_hash` of its question and answer, as they stood.
        said: the person's answer; None where it is not kept.
        points: in the guide's order.
        score: of the grade, 0 to 100.
        confidence: of the grade, 0 to 1.
        proposed: rating that the grade proposed; None where it was unsure.
        rating: that the person gave; None where the review is not to change the schedule.
        follows: id of the review whose missed points were asked about again; None for a review
            of its own.
        scheduler: name and version of the scheduler.
        retention: that was desired at the time.
        version: of ragprep.
    """

    id: str
    at: datetime
    day: date
    entry: str
    question: str
    content: str
    said: str | None
    points: tuple[PointReview, ...]
    score: int
    confidence: float
    proposed: Rating | None
    rating: Rating | None
    follows: str | None = None
    scheduler: str = ""
    retention: float = 0.9
    version: str = ""


@dataclass(frozen=True, slots=True)
class EntryState:
    """What the reviews of an entry say of its memory; derived from them alone.

    Attributes:
        entry: id of the entry as it is now.
        stability: days until the probability of recall falls to 0.9.
        difficulty: 1 to 10.
        first: day on which it was first answered.
        last: day on which it was last answered.
        reviews: how many set the schedule.
        lapses: of them rated Again.
        score: of the last grade, 0 to 100.
        unchanged: 0 to 1, how much of the entry stands as when it was last answered.
    """

    entry: str
    stability: float
    difficulty: float
    first: date
    last: date
    reviews: int
    lapses: int
    score: int
    unchanged: float = 1.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a grade proposes.

    Attributes:
        rating: None where the grade is unsure and the person is to say.
        due: for each rating, the day on which the entry comes due next.
    """

    rating: Rating | None
    due: Mapping[Rating, date]


class Reason(StrEnum):
    """Why an entry is asked."""

    DUE = "due"
    NEW = "new"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Queued:
    """An entry to ask: its id, why, and the probability of its recall (0 for a new one)."""

    entry: str
    reason: Reason
    recall: float


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that was not graded yet: kept for the next session."""

    entry: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that was seen to have changed: a line of the log.

    Attributes:
        id: unique on all machines.
        at: when it was seen, UTC.
        old: id of the entry before.
        new: id now; the same as `old` where only its text changed.
        question: as it is now.
        content: `content_hash` of it now.
        similarity: 0 to 1, of its text before and now.
    """

    id: str
    at: datetime
    old: str
    new: str
    question: str
    content: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the history: its file, when it was taken, and the reviews in it."""

    path: Path
    at: datetime
    reviews: int
