"""A practice session as a state machine, without a terminal: what it waits for and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from ragprep.errors import PracticeError, UnknownEntry
from ragprep.grade.left_out import left_out, question_about
from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry
from ragprep.types.practice import Draft, Proposal, Queued, Rating
from ragprep.types.session import Answered, FollowUp, Question, Stage, Step


class Guides(Protocol):
    """What questions are taken from and answers are graded by."""

    def entry(self, ref: str) -> Entry:
        """Return an entry by its id; raise UnknownEntry where it is gone."""
        ...

    def rubric(self, ref: str) -> Rubric:
        """Return what an answer to it is graded by."""
        ...

    def grade(self, ref_or_text: str, answer: str, *, rubric: Rubric | None = None) -> Grade:
        """Return the grade of an answer, by `rubric` in place of the entry's."""
        ...


class Memory(Protocol):
    """What remembers reviews and drafts."""

    def propose(self, entry: str, grade: Grade, now: datetime) -> Proposal:
        """Return the rating that a grade proposes, and for each rating the day that follows."""
        ...

    def record(self, answered: Answered, rating: Rating | None, now: datetime) -> str:
        """Keep a review for good before it returns; return its id."""
        ...

    def undo(self, review: str, now: datetime) -> None:
        """Take a review back, and what followed it."""
        ...

    def draft(self, entry: str) -> Draft | None:
        """Return an answer that was begun."""
        ...

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        """Keep an answer that was begun; "" for none."""
        ...


