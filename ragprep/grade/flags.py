"""What a contradiction is, and where words alone cannot tell one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragprep.text.sentences import Span

_HEDGES = re.compile(
    r"\b(?:not (?:only|just|merely|necessarily|always)|no doubt|if not|if you do ?n.t|otherwise|"
    r"unless|unlike|instead of|rather than|as opposed to|compared (?:to|with)|than|contrary|myth|"
    r"wrong|mistake\w*|misconception|too (?:much|many|few|little|high|low|large|small)|lack of)\b"
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A clause that says the opposite of a point.

    Attributes:
        point: its place among the points.
        clause: the person's words, with their place in the cleaned answer.
        why: in words.
        alone: whether it counts without a reader that agrees.
    """

    point: int
    clause: Span
    why: str
    alone: bool = True


def is_hedged(clause: str) -> bool:
    """Return whether who does what to whom in `clause` is not for word counts to say."""
    return _HEDGES.search(clause.lower()) is not None
