"""Opens the judge of a home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import JudgeError

if TYPE_CHECKING:
    from ragprep.protocols import Judge, Progress


def open_judge(home: Path, progress: Progress) -> Judge:  # noqa: ARG001  # the judge to come uses both
    """Return the trained judge, prepared first when it is missing.

    Args:
        home: folder of the prepared models.
        progress: told while it is prepared.

    Raises:
        JudgeError: there is none.
    """
    raise JudgeError(
        "This version has no trained judge yet.", remedy="Give one: `Prep(config, judge=...)`."
    )
