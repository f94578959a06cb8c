"""Text from a thread: whole at the end, and ended when nobody listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from ragprep.errors import LLMUnavailable
from ragprep.web.pages.streaming import Abandoned, Done, pieces


def collected(work: Callable[[Callable[[str], None]], int]) -> list[object]:
    """Return all that comes of `work`."""

    async def collect() -> list[object]:
        return [piece async for piece in pieces(work)]

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
        listening = pieces(work)
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
