"""How far something slow is, on stderr: a bar on a terminal, else a line for each stage."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragprep.cli import render

if TYPE_CHECKING:
    from rich.progress import Progress


@contextlib.contextmanager
def shown() -> Iterator[StageBar | StageLines]:
    """Give what to call as progress(stage, done, total); nothing of it is left at the end."""
    if not render.is_terminal(sys.stderr):
        yield StageLines()
        return
    bar = StageBar()
    try:
        yield bar
    finally:
        bar.close()


class StageLines:
    """A line when a stage begins."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, _done: int, total: int) -> None:
        """Print the stage if it is a new one."""
        if stage != self._stage:
            self._stage = stage
            render.say(f"{stage}: {total:,}" if total > 1 else stage)

    def notice(self, message: str) -> None:
        """Print a message."""
        render.say(message)


class StageBar:
    """A bar while a stage goes on, gone when it is done."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: Progress | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar to `done` of `total`."""
        if stage != self._stage or done >= total:
            self.close()
        self._stage = stage
        if done >= total:
            return
        if self._bar is None:
            self._bar = _bar(stage, total)
        self._bar.update(self._bar.task_ids[0], completed=done)

    def notice(self, message: str) -> None:
        """Print a line above the bar."""
        if self._bar is None:
            render.say(message)
        else:
            text = render.one_line(message)
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar(stage: str, total: int) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    counted = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) if total > 1 else ()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        *counted,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(render.one_line(stage), total=total)
    bar.start()
    return bar
