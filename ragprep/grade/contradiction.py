"""Finds clauses that say the opposite of a point: swapped names, negations, opposite words; pure.

Precision before recall: a wrong flag on a right answer is worse than a miss, which the reader may
still see.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragprep.grade.clauses import clauses_of
from ragprep.grade.directions import misdirected
from ragprep.grade.flags import Flag
from ragprep.grade.negated import negated
from ragprep.grade.swapped import swapped
from ragprep.text.sentences import sentences


def contradictions(points: Sequence[str], text: str) -> list[Flag]:
    """Return the clauses of a cleaned answer that contradict points, at most one a point.

    Args:
        points: texts as the guide has them, without headings.
        text: the cleaned answer.
    """
    answer = sentences(text)
    clauses = [clauses_of(sentence) for sentence in answer]
    every = [clause for of_sentence in clauses for clause in of_sentence]
    flags = [*swapped(points, clauses), *negated(points, every), *misdirected(points, answer)]
    first: dict[int, Flag] = {}
    for flag in flags:
        first.setdefault(flag.point, flag)
    return [first[point] for point in sorted(first)]
