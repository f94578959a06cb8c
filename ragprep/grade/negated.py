"""Finds clauses that repeat a statement with "not" put in or left out, or a word reversed; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.grade.clauses import clauses
from ragprep.grade.flags import Flag, is_hedged
from ragprep.grade.subjects import Subject, begins_with, named_in, statement_of, subjects_of
from ragprep.text.content import FILLERS, content_words
from ragprep.text.opposites import NEGATORS, is_negated, opposites
from ragprep.text.sentences import Span
from ragprep.text.stems import stem
from ragprep.text.words import words

MIN_SHARE = 0.75
"""Share of a statement's other words that a clause must have before one opposite word makes it its
contradiction, and of all its words before it agrees. A guess on the side of caution."""
MIN_COMMON = 2
"""Words that the two must share at least."""

_DENYING = NEGATORS - {"without"}


def negated(points: Sequence[str], answer: Sequence[Span]) -> list[Flag]:
    """Return the clauses that say the opposite of points with which no other clause agrees.

    Args:
        points: texts as the guide has them.
        answer: the clauses of the answer.
    """
    subjects = subjects_of(points)
    flags = []
    for i, point in enumerate(points):
        if _is_agreed_with(point, answer):
            continue
        subject = next((s for s in subjects if s.point == i), None)
        about = [c for c in answer if subject is None or _is_about(c, subject, subjects)]
        for statement in (span.text for span in clauses(statement_of(point))):
            for clause in about:
                why = _reversal(statement, clause.text)
                if not why and subject is not None and _swaps_adjective(statement, clause.text):
                    why = "it says the opposite"
                if why:
                    flags.append(Flag(i, clause, why))
    return flags


def denied_words(text: str, negators: frozenset[str]) -> set[str]:
    """Return the stem of the first content word behind each negation: what is denied."""
    spoken = words(text)
    denied: set[str] = set()
    for i, word in enumerate(spoken):
        if word in negators or word.endswith("n't"):
            denied.update(content_words(" ".join(spoken[i + 1 :]))[:1])
    return denied


def _is_about(clause: Span, subject: Subject, subjects: Sequence[Subject]) -> bool:
    """Whether a clause names one subject alone, at its beginning."""
    return named_in(subjects, clause) == [subject] and begins_with(subject, clause)


def _is_agreed_with(point: str, answer: Sequence[Span]) -> bool:
    """Whether a clause says much of a point as the guide does; then none contradicts it."""
    return any(
        _agrees(statement.text, clause.text) and not _reversal(statement.text, clause.text)
        for statement in clauses(point)
        for clause in answer
    )


def _agrees(statement: str, clause: str) -> bool:
    stated, used = _compared(statement), _compared(clause)
    same = len(stated & used) >= max(MIN_COMMON, MIN_SHARE * len(stated))
    return same and _is_negated(statement) == _is_negated(clause)


def _reversal(statement: str, clause: str) -> str:
    """Return why `clause` is the opposite of `statement`, "" if it is not."""
    if is_hedged(clause) or re.search(r"\bif\b", f"{clause} {statement}".lower()):
        return ""
    stated, used = _compared(statement), _compared(clause)
    if len(used) > 2 * len(stated) + 4:  # so much else is said that "not" may belong to any of it
        return ""
    opposed = {
        (word, opposite)
        for word in stated - used
        for opposite in opposites().get(word, frozenset()) & used - stated
    }
    common = stated - {word for word, _ in opposed}
    if len(common) < MIN_COMMON or len(common & used) < max(MIN_COMMON, MIN_SHARE * len(common)):
        return ""
    differs = _is_negated(statement) != _is_negated(clause)
    denied = denied_words(statement, _DENYING) | denied_words(clause, _DENYING)
    if differs and not opposed and denied and denied <= stated & used:
        return "a negation turns it round"
    if len(opposed) == 1 and not differs:
        return "it says the opposite"
    return ""


def _swaps_adjective(statement: str, clause: str) -> bool:
    """Whether opposite words stand before the same one: "labeled training" and "unlabeled"."""
    if is_hedged(clause) or "without" in words(clause):
        return False
    if _is_negated(statement) != _is_negated(clause):
        return False
    stated, used = content_words(statement), content_words(clause)
    return any(
        opposite in used
        and opposite not in stated
        and word not in used
        and set(stated[i + 1 : i + 3]).intersection(_behind(opposite, used))
        for i, word in enumerate(stated)
        for opposite in opposites().get(word, ())
    )


def _behind(word: str, used: Sequence[str]) -> Sequence[str]:
    place = used.index(word)
    return used[place + 1 : place + 3]


def _is_negated(text: str) -> bool:
    return is_negated(words(text))


def _compared(text: str) -> frozenset[str]:
    """Return the stems of `text` that count for sameness, opposites among function words too."""
    opposite = {stem(word) for word in words(text)} & opposites().keys()
    return frozenset(content_words(text)) - FILLERS | opposite
