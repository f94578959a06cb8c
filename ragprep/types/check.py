"""One line of what `doctor` reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`; what is `optional` is good to have, but nothing fails without it."""

    name: str
    ok: bool
    message: str
    remedy: str = ""
    optional: bool = False
