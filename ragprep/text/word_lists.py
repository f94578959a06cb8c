"""Reads the word lists of `lists/`: words or groups of words a line, comments behind "#"."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lists"


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the lines of a list in order, without comments and empty lines."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def read_words(name: str) -> frozenset[str]:
    """Return all words of a list."""
    return frozenset(word for line in read_lines(name) for word in line.split())
