"""What an export wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exported:
    """A file with entries.

    Attributes:
        path: of the file.
        entries: how many it has.
        decks: their names, in order ("ragprep::networks").
        replaced: whether a file was there before.
    """

    path: str
    entries: int
    decks: tuple[str, ...]
    replaced: bool
