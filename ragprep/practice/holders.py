"""Which id the entry of a review has now, after all that moved; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ragprep.types.practice import Move, Review


class Holders:
    """Follows ids through moves. Moves at the same time are one step: two may change places."""

    def __init__(self, moves: Iterable[Move]) -> None:
        """Follow these moves, in any order."""
        self.moves = sorted(moves, key=lambda move: (move.at, move.id))
        self._from: dict[str, list[Move]] = {}
        self._seen: dict[str, Move] = {}
        self._into: dict[str, set[str]] = {}
        for move in self.moves:
            if move.old != move.new:
                self._from.setdefault(move.old, []).append(move)
                self._into.setdefault(move.new, set()).add(move.old)
        for move in self.moves:  # the last of each holder stays
            self._seen[self.of(move.new, move.at, is_later=True)] = move

    def of(self, entry: str, at: datetime, *, is_later: bool = False) -> str:
        """Return the id that an entry has now whose id it was at a time, or just after it."""
        while True:
            moves = self._from.get(entry, ())
            step = next((m for m in moves if m.at > at or (m.at == at and not is_later)), None)
            if step is None:
                return entry
            entry, at, is_later = step.new, step.at, True

    def content(self, entry: str, reviews: Sequence[Review]) -> str:
        """Return the hash of an entry as it was last seen, in its reviews or in a move.

        Args:
            entry: its id now.
            reviews: its own, oldest first, at least one.
        """
        move, last = self._seen.get(entry), reviews[-1]
        return move.content if move is not None and move.at >= last.at else last.content

    def before(self, entry: str) -> set[str]:
        """Return the ids from which moves lead to an entry, and its own."""
        found, new = {entry}, [entry]
        while new:
            more = self._into.get(new.pop(), set()) - found
            found |= more
            new += more
        return found
