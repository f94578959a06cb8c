"""Finds clauses that say of one named thing what the guide says of another; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ragprep.grade.flags import Flag, is_hedged
from ragprep.grade.negated import denied_words
from ragprep.grade.subjects import Subject, clauses_about, subjects_of
from ragprep.text.content import content_words
from ragprep.text.opposites import NEGATORS
from ragprep.text.sentences import Span

_RATIO = re.compile(r"\w\s*/\s*\(?\w|\bdivided by\b")

SWAPPED_WORDS = 2
"""Words of another subject, and none of its own, that show a swap without another."""


def swapped(points: Sequence[str], clauses: Sequence[Sequence[Span]]) -> list[Flag]:
    """Return the clauses of which the words are another subject's.

    One such word shows a swap where the other subject is swapped as well. Two do where any other
    subject has wrong words too, as in names that are rotated, and else if a reader agrees: "hidden
    layers do weighted sums and a non-linear function" is right. Of two ratios that are swapped,
    one may lack words that only it has.
    """
    subjects = subjects_of(points)
    if len(subjects) < 2:
        return []
    only = {s.point: _only_of(s, subjects) for s in subjects}
    names = {word for s in subjects for name in s.names for word in name}
    crossed: dict[tuple[int, int], tuple[Span, int]] = {}
    right: set[int] = set()
    ratios: dict[int, Span] = {}
    for clause, subject in clauses_about(subjects, clauses):
        if is_hedged(clause.text):
            continue
        # "without zeroing" does not say that it zeroes
        used = set(content_words(clause.text)) - names - denied_words(clause.text, NEGATORS)
        if used & only[subject.point]:
            right.add(subject.point)
            continue
        if _RATIO.search(clause.text):
            ratios.setdefault(subject.point, clause)
        shared = {s.point: len(used & only[s.point]) for s in subjects if s is not subject}
        most = max(shared, key=shared.__getitem__)
        if shared[most] > crossed.get((subject.point, most), (clause, 0))[1]:
            crossed[subject.point, most] = clause, shared[most]
    turned = {a for a, _ in crossed if a not in right}
    flags = {}
    for (a, b), (clause, count) in crossed.items():
        mutual = (b, a) in crossed and b not in right
        ratio = not only[a] and _RATIO.search(clause.text) is not None
        if a not in right and (count >= SWAPPED_WORDS or mutual or ratio):
            flags[a, b] = _flag(a, clause, points[b], alone=len(turned) > 1 or ratio)
    return list({**flags, **_other_ratios(flags, ratios, right, points)}.values())


def _other_ratios(
    flags: Mapping[tuple[int, int], Flag],
    ratios: Mapping[int, Span],
    right: set[int],
    points: Sequence[str],
) -> dict[tuple[int, int], Flag]:
    """Return the ratios of subjects for which others were given theirs, without a word to tell."""
    return {
        (b, a): _flag(b, ratios[b], points[a], alone=True)
        for a, b in flags
        if b in ratios and b not in right and (b, a) not in flags
    }


def _flag(point: int, clause: Span, other_point: str, *, alone: bool) -> Flag:
    why = f"the guide says this of {other_point.partition(':')[0]}"
    return Flag(point, clause, why, alone)


def _only_of(subject: Subject, subjects: Sequence[Subject]) -> frozenset[str]:
    """Return the words that the guide says of this subject and of no other."""
    return subject.says.difference(*(other.says for other in subjects if other is not subject))
