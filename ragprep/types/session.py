"""A practice session's questions, answers and steps, as they are shown and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry
from ragprep.types.practice import Proposal, Rating, Reason


class Stage(StrEnum):
    """What a session waits for."""

    ANSWER = "answer"
    RATING = "rating"
    FOLLOW_UP = "follow_up"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Question:
    """An entry that is asked.

    Attributes:
        number: 1 for the first of the session.
        of: how many are asked at most.
        entry: that is asked.
        reason: why.
        recall: probability that it is recalled; 0 for a new one.
        draft: an answer that was begun before, "" if none.
    """

    number: int
    of: int
    entry: Entry
    reason: Reason
    recall: float
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its grade.

    Attributes:
        entry: that was answered.
        said: the answer.
        grade: of it.
        fix: the one thing to fix first, "" if nothing.
        proposal: of the grade; None for the answer to a follow-up question.
        follows: the review whose points were asked for again; None for a first answer.
    """

    entry: Entry
    said: str
    grade: Grade
    fix: str = ""
    proposal: Proposal | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The second question about an answer: how it is asked, and the points that it asks for."""

    text: str
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class Step:
    """A review that was kept: its question, answer, rating and id, and the second question."""

    question: Question
    answered: Answered
    rating: Rating
    review: str
    follow_up: FollowUp | None


@dataclass(frozen=True, slots=True)
class InterviewAnswer:
    """A question of an interview: what was said, how long it took, and the grade.

    Attributes:
        entry: that was asked.
        said: the answer, "" when it was passed over.
        taken: from the question to the end of the answer.
        grade: None when it was passed over, or could not be graded.
        failure: why it could not be graded, "" if it could.
    """

    entry: Entry
    said: str
    taken: timedelta
    grade: Grade | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ToWorkOn:
    """An entry to work on, and what of it."""

    entry: Entry
    what: str


@dataclass(frozen=True, slots=True)
class InterviewReport:
    """What came of a mock interview.

    Attributes:
        began: when.
        minutes: that it was to take.
        answers: in the order in which they were asked.
        not_asked: entries that there was no time for.
        to_work_on: the most pressing first.
    """

    began: datetime
    minutes: float
    answers: tuple[InterviewAnswer, ...]
    not_asked: tuple[Entry, ...]
    to_work_on: tuple[ToWorkOn, ...]

    @property
    def score(self) -> int:
        """Mean score of the questions asked, 0 to 100; those passed over count 0."""
        scores = [answer.grade.score if answer.grade else 0 for answer in self.answers]
        return round(sum(scores) / len(scores)) if scores else 0
