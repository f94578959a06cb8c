"""Whether a question refers to the subject before it, and what to search for then; pure.

No model is asked. Its form says whether a question may refer to another; where the form leaves it
open, the better supported reading is taken: the question alone, or with the last subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from ragprep.text.word_lists import read_words

Words = Callable[[str], set[str]]
"""Gives the words of a text that carry meaning, folded."""

Relevance = Callable[[str], float]
"""Gives the relevance of the best hit for a query, 0 to 1."""

EVEN = 0.5
"""With the last subject a question must be more likely answered than not: relevance is a
probability. Otherwise "is it going to rain?" would be searched for with the subject."""

_POINTING = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)


class Form(StrEnum):
    """How a question stands to the one before it."""

    WHOLE = "names its own subject"
    OPEN = "may refer to the last subject"
    BARE = "names no subject"


def form(question: str, words: Words) -> Form:
    """Return how `question` stands to the one before it, by its words alone.

    "and what are the benefits?" names no subject; "how do I detect it?" and "and from scratch?"
    may refer to the last one; "what is a feature store?" does not.
    """
    aspects = words(" ".join(read_words("aspects")))
    subjects = words(question) - aspects
    if not subjects:
        return Form.BARE
    if len(subjects) == 1 or _POINTING.search(question):
        return Form.OPEN
    return Form.WHOLE


def resolve(question: str, subject: str, *, words: Words, relevance: Relevance) -> str:
    """Return what to search for: `question` alone, or with `subject` before it.

    Args:
        question: as asked.
        subject: the last question that named its subject; "" when there is none.
        words: the words that carry meaning.
        relevance: asked only where the form leaves it open.
    """
    if not subject:
        return question
    how = form(question, words)
    if how is Form.WHOLE:
        return question
    joined = f"{subject} {question}"
    if how is Form.BARE:
        return joined
    return joined if relevance(joined) > max(relevance(question), EVEN) else question
