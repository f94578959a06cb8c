"""Cuts an answer into clauses, punctuated or not; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ragprep.text.content import FUNCTION_WORDS, is_verb
from ragprep.text.sentences import Span, sentences
from ragprep.text.word_lists import read_words
from ragprep.text.words import words

_STRONG = (
    r"\s*;\s*|\s+[-–—]{1,2}\s+|,?\s+\b(?:whereas|while|but|although|though|however|because)\b\s+"
)
_WEAK = r",\s+(?:and\s+|so\s+|which\s+)?|\s+\b(?:and then|and|so that|so)\b\s+"
_CUT = re.compile(rf"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.IGNORECASE)
_DETERMINERS = frozenset(
    {"a", "an", "the", "each", "every", "all", "most", "some", "any", "no", "one", "two", "both"}
)
_SIGHT = 200
"""Characters looked at on either side of a cut, so that time grows linearly with the text."""


def clauses(text: str) -> list[Span]:
    """Return the clauses of `text`, trimmed: sentences, cut where both sides have a verb.

    "L1 zeroes weights and L2 shrinks them" is two, "bias and variance" is none by itself. A
    dictated text without a single mark is cut at its conjunctions in the same way.
    """
    return [clause for sentence in sentences(text) for clause in clauses_of(sentence)]


def statements(text: str) -> list[Span]:
    """Return the statements of `text`: clauses, each with those after it that lack a subject.

    "L1 zeroes weights, so it selects features, L2 shrinks them" is two.
    """
    return [statement for sentence in sentences(text) for statement in _statements_of(sentence)]


def _statements_of(sentence: Span) -> list[Span]:
    joined: list[Span] = []
    for clause in clauses_of(sentence):
        if joined and not _has_subject(words(clause.text)):
            start, end = joined[-1].start, clause.end
            inside = sentence.text[start - sentence.start : end - sentence.start]
            joined[-1] = Span(inside, start, end)
        else:
            joined.append(clause)
    return joined


def _has_subject(spoken: list[str]) -> bool:
    """Whether a clause begins with what it is about: no pronoun, verb, adverb or preposition."""
    first = spoken[0]
    return not (
        first in FUNCTION_WORDS - _DETERMINERS | {"never"}
        or first in read_words("auxiliaries")
        or is_verb(first)
    )


def clauses_of(sentence: Span) -> list[Span]:
    """Return the clauses of one sentence, with places in the text it comes from."""
    pieces: list[Span] = []
    start = 0
    for cut in _CUT.finditer(sentence.text):
        left = sentence.text[max(start, cut.start() - _SIGHT) : cut.start()]
        right = sentence.text[cut.end() : cut.end() + _SIGHT]
        whole = len(words(left)) >= 2 <= len(words(right)) if cut["strong"] else _cuts(left, right)
        if whole:
            pieces += _trimmed(sentence, start, cut.start())
            start = cut.end()
    return pieces + list(_trimmed(sentence, start, len(sentence.text)))


def _cuts(left: str, right: str) -> bool:
    """Whether "and" or a comma stands between two clauses: a verb before it, another soon after."""
    soon = words(right)[:5]
    return _has_verb(words(left)) and len(words(left)) >= 2 <= len(soon) and _has_verb(soon)


def _has_verb(spoken: list[str]) -> bool:
    return any(word in read_words("auxiliaries") or is_verb(word) for word in spoken)


def _trimmed(sentence: Span, start: int, end: int) -> Iterator[Span]:
    """Yield a stretch of a sentence without the marks around it; nothing if there are no words."""
    text = sentence.text[start:end]
    lead = len(text) - len(text.lstrip(" \n-*•+–,;:"))
    body = text[lead:].rstrip(" \n,;")
    if words(body):
        first = sentence.start + start + lead
        yield Span(body, first, first + len(body))
