"""Markdown that is put aside while the rest of a line is converted, so that nothing changes it."""

from __future__ import annotations

import re

_PLACE = re.compile("\x00(\\d+)\x00")


class Kept:
    """What of a line is finished; signs stand in its place, which no other text has."""

    def __init__(self) -> None:
        self._finished: list[str] = []

    def keep(self, markdown: str) -> str:
        """Return the sign that stands for a piece of Markdown."""
        self._finished.append(markdown)
        return f"\x00{len(self._finished) - 1}\x00"

    def restored(self, text: str) -> str:
        """Return `text` with every piece in its place."""
        return _PLACE.sub(lambda match: self._finished[int(match[1])], text)


def without_signs(text: str) -> str:
    """Return `text` without the character that the signs are made of."""
    return text.replace("\x00", "")
