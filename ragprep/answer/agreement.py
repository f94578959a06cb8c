"""Whether clauses say the same of what goes up or down, and of what is denied; pure."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from ragprep.answer.claims import Claim, Clause
from ragprep.answer.synonyms import fits
from ragprep.text.opposites import CAUSES, DIRECTIONS, SAME, Pole


def agrees(claim: Claim, evidence: Sequence[Claim]) -> bool:
    """Return whether numbers, directions and denials of `claim` are those of the evidence."""
    clauses = [clause for source in evidence for clause in source.clauses]
    numbers = frozenset().union(*(source.numbers for source in evidence))
    pairs = frozenset().union(*(source.pairs for source in evidence))
    return (
        claim.numbers <= numbers
        and claim.pairs <= pairs
        and all(_same_direction(c, clauses) and _same_denial(c, clauses) for c in claim.clauses)
    )


def share_a_clause(names: AbstractSet[str], words: AbstractSet[str], claim: Claim) -> bool:
    """Return whether one clause of `claim` has all of `names` and some of `words`, if any."""
    return any(
        names <= clause.words and (not words or _have_common(words, clause.words))
        for clause in claim.clauses
    )


def _same_direction(clause: Clause, evidence: Sequence[Clause]) -> bool:
    """Return whether what goes up in `clause` goes up in the evidence, and so on."""
    for axis, sign in clause.poles:
        near = {
            stated_sign
            for stated in evidence
            if _have_common(clause.words, stated.words)
            for stated_axis, stated_sign in _poles(stated)
            if stated_axis == axis
        }
        if near and sign not in near:
            return False
        anywhere = any((axis, sign) in _poles(stated) for stated in evidence)
        if axis in DIRECTIONS and (axis, sign) != CAUSES and not anywhere:
            return False
    return True


def _poles(clause: Clause) -> set[Pole]:
    """Return the poles of a clause, and those that may be named instead."""
    return {*clause.poles, *(SAME[pole] for pole in clause.poles if pole in SAME)}


def _same_denial(clause: Clause, evidence: Sequence[Clause]) -> bool:
    """Return whether what `clause` denies is denied in the evidence, and what it states is not."""
    if clause.denied:
        return any(
            stated.denied and _have_common(clause.words, stated.words) for stated in evidence
        )
    for word in clause.words:
        holders = [stated for stated in evidence if fits(word, stated.words)]
        if holders and all(stated.denied for stated in holders):
            return False
    return True


def _have_common(words: AbstractSet[str], clause_words: AbstractSet[str]) -> bool:
    return any(fits(word, clause_words) for word in words)
