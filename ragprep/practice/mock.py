"""A mock interview without a terminal: which questions, how long for each, and what came of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ragprep.errors import Overloaded, PracticeError, RagprepError
from ragprep.practice.session import Guides, Memory, check_there
from ragprep.types.grade import Grade
from ragprep.types.guide import Entry
from ragprep.types.session import Answered, InterviewAnswer, InterviewReport, ToWorkOn

MINUTES_EACH = 3
"""For a question. A guess: two minutes to answer, one to read it and to think."""

TO_WORK_ON = 3


def choose(entries: Sequence[Entry], number: int, rng: random.Random) -> list[Entry]:
    """Return entries for an interview: from each section in turn, the sections in random order.

    In a section those chosen stand in the guide's order, which goes from what is basic on.

    Args:
        entries: that may be asked, in the guides' order.
        number: at most so many.
        rng: decides.
    """
    sections: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        sections.setdefault((entry.guide, *entry.section), []).append(entry)
    order = list(sections.values())
    rng.shuffle(order)
    taken = [0] * len(order)
    while sum(taken) < min(number, len(entries)):
        for place, members in enumerate(order):
            if taken[place] < len(members) and sum(taken) < number:
                taken[place] += 1
    picked = [
        [members[i] for i in sorted(rng.sample(range(len(members)), count))]
        for members, count in zip(order, taken, strict=True)
    ]
    return [members[turn] for turn in range(max(taken, default=0)) for members in picked
            if turn < len(members)]  # fmt: skip


@dataclass
class Interview:
    """Questions one after another, without feedback; answers are graded when it is over.

    Attributes:
        guides: grade the answers.
        memory: keeps them; they do not change when an entry is asked again.
        entries: to ask, in order.
        minutes: for all of it.
        clock: what time it is.
        answers: so far, "" for a question that was passed over.
        draft: the answer that was begun, "" if none.
    """

    guides: Guides
    memory: Memory
    entries: Sequence[Entry]
    minutes: float
    clock: Callable[[], datetime]
    answers: list[tuple[str, timedelta]] = field(default_factory=list)
    draft: str = ""

    def __post_init__(self) -> None:
        if not self.entries:
            raise PracticeError(
                "There is no question to ask.", remedy="Index a guide with answers."
            )
        self.began = self._asked_at = self.clock()
        self._kept: list[InterviewAnswer] = []

    @property
    def ends(self) -> datetime:
        """When no further question is asked."""
        return self.began + timedelta(minutes=self.minutes)

    @property
    def question(self) -> Entry | None:
        """The entry that is asked; None when the interview is over."""
        if len(self.answers) == len(self.entries) or self.clock() >= self.ends:
            return None
        return self.entries[len(self.answers)]

    @property
    def asked(self) -> Entry | None:
        """The entry that waits for its answer, even when the time is up since it was asked."""
        if len(self.answers) == len(self.entries) or self._asked_at >= self.ends:
            return None
        return self.entries[len(self.answers)]

    @property
    def time_left(self) -> timedelta:
        """For the question: an equal share of what is left."""
        return (self.ends - self.clock()) / (len(self.entries) - len(self.answers))

    def answer(self, text: str) -> None:
        """Take the answer to the question; "" passes it over. Overtime counts, and is reported."""
        now = self.clock()
        self.keep(text)  # until it is graded
        self.answers.append((text, now - self._asked_at))
        self._asked_at, self.draft = now, ""

    def keep(self, text: str) -> None:
        """Keep an answer that was begun; it is no answer until it is given."""
        self.draft = text
        if text:
            self.memory.keep_draft(self.entries[len(self.answers)].id, text, self.clock())

    def report(self) -> InterviewReport:
        """Grade and keep what was answered.

        Raises:
            PracticeError, Overloaded: an answer cannot be kept, or graded now; another try goes on
                with that one.
        """
        answered = self._kept
        while len(answered) < len(self.answers):
            text, taken = self.answers[len(answered)]
            entry = self.entries[len(answered)]
            answered.append(self._graded(entry, text, taken))
            if answered[-1].grade is not None:  # kept: another try would keep it twice
                self.memory.keep_draft(entry.id, "", self.clock())
        not_asked = tuple(self.entries[len(answered) :])
        return InterviewReport(
            self.began, self.minutes, tuple(answered), not_asked, self._to_work_on(answered)
        )

    def _graded(self, entry: Entry, text: str, taken: timedelta) -> InterviewAnswer:
        """Return the answer with its grade; the others have theirs where this one has none."""
        if not text:
            return InterviewAnswer(entry, text, taken, None)
        try:
            check_there(self.guides, entry)
            grade = self.guides.grade(entry.id, text)
        except Overloaded:
            raise
        except RagprepError as error:
            return InterviewAnswer(entry, text, taken, None, str(error))
        self.memory.record(Answered(entry, text, grade), None, self.clock())
        return InterviewAnswer(entry, text, taken, grade)

    def _to_work_on(self, answered: Sequence[InterviewAnswer]) -> tuple[ToWorkOn, ...]:
        """Return what costs most: what is wrong first, then what earned least."""
        worst = sorted(answered, key=_worth)
        advice = [ToWorkOn(item.entry, self._advice(item)) for item in worst]
        return tuple(item for item in advice if item.what)[:TO_WORK_ON]

    def _advice(self, answer: InterviewAnswer) -> str:
        if answer.failure:
            return ""
        if answer.grade is None or not answer.grade.limit:
            return "Not answered: read the entry, then say it in your own words."
        return answer.grade.fix


def _worth(answer: InterviewAnswer) -> tuple[bool, int]:
    grade: Grade | None = answer.grade
    return (not (grade and grade.wrong), grade.score if grade else 0)
