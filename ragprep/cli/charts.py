"""Figures as text that reads in 80 columns without colour: bars, sparklines, short names; pure."""

from __future__ import annotations

from collections.abc import Sequence

_STEPS = "▁▂▃▄▅▆▇█"


def bar(share: float, width: int) -> str:
    """Return a bar of `width` columns, filled as far as `share` (0 to 1) says.

    It is empty for 0 alone and full for 1 alone.
    """
    filled = round(share * width)
    if 0 < share < 1:
        filled = min(max(filled, 1), width - 1)
    return "█" * filled + "·" * (width - filled)


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` characters, dots in place of what is cut off."""
    return text if len(text) <= width else f"{text[: width - 3].rstrip()}..."


def sparkline(counts: Sequence[int]) -> str:
    """Return a column for each count, the highest for the largest; a dot for none."""
    most = max(counts, default=0)
    return "".join(
        _STEPS[(count * len(_STEPS) - 1) // most] if count > 0 else "·" for count in counts
    )
