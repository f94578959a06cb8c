"""The score of an answer: sums that a person can do again by hand; pure.

credit of a point   expected: covered 1, partial `partial_credit`, else 0; to the next 0.05;
                    by `credit` where the statements were read one by one
earned              credit * weight; of a group its best points, as many as are required
statements          a fixed share of all that is needed: how far they are so
holistic score      a fixed share of all that is needed
score               100 * all earned / all needed, at most a limit
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ragprep.grade.fitted import Constants
from ragprep.grade.reference import ReferenceSimilarity
from ragprep.types.grade import Evidence, PointGrade, PointStatus, Rubric, Term, TermKind

STATUSES = tuple(PointStatus)
"""In the order of a row of probabilities."""

BANDS = (
    (80, "Excellent"),
    (60, "Good"),
    (40, "Partly answered"),
    (20, "Incomplete"),
    (0, "Not an answer yet"),
)
"""Least score of each, in the five bands that `eval grading` reports."""

OF_POINTS = {TermKind.POINT, TermKind.GROUP}

Probabilities = tuple[float, float, float, float]


def status_of(probabilities: Probabilities, certain: float = 0.0) -> PointStatus:
    """Return the likeliest status; of equals the better one.

    Args:
        probabilities: of the four.
        certain: least probability of a contradiction; a less probable one is not recognised, which
            is missing.
    """
    covered, partial, missing, contradicted = probabilities
    if contradicted < certain:
        missing, contradicted = missing + contradicted, 0.0
    rows = covered, partial, missing, contradicted
    return STATUSES[max(range(4), key=lambda i: (rows[i], -i))]


def credit_of(probabilities: Probabilities, partial_credit: float) -> float:
    """Return the expected credit, 0 to 1, rounded to 0.05 (halves up)."""
    return rounded(min(1.0, probabilities[0] + partial_credit * probabilities[1]))


def rounded(credit: float) -> float:
    """Return a credit to the next 0.05, halves up."""
    return math.floor(credit * 20 + 0.5 + 1e-9) / 20


def point_terms(rubric: Rubric, points: Sequence[PointGrade]) -> tuple[Term, ...]:
    """Return a term for each point that is required by itself, then one for each group."""
    terms = []
    for graded, wanted in zip(points, rubric.points, strict=True):
        if wanted.group is None:
            earned = _tidy(graded.credit * wanted.weight)
            terms.append(Term(TermKind.POINT, graded.point, earned, wanted.weight))
    for place, group in enumerate(rubric.groups):
        members = [
            (graded.credit * wanted.weight, wanted.weight)
            for graded, wanted in zip(points, rubric.points, strict=True)
            if wanted.group == place
        ]
        if not members:
            continue
        mean_weight = sum(weight for _, weight in members) / len(members)
        needed = group.required * mean_weight
        best = sorted((credit for credit, _ in members), reverse=True)[: group.required]
        text = f"{group.name} (any {group.required} of {len(members)})"
        earned = min(needed, sum(best))
        terms.append(Term(TermKind.GROUP, text, _tidy(earned), _tidy(needed)))
    return tuple(terms)


def answer_terms(
    points: Iterable[Term],
    holistic: float,
    reference: ReferenceSimilarity | None,
    constants: Constants,
    *,
    statements: float | None = None,
) -> tuple[Term, ...]:
    """Return the terms for the answer as a whole.

    Args:
        points: the terms of its points.
        statements: how far they are so, 0 to 1; None where nobody read them one by one.
        holistic: score of the answer as a whole, 0 to 1; of no account against a reference.
        reference: similarity to a reference; None when it is graded by a guide.
        constants: give each term's share of all that is needed.
    """
    if reference is None and statements is not None:
        weights = constants.weights
        parts = [
            (TermKind.STATEMENTS, "statements that are so", statements, weights.statements),
            (TermKind.HOLISTIC, "holistic score", holistic, weights.holistic),
        ]
    elif reference is None:
        parts = [(TermKind.HOLISTIC, "holistic score", holistic, constants.holistic)]
    else:
        _, of_words, share = constants.reference_shares
        parts = [
            (TermKind.REFERENCE, "shared words", reference.words, of_words),
            (TermKind.REFERENCE, "recall of the reference", reference.recall, share),
            (TermKind.REFERENCE, "precision against the reference", reference.precision, share),
            (TermKind.REFERENCE, "similarity of meaning", reference.meaning, share),
            (TermKind.REFERENCE, "shared letter trigrams", reference.letters, share),
        ]
        full = constants.full_similarity
        parts = [(kind, text, min(1.0, value / full), share) for kind, text, value, share in parts]
    rest = 1 - sum(share for *_, share in parts)
    needed = sum(term.needed for term in points)
    terms = [(kind, text, value, needed * share / rest) for kind, text, value, share in parts]
    return tuple(
        Term(kind, text, round(value * part, 2), round(part, 2))
        for kind, text, value, part in terms
    )


def score_of(terms: Sequence[Term], limit: int = 100) -> int:
    """Return the score, 0 to 100, that `terms` add up to, at most `limit`."""
    needed = sum(term.needed for term in terms)
    if not needed:
        return 0
    earned = sum(term.earned for term in terms)
    return min(limit, math.floor(100 * earned / needed + 0.5 + 1e-9))


def verdict_of(score: int, points: Sequence[PointGrade]) -> str:
    """Return the verdict in words: "Good: 3 of 4 points covered, 1 in part."."""
    counting = [point for point in points if point.weight]
    number = {status: sum(p.status is status for p in counting) for status in PointStatus}
    counts = [f"{number[PointStatus.COVERED]} of {len(counting)} points covered"]
    if number[PointStatus.PARTIAL]:
        counts.append(f"{number[PointStatus.PARTIAL]} in part")
    if number[PointStatus.CONTRADICTED]:
        counts.append(f"{number[PointStatus.CONTRADICTED]} contradicted")
    band = next(name for least, name in BANDS if score >= least)
    return f"{band}: {', '.join(counts)}."


def wrong_statements(points: Iterable[PointGrade]) -> tuple[Evidence, ...]:
    """Return the evidence of contradicted points, each statement once."""
    contradicted = [point for point in points if point.status is PointStatus.CONTRADICTED]
    return tuple(dict.fromkeys(p.evidence for p in contradicted if p.evidence is not None))


def _tidy(value: float) -> float:
    return round(value, 6)
