"""The statements that an entry gives to an answer: what can be shown, numbered and cited; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ragprep.text.words import fold
from ragprep.types.guide import Entry, KeyPoint

Points = Mapping[str, Sequence[KeyPoint]]
"""Entry id -> its key points, in order."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def statements(entry: Entry, points: Points) -> Sequence[KeyPoint]:
    """Return the statements of an entry: its key points, else its answer as the guide has it.

    An answer that is only code, an indented text or a link has no key points and is one statement;
    an entry without an answer has none.
    """
    if listed := points.get(entry.id):
        return listed
    if not has_answer(entry):
        return ()
    return (KeyPoint(entry.answer, entry.lines[1] - entry.answer.count("\n")),)


def has_answer(entry: Entry) -> bool:
    """Return whether an entry says anything below its question; comments and rules say nothing."""
    return bool(fold(_COMMENT.sub("", entry.answer)))


def is_block(text: str) -> bool:
    """Return whether a statement stands on lines of its own: code, or several lines."""
    return "\n" in text or text[:1].isspace()
