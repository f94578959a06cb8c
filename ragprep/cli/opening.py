"""Opening the service for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ragprep.cli import progress, render

if TYPE_CHECKING:
    from ragprep.service import Prep


@contextmanager
def opened(home: str | None, **settings: str | None) -> Iterator[Prep]:
    """Give a `Prep` that tells on stderr what it does, with --json too."""
    from ragprep.config import load_config
    from ragprep.service import Prep

    config = load_config({"home": home or None, **settings})  # "" as of an unset variable
    for message in config.notices:
        render.say(message)
    with progress.shown() as shown:
        yield Prep.open(config, progress=shown, notice=shown.notice)
