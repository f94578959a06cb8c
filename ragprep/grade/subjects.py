"""The named things that points set side by side ("L1: ...", "L2: ..."), and clauses about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragprep.text.content import FILLERS, content_words
from ragprep.text.sentences import Span

_NAMED = re.compile(r"^([^:]{2,60}?)(?:\s*\(([^)]{1,40})\))?\s*:\s*(\S.*)$", re.DOTALL)

MAX_NAME_WORDS = 4
"""Words before a colon that are still a name. A guess."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A named point: "L1 (Lasso): Adds ..." is called l1 or lasso.

    Attributes:
        point: its place among the points.
        names: the stems of each of its names, the full one first.
        says: the stems of what the point says of it.
    """

    point: int
    names: tuple[tuple[str, ...], ...]
    says: frozenset[str]


def statement_of(point: str) -> str:
    """Return what a point says of its subject; all of it, if it names none."""
    match = _NAMED.match(point)
    return match[3] if match else point


def subjects_of(points: Sequence[str]) -> list[Subject]:
    """Return the subjects of the points that set named things side by side.

    A name that others share is taken without what they share ("Type I Error": "I"). A point whose
    statement speaks of the others ("Elastic Net: Combines both L1 and L2") is no side of its own.
    """
    named = [(i, m) for i, point in enumerate(points) if (m := _NAMED.match(point))]
    named = [(i, m) for i, m in named if len(m[1].split()) <= MAX_NAME_WORDS]
    full = {i: name for i, m in named if (name := tuple(content_words(m[1])))}
    subjects = []
    for i, match in named:
        if i not in full:
            continue
        others = {word for j, name in full.items() if j != i for word in name}
        short = tuple(word for word in full[i] if word not in others)
        also = tuple(content_words(match[2] or ""))
        says = frozenset(content_words(match[3])) - FILLERS - set(full[i])
        names = tuple(dict.fromkeys(name for name in (full[i], short, also) if name))
        if not any(says.issuperset(name) for j, name in full.items() if j != i):
            subjects.append(Subject(i, names, says))
    return subjects


def clauses_about(
    subjects: Sequence[Subject], clauses: Sequence[Sequence[Span]]
) -> list[tuple[Span, Subject]]:
    """Return the clauses that are about one subject alone, with that subject.

    A clause that names none is about what the clause before it in its sentence is about.

    Args:
        subjects: that may be spoken of.
        clauses: of each sentence.
    """
    about = []
    for sentence in clauses:
        subject: Subject | None = None
        for clause in sentence:
            named = named_in(subjects, clause)
            if len(named) == 1:
                subject = named[0] if begins_with(named[0], clause) else None
            elif named:
                subject = None
            if subject is not None:
                about.append((clause, subject))
    return about


def named_in(subjects: Sequence[Subject], clause: Span) -> list[Subject]:
    """Return the subjects that a clause names.

    "K-Fold" is not named where "Stratified K-Fold" is.
    """
    used = content_words(clause.text)
    named: list[tuple[Subject, tuple[str, ...]]] = []
    for subject in subjects:
        name = next((name for name in subject.names if _place(name, used) >= 0), None)
        if name is not None:
            named.append((subject, name))
    return [
        subject
        for subject, name in named
        if not any(set(name) < set(o.names[0]) for o, _ in named if o is not subject)
    ]


def begins_with(subject: Subject, clause: Span) -> bool:
    """Return whether a clause begins with a subject's name, or with one content word before it."""
    used = content_words(clause.text)
    return any(0 <= _place(name, used) <= 1 for name in subject.names)


def _place(name: Sequence[str], used: Sequence[str]) -> int:
    size = len(name)
    return next(
        (i for i in range(len(used) - size + 1) if tuple(used[i : i + size]) == tuple(name)), -1
    )
