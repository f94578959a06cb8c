"""A mock interview: what is asked, how long for each, and the report."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fake_memory import Clock, DictMemory

from ragprep import Prep
from ragprep.errors import Overloaded, PracticeError
from ragprep.practice.mock import Interview, choose
from ragprep.practice.report import to_markdown, to_page
from ragprep.slots import Slots
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating
from ragprep.types.session import Answered


def entry(number: int, section: str) -> Entry:
    return Entry(
        f"id{number}", f"q{number}", f"Q{number}?", "A.", (section,), "g", (number, number)
    )


ENTRIES = [entry(n, section) for n, section in enumerate("aaaaaabbbc", start=1)]


@pytest.mark.parametrize("seed", range(20))
def test_questions_go_round_the_sections(seed: int) -> None:
    """Two rounds of a, b and c, of which c has one; in a section what is basic comes first."""
    chosen = choose(ENTRIES, 5, random.Random(seed))
    assert len(set(chosen)) == 5
    assert Counter(e.section[0] for e in chosen[:3]) == {"a": 1, "b": 1, "c": 1}
    assert Counter(e.section[0] for e in chosen[3:]) == {"a": 1, "b": 1}
    of_a = [e.lines for e in chosen if e.section == ("a",)]
    assert of_a == sorted(of_a)


def test_no_more_is_asked_than_there_is() -> None:
    """Each entry once; of none, none."""
    assert sorted(e.lines for e in choose(ENTRIES, 99, random.Random(1))) == [
        e.lines for e in ENTRIES
    ]
    assert choose([], 3, random.Random(1)) == []


@pytest.fixture
def interview(pets: Prep, memory: DictMemory, clock: Clock) -> Interview:
    """Two questions in ten minutes."""
    return Interview(pets, memory, pets.entries()[:2], 10, clock)


def full_after_one(memory: DictMemory) -> Callable[..., str]:
    """A `record` that fails where a review is kept already."""
    record = memory.record

    def failing(answered: Answered, rating: Rating | None, now: datetime) -> str:
        if memory.reviews:
            raise PracticeError("The disk is full.", remedy="Free some space.")
        return record(answered, rating, now)

    return failing


def test_the_time_left_is_shared(interview: Interview, clock: Clock) -> None:
    """Five minutes each; who needs eight leaves two."""
    assert interview.time_left.total_seconds() == 300
    clock.move(minutes=8)
    interview.answer("Mice.")
    assert interview.time_left.total_seconds() == 120


def test_after_the_time_nothing_is_asked(interview: Interview, clock: Clock) -> None:
    """The question that was not reached is named, and does not count."""
    interview.answer("Cats catch mice at night, fresh fish and warm milk.")
    clock.move(minutes=10)
    assert interview.question is None
    report = interview.report()
    assert ([e.label for e in report.not_asked], report.score) == (["q2"], 100)


def test_what_was_asked_before_the_end_waits_for_its_answer(
    interview: Interview, clock: Clock
) -> None:
    """A minute late too; the second question is not asked then."""
    clock.move(minutes=11)
    assert interview.asked == interview.entries[0]
    interview.answer("Mice.")
    assert interview.asked is None


def test_when_all_is_answered_nothing_waits(interview: Interview) -> None:
    """Though there is time."""
    interview.answer("Mice.")
    assert interview.asked == interview.entries[1]
    interview.answer("")
    assert interview.asked is None


def test_the_report_has_answers_grades_and_what_to_work_on(
    interview: Interview, clock: Clock
) -> None:
    """What is wrong stands before what earned nothing."""
    clock.move(seconds=90)
    interview.answer("Cats do not catch mice at night.\n*Fresh* fish.")
    clock.move(seconds=30)
    interview.answer("")
    report = interview.report()
    assert [(item.entry.label, item.what) for item in report.to_work_on] == [
        (
            "q1",
            'You said "Cats do not catch mice at night". The guide: "Cats catch mice at night".',
        ),
        ("q2", "Not answered: read the entry, then say it in your own words."),
    ]
    text = to_markdown(report)
    assert text.startswith("# Mock interview of 2026-12-01 12:00\n\n")
    assert "2 of 2 questions in 2 of 10 minutes." in text
    assert "q1; Food; 90 s\n\n> Cats do not catch mice at night.\n> \\*Fresh\\* fish.\n" in text
    assert "Left out:\n\n- Other food: Warm milk\n" in text
    assert "q2; Sleep; 30 s\n\nPassed over.\n" in text


def test_the_page_runs_nothing(interview: Interview) -> None:
    """What was said stands in it as text."""
    interview.answer("Cats catch <script>alert(1)</script> mice ![x](http://example.com/x.png)")
    page = to_page(interview.report())
    assert page.startswith("<!doctype html>")
    assert "<script" not in page.replace("&lt;script", "")
    assert "<img" not in page
    assert "alert(1)" in page


def test_answers_are_kept_and_change_no_schedule(
    interview: Interview, memory: DictMemory, clock: Clock
) -> None:
    """As drafts until they are graded; one that cannot be graded stays one, and spoils no other."""
    interview.answer("x" * 20_001)
    interview.answer("Fifteen hours a day.")
    assert list(memory.drafts.values()) == ["x" * 20_001, "Fifteen hours a day."]
    report = interview.report()
    assert list(memory.drafts.values()) == ["x" * 20_001, ""]
    assert [rating for _, rating in memory.reviews.values()] == [None]
    assert [bool(answer.grade) for answer in report.answers] == [False, True]
    assert "Not graded: The answer" in to_markdown(report)


def test_an_answer_that_was_begun_is_kept_and_is_none_yet(
    interview: Interview, memory: DictMemory
) -> None:
    """The next question begins without one."""
    interview.keep("Cats catch")
    assert (interview.draft, list(memory.drafts.values())) == ("Cats catch", ["Cats catch"])
    assert interview.answers == []
    interview.answer("Cats catch mice.")
    assert (interview.draft, list(memory.drafts.values())) == ("", ["Cats catch mice."])


def test_a_report_that_failed_is_made_again_and_keeps_no_answer_twice(
    interview: Interview, memory: DictMemory
) -> None:
    """The disk is full after the first of two answers, and has room again."""
    interview.answer("Mice.")
    interview.answer("Fifteen hours a day.")
    record, memory.record = memory.record, full_after_one(memory)  # type: ignore[method-assign]
    with pytest.raises(PracticeError, match="full"):
        interview.report()
    memory.record = record  # type: ignore[method-assign]
    assert len(interview.report().answers) == 2
    assert [answered.said for answered, _ in memory.reviews.values()] == [
        "Mice.",
        "Fifteen hours a day.",
    ]


def test_without_entries_there_is_no_interview(
    pets: Prep, memory: DictMemory, clock: Clock
) -> None:
    """It says so before it begins."""
    with pytest.raises(PracticeError, match="no question"):
        Interview(pets, memory, [], 10, clock)


def test_where_too_many_grades_wait_another_try_goes_on(
    pets: Prep, memory: DictMemory, clock: Clock
) -> None:
    """While another grade has the only slot the report is not made; then it has both grades."""
    slots = Slots(1, waiting=0)
    interview = Interview(
        pets.shared(slots=slots, patience_s=0), memory, pets.entries()[:2], 10, clock
    )
    for _ in range(2):
        interview.answer("Dogs bark.")
    with slots.take(), pytest.raises(Overloaded):
        interview.report()
    assert all(answer.grade for answer in interview.report().answers)


def test_an_entry_that_goes_meanwhile_is_not_graded_by_another(
    interview: Interview, pets: Prep, tmp_path: Path, memory: DictMemory
) -> None:
    """The other answer is; and the report says why this one has no grade."""
    interview.answer("Cats catch mice at night.")
    interview.answer("Fifteen hours a day.")
    guide = tmp_path / "pets.md"
    guide.write_text(
        "# Sleep\n\n### Q2. How long does a cat sleep?\n\n**A:** Fifteen hours a day.\n"
    )
    pets.build([guide])
    gone, there = interview.report().answers
    assert gone.grade is None
    assert gone.failure == '"What does a cat eat?" is in the guides no longer.'
    assert there.grade is not None and len(memory.reviews) == 1


def test_an_answer_is_recorded_once_though_its_draft_cannot_be_removed(
    interview: Interview, memory: DictMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try ends after the first answer, the second one goes on after it."""
    interview.answer("Cats catch mice at night.")
    interview.answer("Fifteen hours a day.")
    with monkeypatch.context() as patch:

        def busy(*_: object) -> None:
            raise PracticeError("Another process writes.", remedy="Try again.")

        patch.setattr(memory, "keep_draft", busy)
        with pytest.raises(PracticeError, match="Another process"):
            interview.report()
    assert len(interview.report().answers) == len(memory.reviews) == 2
