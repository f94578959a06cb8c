"""Text that a thread makes, as it comes; whoever stops listening stops the thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ragprep.errors import RagprepError

T = TypeVar("T")

EVERY_S = 0.1
"""Between two looks at the text: more often than people see a difference would be work for none."""


class Abandoned(Exception):
    """Nobody listens any more."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What the work returned."""

    value: T


async def pieces(
    work: Callable[[Callable[[str], None]], T],
) -> AsyncIterator[str | Done[T] | RagprepError]:
    """Yield the text so far, as it grows, and at last what came of it.

    Args:
        work: runs in a thread; calls what it is given with each piece of text, which raises
            `Abandoned` once nobody listens.
    """
    text: list[str] = []
    stopped = threading.Event()

    def on_text(piece: str) -> None:
        if stopped.is_set():
            raise Abandoned
        text.append(piece)

    running = asyncio.create_task(asyncio.to_thread(work, on_text))
    try:
        seen = 0
        while not running.done():
            await asyncio.wait([running], timeout=EVERY_S)
            if len(text) > seen and not running.done():
                seen = len(text)
                yield "".join(text[:seen])
        try:
            yield Done(running.result())
        except RagprepError as exc:
            yield exc
    finally:
        stopped.set()
        running.add_done_callback(lambda task: task.cancelled() or task.exception())
