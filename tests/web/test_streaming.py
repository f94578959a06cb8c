"""Text from a thread: whole at the end, and ended when nobody listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from ragprep.errors import LLMTimeout, LLMUnavailable
from ragprep.web.llm_queue import LLMQueue
from ragprep.web.streaming import Abandoned, Done, finished, pieces


def collected(work: Callable[[Callable[[str], None]], int]) -> list[object]:
    """Return all that comes of `work`."""

    async def collect() -> list[object]:
        return [piece async for piece in pieces(work, LLMQueue())]

    return asyncio.run(collect())


def test_the_text_grows_and_ends_with_the_result() -> None:
    """What came before the first look is one piece."""
    shown = threading.Event()

    def work(on_text: Callable[[str], None]) -> int:
        on_text("a ")
        on_text("cat")
        shown.wait(0.3)  # longer than the time between two looks
        return 7

    assert collected(work) == ["a cat", Done(7)]


def test_an_error_ends_it() -> None:
    """One of ours; it is handed on to be shown."""
    error = LLMUnavailable("It stopped.", remedy="Start it.")

    def work(on_text: Callable[[str], None]) -> int:
        raise error

    assert collected(work) == [error]


def test_a_thread_that_nobody_listens_to_ends() -> None:
    """At its next piece of text; its work is not finished."""
    ended = threading.Event()

    def work(on_text: Callable[[str], None]) -> int:
        try:
            while not ended.wait(0.01):
                on_text("more ")
        except Abandoned:
            ended.set()
            raise
        return 0

    async def leave() -> None:
        listening = pieces(work, LLMQueue())
        assert str(await anext(listening)).startswith("more")
        await listening.aclose()
        assert await asyncio.to_thread(ended.wait, 5)

    asyncio.run(leave())


def test_a_mistake_of_ours_is_not_swallowed() -> None:
    """It reaches the server's log."""

    def work(on_text: Callable[[str], None]) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        collected(work)


def test_an_answer_that_takes_too_long_ends_with_an_error() -> None:
    """The time counts from the question, also while it waits for other answers."""
    over = threading.Event()

    async def collect() -> list[object]:
        listening = pieces(lambda on_text: over.wait(5), LLMQueue(), limit_s=0.2)
        return [piece async for piece in listening]

    try:
        [error] = asyncio.run(collect())
    finally:
        over.set()
    assert isinstance(error, LLMTimeout) and "0.2 s" in str(error)


def test_work_is_given_up_when_the_listener_is_gone() -> None:
    """What waits only for its end asks whether somebody still listens."""
    ended = threading.Event()

    async def gone() -> bool:
        return True

    async def collect() -> None:
        with pytest.raises(Abandoned):
            await finished(lambda on_text: ended.wait(5), LLMQueue(), gone=gone)

    try:
        asyncio.run(collect())
    finally:
        ended.set()
