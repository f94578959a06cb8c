"""What to look at after an entry: how close others are, and which are near-duplicates (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.vectors import inner, inner_all
from ragprep.search.reasons import Comparison, reason_for
from ragprep.types.guide import Entry
from ragprep.types.index import ViewKind
from ragprep.types.search import Reason, Related

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import VectorStore

    Floats = NDArray[np.float32]

CLOSEST_ALIASES = 10
"""Pairs of aliases that count: as many as it takes to rest on more than a chance wording."""


FILE = Path(__file__).with_name("related.json")


@dataclass(frozen=True, slots=True)
class Constants:
    """What training/fit_related.py fitted or chose (the content of related.json).

    Attributes:
        aliases: weight of each feature, for an entry with aliases.
        plain: likewise, for an entry without.
        whole: least cosine of whole entries that are near-duplicates.
        point: least cosine of two key points that say the same.
        points: entries are near-duplicates too when key points that say the same are at least this
            many, and
        share: at least this share of the points of the longer entry.
    """

    aliases: dict[str, float]
    plain: dict[str, float]
    whole: float
    point: float
    points: int
    share: float


@cache
def fitted() -> Constants:
    """Return the constants that ship with the package."""
    record = json.loads(FILE.read_text(encoding="utf-8"))
    return Constants(record["aliases"], record["plain"], **record["near_duplicates"])


@dataclass(frozen=True, slots=True)
class Side:
    """An entry with what of it is compared; all vectors are unit rows.

    Attributes:
        entry: the entry.
        question: float32 (dim,).
        whole: float32 (dim,), of the whole entry; of the question where there is no answer.
        points: float32 (n, dim), of its key points alone.
        shown: (n,) their texts.
        aliases: float32 (m, dim).
        words: of question and answer, each with its rarity in the index.
    """

    entry: Entry
    question: Floats
    whole: Floats
    points: Floats
    shown: tuple[str, ...]
    aliases: Floats
    words: dict[str, float]


def relate(side: Side, candidates: Sequence[Side], k: int) -> tuple[Related, ...]:
    """Return at most `k` of `candidates`, those to look at next first, ties broken by entry id."""
    weights = fitted().aliases if len(side.aliases) else fitted().plain
    scored = []
    for candidate in candidates:
        values = features(side, candidate)
        score = sum(weight * values[name] for name, weight in weights.items())
        scored.append((score, candidate))
    scored.sort(key=lambda item: (-item[0], item[1].entry.id))
    related = []
    for score, candidate in scored[:k]:
        pairs = point_pairs(side.points, candidate.points)
        duplicate = is_near_duplicate(side, candidate, pairs)
        reason, detail = reason_for(_comparison(side, candidate, pairs))
        if duplicate and reason in {Reason.POINTS, Reason.ELSEWHERE, Reason.SUBJECT}:
            reason = Reason.NEAR_DUPLICATE
        related.append(Related(candidate.entry, float(score), reason, detail, duplicate))
    return tuple(related)


def relate_by_whole(side: Side, candidates: Sequence[Side], k: int) -> tuple[Related, ...]:
    """Return at most `k` candidates by the cosine of whole entries, what `relate` must beat."""
    scored = sorted(
        (-float(side.whole @ candidate.whole), candidate.entry.id, candidate)
        for candidate in candidates
    )
    return tuple(
        Related(candidate.entry, -score, Reason.SUBJECT, "", -score >= fitted().whole)
        for score, _, candidate in scored[:k]
    )


def point_pairs(points: Floats, candidate_points: Floats) -> list[tuple[int, int, float]]:
    """Pair key points of two entries, the closest pair first, each point once.

    Args:
        points: float32 (n, dim), unit rows.
        candidate_points: float32 (m, dim), unit rows.

    Returns:
        (place in `points`, place in `candidate_points`, cosine), min(n, m) of them, by falling
        cosine.
    """
    cosines = inner_all(points, candidate_points).astype(np.float64)
    pairs = []
    for _ in range(min(cosines.shape)):
        i, j = np.unravel_index(int(cosines.argmax()), cosines.shape)
        pairs.append((int(i), int(j), float(cosines[i, j])))
        cosines[i, :] = cosines[:, j] = -np.inf
    return pairs


def is_near_duplicate(side: Side, candidate: Side, pairs: Sequence[tuple[int, int, float]]) -> bool:
    """Return whether two entries say much the same, as a whole or point by point.

    Args:
        side: one of them.
        candidate: the other.
        pairs: of their key points, from `point_pairs`.
    """
    least = fitted()
    if float(side.whole @ candidate.whole) >= least.whole:
        return True
    same = sum(cosine >= least.point for _, _, cosine in pairs)
    most = max(len(side.points), len(candidate.points))
    return same >= least.points and same / most >= least.share


def shared_words(words: dict[str, float], candidate_words: dict[str, float]) -> float:
    """Return how much of their words two entries share, by rarity: 0 to 1, the mean of both."""
    both = sum(rarity for word, rarity in words.items() if word in candidate_words)
    return (both / (sum(words.values()) or 1.0) + both / (sum(candidate_words.values()) or 1.0)) / 2


def sides_in(index: VectorStore, rows: Sequence[int]) -> list[Side]:
    """Return entries of an index with what of them is compared."""
    return [_side(index, row, words) for row, words in zip(rows, index.words(rows), strict=True)]


def _side(index: VectorStore, row: int, words: dict[str, float]) -> Side:
    views = index.view_rows(row)
    question = index.vectors(views[:1])[0]  # views begin with the question
    whole = index.view_rows(row, ViewKind.ENTRY)
    points = index.view_rows(row, ViewKind.POINT)
    return Side(
        entry=index.entry(row),
        question=question,
        whole=index.vectors(whole[:1])[0] if len(whole) else question,
        points=index.vectors(points),
        shown=tuple(index.view(int(view)).shown for view in points),
        aliases=index.vectors(index.view_rows(row, ViewKind.ALIAS)),
        words=words,
    )


def features(side: Side, candidate: Side) -> dict[str, float]:
    """Return the features of a pair by name, each -1 to 1, higher for related entries."""
    whole = float(side.whole @ candidate.whole)
    aliases = np.sort(inner_all(side.aliases, candidate.aliases), axis=None)[-CLOSEST_ALIASES:]
    return {
        "aliases": float(aliases.mean()) if len(aliases) else whole,
        "whole": whole,
        "named": max(
            _closest(side.points, candidate.question), _closest(candidate.points, side.question)
        ),
        "words": shared_words(side.words, candidate.words),
    }


def _comparison(side: Side, candidate: Side, pairs: Sequence[tuple[int, int, float]]) -> Comparison:
    asked = inner(side.points, candidate.question)
    return Comparison(
        entry=side.entry,
        candidate=candidate.entry,
        entry_words=frozenset(side.words),
        candidate_words=frozenset(candidate.words),
        rarity=side.words | candidate.words,
        pairs=[(side.shown[i], candidate.shown[j], cosine) for i, j, cosine in pairs],
        opened=(side.shown[int(asked.argmax())], float(asked.max())) if len(asked) else ("", 0.0),
    )


def _closest(points: Floats, question: Floats) -> float:
    return float(inner(points, question).max()) if len(points) else 0.0
