"""What was fetched from a server is kept, and fetched once for all who ask for it together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from ragprep.errors import IndexDamaged
from ragprep.milvus.kept import Kept


class Squares:
    """Gives the squares of numbers, once it is let go."""

    def __init__(self, *, let_go: bool = True) -> None:
        self.asked: list[list[int]] = []
        self.asking, self.let_go = threading.Event(), threading.Event()
        if let_go:
            self.let_go.set()

    def __call__(self, numbers: Sequence[int]) -> dict[int, int]:
        self.asked.append(list(numbers))
        self.asking.set()
        assert self.let_go.wait(30)
        return {number: number**2 for number in numbers if number < 100}


def test_what_is_kept_is_not_fetched_again():
    """Of 1 to 4 the squares of 3 and 4 are new; they come three in a request."""
    squares = Squares()
    kept = Kept(squares, most=10, batch=3)
    assert kept.of([1, 2, 1]) == {1: 1, 2: 4}
    assert kept.of([1, 2, 3, 4]) == {1: 1, 2: 4, 3: 9, 4: 16}
    assert kept.of([5, 6, 7, 8]) == {5: 25, 6: 36, 7: 49, 8: 64}
    assert squares.asked == [[1, 2], [3, 4], [5, 6, 7], [8]]


def test_what_was_not_asked_for_the_longest_is_dropped():
    """Two are kept: 1, asked for again, and 3."""
    squares = Squares()
    kept = Kept(squares, most=2, batch=3)
    for number in (1, 2, 1, 3):
        kept.of([number])
    kept.of([1, 3])
    kept.of([2])
    assert squares.asked == [[1], [2], [3], [2]]


def test_threads_that_miss_the_same_ask_for_it_once():
    """The second wants 2, which is on its way, and 3, for which it asks."""
    squares = Squares(let_go=False)
    kept = Kept(squares, most=10, batch=3)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.of, [1, 2])
        assert squares.asking.wait(30)
        squares.asking.clear()
        second = threads.submit(kept.of, [2, 3])
        assert squares.asking.wait(30)
        squares.let_go.set()
        assert first.result(30) == {1: 1, 2: 4}
        assert second.result(30) == {2: 4, 3: 9}
    assert squares.asked == [[1, 2], [3]]


def test_a_fault_is_shared_and_not_kept():
    """Nobody has the square of 100; the next one asks again."""
    squares = Squares(let_go=False)
    kept = Kept(squares, most=10, batch=3)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.of, [100])
        assert squares.asking.wait(30)
        squares.asking.clear()
        second = threads.submit(kept.of, [100, 1])
        assert squares.asking.wait(30)
        squares.let_go.set()
        for result in (first, second):
            with pytest.raises(IndexDamaged):
                result.result(30)
    with pytest.raises(IndexDamaged):
        kept.of([100])
    assert squares.asked == [[100], [1], [100]]
