"""Which id the entry of a review has now, after all that moved; pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from ragprep.types.practice import Move, Review


class Holders:
    """Follows ids through moves. Moves at the same time are one step: two may change places."""

    def __init__(self, moves: Iterable[Move]) -> None:
        """Follow these moves, in any order."""
        moves = sorted(moves, key=lambda move: (move.at, move.id))
        self._times: dict[str, list[datetime]] = {}
        self._ends: dict[str, list[str]] = {}
        self._into: dict[str, set[str]] = {}
        self._seen: dict[str, Move] = {}
        self.ends: dict[str, str] = {}
        for move in moves:
            if move.old != move.new:
                self._times.setdefault(move.old, []).append(move.at)
                self._ends.setdefault(move.old, []).append("")
                self._into.setdefault(move.new, set()).add(move.old)
        for move in reversed(moves):  # where a move ends is known from those after it
            times = self._times.get(move.new, [])
            end = self._end(move.new, bisect_right(times, move.at))
            self._seen.setdefault(end, move)
            self.ends[move.id] = end
            if move.old != move.new:
                self._ends[move.old][bisect_left(self._times[move.old], move.at)] = end

    def of(self, entry: str, at: datetime) -> str:
        """Return the id that an entry has now whose id it was at a time."""
        return self._end(entry, bisect_left(self._times.get(entry, []), at))

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
        ids, new = {entry}, [entry]
        while new:
            more = self._into.get(new.pop(), set()) - ids
            ids |= more
            new += more
        return ids

    def _end(self, entry: str, place: int) -> str:
        ends = self._ends.get(entry, [])
        return ends[place] if place < len(ends) else entry
