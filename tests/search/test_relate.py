"""What to look at next: the axes of the vectors are (cat, dog, fish, other words)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ragprep.index.store import StoredIndex
from ragprep.search.reasons import sides_of
from ragprep.search.relate import (
    Side,
    is_near_duplicate,
    point_pairs,
    relate,
    relate_by_whole,
    shared_words,
    sides_in,
)
from ragprep.types.guide import Entry
from ragprep.types.search import Reason

AXES = np.eye(4, dtype=np.float32)
CAT, DOG, FISH, BIRD = AXES
NONE = np.zeros((0, 4), dtype=np.float32)


def side(n: int, question: str, whole: np.ndarray, **fields: object) -> Side:
    """Return entry q<n> without key points and aliases, but for what is given."""
    entry = Entry(f"id{n}", f"q{n}", question, "", ("Pets",), "pets", (n, n))
    side_of_it = Side(entry, whole, whole, NONE, (), NONE, {})
    return replace(side_of_it, **fields)  # type: ignore[arg-type]


def test_pairs_use_each_point_once() -> None:
    """Both own points are closest to the cat; the second must take what is left."""
    mixed = np.array([0.8, 0.6, 0, 0], dtype=np.float32)
    pairs = point_pairs(np.stack([mixed, CAT]), np.stack([CAT, DOG, FISH]))
    assert [(i, j) for i, j, _ in pairs] == [(1, 0), (0, 1)]
    assert [cosine for *_, cosine in pairs] == pytest.approx([1.0, 0.6])


def test_pairs_of_nothing() -> None:
    """An entry without key points has no pair."""
    assert point_pairs(NONE, np.stack([CAT])) == []


def test_shared_words_are_weighed_by_rarity() -> None:
    """3 of 4 on one side and 3 of 6 on the other: the mean of 0.75 and 0.5."""
    assert shared_words({"cat": 3.0, "the": 1.0}, {"cat": 3.0, "fur": 3.0}) == 0.625
    assert shared_words({}, {"cat": 3.0}) == 0.0


def test_closest_first_and_ties_by_id() -> None:
    """The cat, then the two that have nothing in common with it, then no more than k."""
    viewed = side(1, "Cats?", CAT)
    candidates = [side(3, "Dogs?", DOG), side(2, "Fish?", FISH), side(4, "Kittens?", CAT)]
    assert [item.entry.label for item in relate(viewed, candidates, 2)] == ["q4", "q2"]
    assert [item.entry.label for item in relate_by_whole(viewed, candidates, 9)] == [
        "q4",
        "q2",
        "q3",
    ]
    assert relate(viewed, candidates, 0) == relate(viewed, [], 5) == ()


def test_near_duplicate_as_a_whole_or_point_by_point() -> None:
    """Three of three points alike are enough, three of five are not."""
    points = np.stack([CAT, DOG, FISH])
    viewed = side(1, "Pets?", CAT, points=points)
    assert is_near_duplicate(viewed, side(2, "Animals?", CAT), [])
    same = side(3, "Beasts?", DOG, points=points)
    assert is_near_duplicate(viewed, same, point_pairs(points, points))
    more = np.stack([CAT, DOG, FISH, BIRD, BIRD])
    assert not is_near_duplicate(
        viewed, side(4, "All?", DOG, points=more), point_pairs(points, more)
    )


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between cats and dogs?", ("cats", "dogs")),
        ("Differences between cats, dogs, and fish", ("cats", "dogs", "fish")),
        ("Cats vs. dogs?", ("Cats", "dogs")),
        ("Compare cats with dogs.", ("cats", "dogs")),
        ("What is a cat?", ()),
        ("What is the difference between cats?", ()),
    ],
)
def test_what_a_question_sets_against_each_other(question: str, sides: tuple[str, ...]) -> None:
    """The sides as they are written."""
    assert sides_of(question) == sides


def reason_of(viewed: Side, candidate: Side) -> tuple[Reason, str]:
    (item,) = relate(viewed, [candidate], 1)
    return item.reason, item.detail


RARE = {"words": {"cat": 2.0, "dog": 2.0}}


def test_contrast_either_way() -> None:
    """Whichever of the two asks for the difference."""
    both = side(1, "What is the difference between cats and dogs?", CAT, **RARE)
    cats = side(2, "What is a cat?", DOG, **RARE)
    assert reason_of(cats, both) == (Reason.CONTRAST, "cats against dogs")
    assert reason_of(both, cats) == (Reason.CONTRAST, "cats against dogs")


def test_next_step_and_back() -> None:
    """From what a cat is to making one, and back; a dog from scratch is no next step."""
    what = side(1, "What is a cat?", CAT, **RARE)
    scratch = side(2, "How do you implement a cat from scratch?", DOG, **RARE)
    assert reason_of(what, scratch) == (Reason.NEXT_STEP, "implements it from scratch")
    assert reason_of(scratch, what) == (Reason.BASICS, "what it builds on")
    dog = side(3, "How do you implement a dog from scratch?", DOG, **RARE)
    assert reason_of(what, dog)[0] == Reason.SUBJECT


def test_an_entry_about_a_key_point() -> None:
    """The point names a dog, and the other entry is about dogs."""
    viewed = side(1, "What pets are there?", CAT, points=np.stack([DOG]), shown=("A dog",), **RARE)
    candidate = side(2, "What is a dog?", DOG, **RARE)
    assert reason_of(viewed, candidate) == (Reason.NEXT_STEP, "about the key point: A dog")


def test_shared_key_point_here_and_elsewhere() -> None:
    """The same point in one section and in two; where it is worded differently, both are shown."""
    viewed = side(1, "Who purrs?", CAT, points=np.stack([FISH]), shown=("eats fish",))
    candidate = side(2, "Who swims?", DOG, points=np.stack([FISH]), shown=("Eats fish.",))
    assert reason_of(viewed, candidate) == (Reason.POINTS, "Eats fish.")
    away = replace(
        candidate, entry=replace(candidate.entry, section=("Zoo",)), shown=("A fish diet",)
    )
    assert reason_of(viewed, away) == (Reason.ELSEWHERE, "eats fish / A fish diet")


def test_near_duplicates_are_marked_and_keep_a_better_reason() -> None:
    """The mark stands beside "next step"; with nothing better it is the reason."""
    what = side(1, "What is a cat?", CAT, **RARE)
    (scratch,) = relate(what, [side(2, "A cat from scratch?", CAT, **RARE)], 1)
    assert (scratch.reason, scratch.near_duplicate) == (Reason.NEXT_STEP, True)
    (again,) = relate(what, [side(3, "Describe a cat.", CAT, **RARE)], 1)
    assert (again.reason, again.near_duplicate) == (Reason.NEAR_DUPLICATE, True)


def test_shared_words_are_the_last_resort() -> None:
    """The rarest first."""
    viewed = side(1, "Who purrs?", CAT, words={"cat": 2.0, "pet": 1.0, "fur": 3.0})
    candidate = side(2, "Who barks?", DOG, words={"pet": 1.0, "fur": 3.0})
    assert reason_of(viewed, candidate) == (Reason.SUBJECT, "both speak of: fur, pet")


def test_a_side_from_an_index(index: StoredIndex) -> None:
    """The dog's: its question, its key points, and words with their rarity."""
    (dog,) = sides_in(index, [1])
    assert dog.entry.label == "q2"
    assert dog.shown == ("A dog.", "Breeds: many")
    assert len(dog.points) == 2
    assert len(dog.aliases) == 0
    assert set(dog.words) == {"dog", "breed", "many"}
    assert dog.words["dog"] < dog.words["breed"]  # two entries have a dog, one has breeds


RELATE_MANY = """
import statistics, time, numpy as np
from ragprep.search.relate import Side, relate
from ragprep.types.guide import Entry

rows = np.random.default_rng(0).normal(size=(60, 384)).astype(np.float32)
entry = Entry("id", "q1", "Why?", "", (), "pets", (1, 1))
sides = [Side(entry, rows[0], rows[0], rows[:8], ("point",) * 8, rows[:40], {}) for _ in range(60)]
relate(sides[0], sides, 5)
shares = []
for _ in range(20):  # in the first ones the threads that numpy has started may still spin
    time.sleep(0.05)
    began = time.process_time(), time.thread_time()
    relate(sides[0], sides, 5)
    shares.append((time.process_time() - began[0]) / (time.thread_time() - began[1]))
print(statistics.median(shares))
"""


def test_it_is_worked_out_in_the_calling_thread() -> None:
    """Threads of BLAS would take several times as long for it on a busy machine, spinning.

    In a subprocess whose environment sets no number of threads.
    """
    env = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", RELATE_MANY], env=env, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 1.2
