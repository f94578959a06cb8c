"""The queue before the language model: one at a time, in order, and a place can be given up."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from ragprep.errors import LLMUnavailable, Overloaded
from ragprep.web.llm_queue import LONGEST, LLMQueue


def test_work_is_done_one_after_the_other() -> None:
    """In the order in which it came, all in one thread."""
    queue, done, threads = LLMQueue(), [], set()

    def work(number: int) -> int:
        done.append(number)
        threads.add(threading.get_ident())
        return number * 10

    futures = [queue.submit(lambda n=n: work(n)) for n in range(3)]
    assert [future.result(5) for future in futures] == [0, 10, 20]
    assert done == [0, 1, 2] and len(threads) == 1


def test_whoever_leaves_gives_up_the_place() -> None:
    """The work is not begun, and the place is free for another."""
    queue, go_on, begun = LLMQueue(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait(5)

    running = queue.submit(first)
    assert begun.wait(5)
    waiting = [queue.submit(lambda: pytest.fail("nobody waits for it")) for _ in range(LONGEST)]
    with pytest.raises(Overloaded, match="16 other answers wait"):
        queue.submit(first)
    for future in waiting:
        assert future.cancel()
    last = queue.submit(lambda: 7)
    go_on.set()
    assert running.result(5) is None and last.result(5) == 7


def test_work_that_fails_does_not_stop_the_next() -> None:
    """Whoever waits for it is given the error."""
    queue = LLMQueue()

    def fails() -> int:
        raise LLMUnavailable("It stopped.", remedy="Start it.")

    failing, next_one = queue.submit(fails), queue.submit(lambda: 7)
    wait([failing, next_one], 5)
    assert isinstance(failing.exception(), LLMUnavailable) and next_one.result() == 7
