"""Text that a thread makes, as it comes; whoever stops listening stops the thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ragprep.errors import LLMTimeout, RagprepError

if TYPE_CHECKING:
    from ragprep.web.llm_queue import LLMQueue

T = TypeVar("T")

EVERY_S = 0.1
"""Between two looks at the text: more often than people see a difference would be work for none."""

LIMIT_S = 300.0
"""For an answer, the wait for other answers included. A guess: nobody waits longer."""


class Abandoned(Exception):
    """Nobody listens any more."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What the work returned."""

    value: T


async def pieces(
    work: Callable[[Callable[[str], None]], T],
    queue: LLMQueue,
    *,
    gone: Callable[[], Awaitable[bool]] | None = None,
    limit_s: float = LIMIT_S,
) -> AsyncIterator[str | Done[T] | RagprepError]:
    """Yield the text so far, as it grows, and at last what came of it.

    Args:
        work: runs in the thread of `queue`; calls what it is given with each piece of text, which
            raises `Abandoned` once nobody listens.
        queue: before the language model.
        gone: says whether nobody listens any more, where the server does not end this by itself.
        limit_s: after so many seconds the last one yielded is an LLMTimeout.
    """
    text: list[str] = []
    stopped = threading.Event()

    def on_text(piece: str) -> None:
        if stopped.is_set():
            raise Abandoned
        text.append(piece)

    try:
        place = queue.submit(lambda: work(on_text))
    except RagprepError as exc:
        yield exc
        return
    running = asyncio.wrap_future(place)
    until = time.monotonic() + limit_s
    try:
        seen = 0
        while not running.done():
            await asyncio.wait([running], timeout=EVERY_S)
            if len(text) > seen and not running.done():
                seen = len(text)
                yield "".join(text[:seen])
            if gone is not None and await gone():
                return
            if time.monotonic() > until and not running.done():
                yield LLMTimeout(
                    f"There was no whole answer within {limit_s:g} s.",
                    remedy="Ask again later, or have the guide's own sentences.",
                )
                return
        try:
            yield Done(running.result())
        except RagprepError as exc:
            yield exc
    finally:
        stopped.set()
        running.cancel()  # gives up a place in the queue; what runs ends at its next piece


async def finished(
    work: Callable[[Callable[[str], None]], T],
    queue: LLMQueue,
    *,
    gone: Callable[[], Awaitable[bool]] | None = None,
) -> T:
    """Return what `work` returns in the thread of `queue`; see `pieces`.

    Raises:
        RagprepError: as `work`, or too many wait, or it takes too long.
        Abandoned: nobody listens any more.
    """
    async for piece in pieces(work, queue, gone=gone):
        if isinstance(piece, RagprepError):
            raise piece
        if isinstance(piece, Done):
            return piece.value
    raise Abandoned
