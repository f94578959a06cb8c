"""Guides of which a method is another."""

from __future__ import annotations

from typing import TypeVar

from ragprep import Prep

P = TypeVar("P", bound=Prep)


def as_kind(kind: type[P], prep: Prep) -> P:
    """Return the same guides as another kind of `Prep`."""
    other = kind.__new__(kind)
    other.__dict__.update(prep.__dict__)
    return other
