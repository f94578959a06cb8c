"""A question and its answer on one line: "What is TCP? A stream."; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.ingest.mark import Mark
from ragprep.ingest.plain import ASK_MARKS, asks

_LONGEST = 300  # characters of a question; a guess
_ASKED = re.compile(
    rf"([^{ASK_MARKS}]{{3,{_LONGEST}}}(?:[?؟՞፧⁇⁈](?:\*\*|__)?[ \t]+|？(?:\*\*|__)?[ \t]*))(\S.*)"
)
_SIGN = re.compile(r"(?:[-–—:：→➜⇒]|[-=]>)[ \t]+|[→➜⇒：]")  # between a question and its answer
_WORD = re.compile(r"\w")


def answered_in(text: str) -> tuple[str, str] | None:
    """Split "What is TCP? A stream." after the question; None where nothing follows that tells.

    A second question, a task ("Explain."), and a remark in brackets ("(hard)") are no answer.
    """
    match = _ASKED.match(text)
    if match is None:
        return None
    answer = without_sign(match[2])
    if answer[:1] in "([（【" or asks(answer) or not _WORD.search(answer):
        return None
    return match[1].strip(), answer


def without_sign(answer: str) -> str:
    """Return what follows a question on its line without the dash or arrow before it."""
    answer = answer.strip()
    return _SIGN.sub("", answer, count=1) if _SIGN.match(answer) else answer


def with_answers(lines: Sequence[str], marks: Sequence[Mark]) -> list[Mark]:
    """Return the items of a list; where most of them tell what they ask, each with its answer.

    Args:
        lines: of the guide.
        marks: of the items of one list.
    """
    pairs = [
        answered_in(mark.text) if not mark.rest and _ends_there(lines, mark) else None
        for mark in marks
    ]
    count = sum(pair is not None for pair in pairs)
    if count < 2 or 2 * count < len(marks):
        return list(marks)
    return [
        mark._replace(text=pair[0], rest=pair[1]) if pair else mark
        for mark, pair in zip(marks, pairs, strict=True)
    ]


def _ends_there(lines: Sequence[str], mark: Mark) -> bool:
    """Whether an item has no text below it."""
    below = lines[mark.last + 1] if mark.last + 1 < len(lines) else ""
    return not below.strip() or below.lstrip()[:1] in "-*+•" or below.lstrip()[:1].isdecimal()
