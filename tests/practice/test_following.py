"""A history follows its entry when the guide is edited, renumbered, renamed, or moved."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ragprep.practice.following import content_of, similarity
from ragprep.practice.journal import Journal
from ragprep.types.guide import Entry
from ragprep.types.practice import Rating, Review

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ANSWER = "A stream of bytes between two hosts, in order, with nothing lost and nothing twice."


def entry(key: str, question: str = "What is TCP?", answer: str = ANSWER) -> Entry:
    return Entry(key, key, question, answer, ("S",), "notes", (1, 2))


def reviewed(key: str, of: Entry, at: datetime = NOON) -> Review:
    return Review(
        *(key, at, at.date(), of.id, of.question, content_of(of).hash, None, (), 80, 0.9),
        *(Rating.GOOD, Rating.GOOD),
    )


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.open(tmp_path) as opened:
        opened.record(reviewed("r1", entry("a")), entry("a"))
        yield opened


def test_a_reworded_question_keeps_its_history(journal: Journal):
    """It has another id; said once, and no second time."""
    now = entry("b", "How does TCP work?")
    [move] = journal.follow([now], NOON)
    assert (move.old, move.new, move.question) == ("a", "b", "How does TCP work?")
    assert list(journal.states()) == ["b"]
    assert [kept.id for kept in journal.reviews("b")] == ["r1"]
    assert journal.follow([now], NOON) == ()


def test_a_move_can_be_undone(journal: Journal):
    """And is not offered again."""
    now = entry("b", "How does TCP work?")
    [move] = journal.follow([now], NOON)
    journal.undo_move(move.id, NOON)
    assert list(journal.states()) == ["a"]
    assert journal.follow([now], NOON) == ()
    assert list(journal.states()) == ["a"]


def test_an_answer_that_changed_much_counts_less(journal: Journal):
    """Half its words are new. A comma changes nothing that counts."""
    journal.follow([entry("a", answer=ANSWER.replace(",", ";"))], NOON)
    assert journal.states()["a"].unchanged > 0.7
    journal.follow([entry("a", answer="It resends what was lost, and slows down.")], NOON)
    assert journal.states()["a"].unchanged < 0.3
    again = entry("a", answer="It resends what was lost, and slows down.")
    journal.record(reviewed("r2", again, NOON + timedelta(days=1)), again)
    assert journal.states()["a"].unchanged == 1.0


def test_a_removed_entry_keeps_its_history(journal: Journal):
    """It comes back with the entry; another question is not taken for it."""
    other = entry("z", "What is a mutex?", "A lock that one thread holds at a time.")
    assert journal.follow([other], NOON) == ()
    assert list(journal.states()) == ["a"]
    [move] = journal.follow([other, entry("c")], NOON)
    assert (move.old, move.new) == ("a", "c")


def test_entries_that_change_places_keep_their_histories(journal: Journal):
    """Two with one question get their ids by order; the first is moved behind the second."""
    second = entry("a2", answer="Three packets set it up: SYN, SYN-ACK and ACK.")
    journal.record(reviewed("r2", second), second)
    swapped = [replace(second, id="a"), replace(entry("a"), id="a2")]
    assert len(journal.follow(swapped, NOON)) == 2
    assert [kept.id for kept in journal.reviews("a")] == ["r2"]
    assert [kept.id for kept in journal.reviews("a2")] == ["r1"]


def test_an_id_that_passes_to_another_entry_leaves_the_history_behind(journal: Journal):
    """The first of two with one question is removed: the second has its id now."""
    second = entry("a2", answer="Three packets set it up: SYN, SYN-ACK and ACK.")
    journal.record(reviewed("r2", second), second)
    journal.follow([replace(second, id="a")], NOON)
    assert [kept.id for kept in journal.reviews("a")] == ["r2"]
    assert len(journal.states()) == 2


def test_no_history_is_lost_or_goes_to_another_entry(tmp_path: Path):
    """500 random edits, renames, renumberings, moves, removals and returns of 10 entries.

    An entry's true name is a word of its own, which no edit touches and nothing here looks at.
    """
    rng = random.Random(7)
    words = [f"w{n}" for n in range(400)]

    def some(count: int) -> list[str]:
        return rng.choices(words, k=count)

    guide = {f"true{n}": (f"id{n}", some(8), some(40)) for n in range(10)}
    removed: dict[str, tuple[str, list[str], list[str]]] = {}

    def entries() -> list[Entry]:
        return [
            Entry(key, key, " ".join(question), f"{' '.join(answer)} {true}", (), "g", (1, 2))
            for true, (key, question, answer) in guide.items()
        ]

    with Journal.open(tmp_path) as journal:
        for of in entries():
            journal.record(reviewed(of.answer.split()[-1], of), of)
        for turn in range(500):
            true = rng.choice(list(guide))
            key, question, answer = guide[true]
            kind = rng.choice([*["answer", "question", "swap", "remove", "return"] * 4, "rename"])
            if kind == "answer":
                at = rng.randrange(len(answer) - 4)
                answer = [*answer[:at], *some(4), *answer[at + 4 :]]
            elif kind == "question":
                key, question = f"new{turn}", [*question[:5], *some(3)]
            elif kind == "rename":
                renamed = enumerate(guide.items())
                guide = {name: (f"{turn}-{n}", q, a) for n, (name, (_, q, a)) in renamed}
                key = guide[true][0]
            elif kind == "swap":
                other = rng.choice(list(guide))
                key, guide[other] = guide[other][0], (key, *guide[other][1:])
            guide[true] = key, question, answer
            if kind == "remove" and len(guide) > 5:
                removed[true] = guide.pop(true)
            elif kind == "return" and removed:
                name = rng.choice(list(removed))
                guide[name] = (f"back{turn}", *removed.pop(name)[1:])
            journal.follow(entries(), NOON + timedelta(minutes=turn))
            holders = journal.by_entry()
            assert sum(map(len, holders.values())) == 10
            for of in entries():
                assert [kept.id for kept in holders.get(of.id, ())] == [of.answer.split()[-1]]
        assert journal.database.faults() == []
        assert journal.states() == journal.replayed(NOON.date())


def test_similarity_by_hand():
    """Of three pieces each ("why", "tcp", "why tcp") one is shared; the answers are the same."""
    first = content_of(entry("a", "why tcp", "so"))
    second = content_of(entry("a", "why udp", "so"))
    assert similarity(first, second) == pytest.approx((2 * 1 / 6 + 1) / 2)