@dataclass
class Session:
    """One sitting. Each method takes what `stage` waits for, and moves on to the next stage.

    A method that raises leaves the stage as it was, and has recorded nothing.

    Attributes:
        queue: what is still to be asked.
        stage: what the session waits for.
        question: that is asked, or was answered last; None before the first and after the last.
        answered: its answer, once it is graded.
        steps: reviews kept so far, the last one last.
        skipped: how many questions were passed over.
    """

    guides: Guides
    memory: Memory
    queue: list[Queued]
    clock: Callable[[], datetime]
    ends: datetime | None = None
    stage: Stage = Stage.DONE
    question: Question | None = None
    answered: Answered | None = None
    steps: list[Step] = field(default_factory=list)
    skipped: int = 0

    def __post_init__(self) -> None:
        self._asked = 0
        self._next()

    def answer(self, text: str) -> Answered:
        """Grade an answer.

        Raises:
            RagprepError: it cannot be graded; it is kept as a draft.
        """
        question = self._at(Stage.ANSWER)
        self.keep(text)
        check_there(self.guides, question.entry)
        self.answered = graded(self.guides, self.memory, question.entry, text, self.clock())
        self.stage = Stage.RATING
        return self.answered

    def rate(self, rating: Rating | None = None) -> Step:
        """Keep the review with a rating, the proposed one when None.

        Raises:
            PracticeError: the grade proposes none; or the review cannot be kept.
        """
        question = self._at(Stage.RATING)
        assert self.answered is not None and self.answered.proposal is not None
        rating = rating or self.answered.proposal.rating
        if rating is None:
            raise PracticeError("The grade proposes no rating.", remedy="Choose one.")
        follow_up = _follow_up(self.guides, question.entry, self.answered.grade)
        review = self.memory.record(self.answered, rating, self.clock())
        # the step is taken: whatever fails from here on, another try would keep the review twice
        self.steps.append(Step(question, self.answered, rating, review, follow_up))
        if follow_up is None:
            self._next()
        else:
            self.stage = Stage.FOLLOW_UP
        self.memory.keep_draft(question.entry.id, "", self.clock())
        return self.steps[-1]

    def follow_up(self, text: str) -> Answered:
        """Grade the answer to the second question, keep it, and go on to the next entry.

        Raises:
            RagprepError: it cannot be graded or kept.
        """
        question, step = self._at(Stage.FOLLOW_UP), self.steps[-1]
        assert step.follow_up is not None
        check_there(self.guides, question.entry)
        grade = self.guides.grade(question.entry.id, text, rubric=step.follow_up.rubric)
        answered = Answered(question.entry, text, grade, follows=step.review)
        self.memory.record(answered, None, self.clock())
        self._next()
        return answered

    def skip(self) -> None:
        """Go on to the next question; an answer that was not rated stays as a draft."""
        if self.stage is not Stage.FOLLOW_UP:
            self.skipped += 1
        self._next()

    def undo(self) -> bool:
        """Take the last step back: the answer that waits for its rating, else the last rating.

        Returns:
            Whether there was one.
        """
        if self.stage is Stage.RATING and self.question and self.answered:
            self.question = replace(self.question, draft=self.answered.said)
            self.answered, self.stage = None, Stage.ANSWER
            return True
        if not self.steps:
            return False
        step = self.steps[-1]
        self.memory.undo(step.review, self.clock())
        self.steps.pop()
        self.memory.keep_draft(step.question.entry.id, step.answered.said, self.clock())
        if self.stage is Stage.ANSWER and self.question is not None:  # it is asked again after this
            waiting = self.question
            self.queue.insert(0, Queued(waiting.entry.id, waiting.reason, waiting.recall))
            self._asked -= 1
        self.question, self.answered = step.question, step.answered
        self.stage = Stage.RATING
        return True

    def keep(self, text: str) -> None:
        """Keep an answer that was begun, to be offered now and next time."""
        if self.stage is Stage.ANSWER and self.question is not None and text.strip():
            self.question = replace(self.question, draft=text)
            self.memory.keep_draft(self.question.entry.id, text, self.clock())

    def _at(self, stage: Stage) -> Question:
        if self.stage is not stage or self.question is None:
            raise PracticeError(
                f"The session waits for the stage {self.stage}, not for {stage}.",
                remedy="Ask for its stage first.",
            )
        return self.question

    def _next(self) -> None:
        """Ask the next entry that is still there and can be graded; else the session is done."""
        self.question, self.answered, self.stage = None, None, Stage.DONE
        if self.ends is not None and self.clock() >= self.ends:
            return
        while self.queue:
            queued = self.queue.pop(0)
            entry = _gradable(self.guides, queued.entry)
            if entry is not None:
                self._asked += 1
                draft = self.memory.draft(entry.id)
                text = draft.text if draft else ""
                number, of = self._asked, self._asked + len(self.queue)
                self.question = Question(number, of, entry, queued.reason, queued.recall, text)
                self.stage = Stage.ANSWER
                return


def check_there(guides: Guides, entry: Entry) -> None:
    """Check that an entry is still in the guides: an id that is none would be searched for as text.

    Raises:
        PracticeError: it has gone since it was asked.
    """
    try:
        guides.entry(entry.id)
    except UnknownEntry as exc:
        raise PracticeError(
            f'"{entry.question}" is in the guides no longer.',
            remedy="Skip it, and go on with the next question.",
        ) from exc


def _follow_up(guides: Guides, entry: Entry, grade: Grade) -> FollowUp | None:
    """Return the question about what an answer left out; None where that, or the entry, is gone."""
    if not grade.limit:
        return None
    try:
        rubric = left_out(guides.rubric(entry.id), grade.points)
    except UnknownEntry:
        return None
    return FollowUp(question_about(rubric), rubric) if rubric.points else None


def graded(guides: Guides, memory: Memory, entry: Entry, text: str, now: datetime) -> Answered:
    """Return an answer with its grade and the rating that it proposes; nothing is kept."""
    grade = guides.grade(entry.id, text)
    return Answered(entry, text, grade, grade.fix, memory.propose(entry.id, grade, now))


def _gradable(guides: Guides, entry: str) -> Entry | None:
    """Return an entry of the guides, None where it is gone or has no key points."""
    try:
        return guides.entry(entry) if guides.rubric(entry).points else None
    except UnknownEntry:
        return None
