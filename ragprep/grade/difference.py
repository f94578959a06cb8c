"""How a person's words differ from a point; pure."""

from __future__ import annotations

import re

from ragprep.text.content import FILLERS, content_words
from ragprep.text.opposites import movements, opposites
from ragprep.text.stems import stem
from ragprep.text.words import words

AT_MOST = 4
"""Words named as not said."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def turned(point: str, said: str) -> str:
    """Return the first word or number that says the opposite of a point's; "" without one.

    "Decreases bias" and "bias grows" differ in "grows", where the guide has "decreases".
    """
    of_point, of_said = words(point), words(said)
    stems = {stem(word) for word in of_said}
    for word in of_point:
        against = [other for other in of_said if _are_opposite(stem(word), stem(other))]
        if against and stem(word) not in stems:
            return f'"{against[0]}", where the guide has "{word}"'
    right, typed = _NUMBER.findall(point), _NUMBER.findall(said)
    if len(right) == len(typed) == 1 and right != typed:
        return f'"{typed[0]}", where the guide has "{right[0]}"'
    return ""


def _are_opposite(stem_of_one: str, stem_of_other: str) -> bool:
    moves = movements().get(stem_of_one, 0) * movements().get(stem_of_other, 0)
    return moves < 0 or stem_of_other in opposites().get(stem_of_one, frozenset())


def unsaid(point: str, said: str) -> str:
    """Return what of a point is not said, at most `AT_MOST` words: "not said: depth, leaves"."""
    there, wanted = {stem(word) for word in words(said)}, set(content_words(point)) - FILLERS
    missing = dict.fromkeys(
        word for word in words(point) if stem(word) in wanted and stem(word) not in there
    )
    return f"not said: {', '.join(list(missing)[:AT_MOST])}" if missing else ""
