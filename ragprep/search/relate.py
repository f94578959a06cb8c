"""What to look at after an entry: how close others are, and which are near-duplicates (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.vectors import inner, inner_all
from ragprep.search.reasons import Comparison, reason_for
from ragprep.types.guide import Entry
from ragprep.types.index import ViewKind
from ragprep.types.search import Reason, Related

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.index.store import StoredIndex

    Floats = NDArray[np.float32]

WEIGHTS = {"aliases": 8.7, "whole": 3.1, "named": 3.3, "words": 2.9}
PLAIN_WEIGHTS = {"whole": 6.1, "named": 5.3, "words": 3.7}
"""Both fitted on the dev half of eval/related.jsonl (eval/related.md); the second serves an entry
without aliases."""

WHOLE_ALIKE = 0.72
POINT_ALIKE, POINTS_ALIKE, LEAST_ALIKE = 0.55, 0.7, 3
"""When two entries are near-duplicates; chosen on the dev half (eval/related.md)."""

CLOSEST_ALIASES = 10
"""Pairs of aliases that count: as many as it takes to rest on more than a chance wording."""


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


def relate(own: Side, others: Sequence[Side], k: int) -> tuple[Related, ...]:
    """Return at most `k` of `others`, those to look at next first, ties broken by entry id."""
    weights = WEIGHTS if len(own.aliases) else PLAIN_WEIGHTS
    scored = []
    for other in others:
        features = _features(own, other)
        score = sum(weight * features[name] for name, weight in weights.items())
        scored.append((score, other))
    scored.sort(key=lambda item: (-item[0], item[1].entry.id))
    found = []
    for score, other in scored[:k]:
        pairs = point_pairs(own.points, other.points)
        duplicate = is_near_duplicate(own, other, pairs)
        reason, detail = reason_for(_comparison(own, other, pairs))
        if duplicate and reason in {Reason.POINTS, Reason.ELSEWHERE, Reason.SUBJECT}:
            reason = Reason.NEAR_DUPLICATE
        found.append(Related(other.entry, float(score), reason, detail, duplicate))
    return tuple(found)


def relate_by_whole(own: Side, others: Sequence[Side], k: int) -> tuple[Related, ...]:
    """Return at most `k` of `others` by the cosine of whole entries, what `relate` must beat."""
    scored = sorted((-float(own.whole @ other.whole), other.entry.id, other) for other in others)
    return tuple(
        Related(other.entry, -score, Reason.SUBJECT, "", -score >= WHOLE_ALIKE)
        for score, _, other in scored[:k]
    )


def point_pairs(own: Floats, other: Floats) -> list[tuple[int, int, float]]:
    """Pair key points of two entries, the closest pair first, each point once.

    Args:
        own: float32 (n, dim), unit rows.
        other: float32 (m, dim), unit rows.

    Returns:
        (place in `own`, place in `other`, cosine), min(n, m) of them, by falling cosine.
    """
    cosines = inner_all(own, other).astype(np.float64)
    pairs = []
    for _ in range(min(cosines.shape)):
        i, j = np.unravel_index(int(cosines.argmax()), cosines.shape)
        pairs.append((int(i), int(j), float(cosines[i, j])))
        cosines[i, :] = cosines[:, j] = -np.inf
    return pairs


def is_near_duplicate(own: Side, other: Side, pairs: Sequence[tuple[int, int, float]]) -> bool:
    """Return whether two entries say much the same, as a whole or point by point.

    Args:
        own: one of them.
        other: the other.
        pairs: of their key points, from `point_pairs`.
    """
    if float(own.whole @ other.whole) >= WHOLE_ALIKE:
        return True
    alike = sum(cosine >= POINT_ALIKE for _, _, cosine in pairs)
    most = max(len(own.points), len(other.points))
    return alike >= LEAST_ALIKE and alike / most >= POINTS_ALIKE


def shared_words(own: dict[str, float], other: dict[str, float]) -> float:
    """Return how much of their words two entries share, by rarity: 0 to 1, the mean of both."""
    both = sum(rarity for word, rarity in own.items() if word in other)
    return (both / (sum(own.values()) or 1.0) + both / (sum(other.values()) or 1.0)) / 2


def side_of(index: StoredIndex, row: int) -> Side:
    """Return an entry of an index with what of it is compared."""
    entry = index.entry(row)
    views = index.view_rows(row)
    question = index.dense.vectors(views[:1])[0]  # views begin with the question
    whole = index.view_rows(row, ViewKind.ENTRY)
    points = index.view_rows(row, ViewKind.POINT)
    return Side(
        entry=entry,
        question=question,
        whole=index.dense.vectors(whole[:1])[0] if len(whole) else question,
        points=index.dense.vectors(points),
        shown=tuple(index.view(int(view)).shown for view in points),
        aliases=index.dense.vectors(index.view_rows(row, ViewKind.ALIAS)),
        words=index.words(row),
    )


def _features(own: Side, other: Side) -> dict[str, float]:
    whole = float(own.whole @ other.whole)
    aliases = np.sort(inner_all(own.aliases, other.aliases), axis=None)[-CLOSEST_ALIASES:]
    return {
        "aliases": float(aliases.mean()) if len(aliases) else whole,
        "whole": whole,
        "named": max(_closest(own.points, other.question), _closest(other.points, own.question)),
        "words": shared_words(own.words, other.words),
    }


def _comparison(own: Side, other: Side, pairs: Sequence[tuple[int, int, float]]) -> Comparison:
    asked = inner(own.points, other.question)
    return Comparison(
        own=own.entry,
        other=other.entry,
        own_words=frozenset(own.words),
        other_words=frozenset(other.words),
        rarity=own.words | other.words,
        pairs=[(own.shown[i], other.shown[j], cosine) for i, j, cosine in pairs],
        opened=(own.shown[int(asked.argmax())], float(asked.max())) if len(asked) else ("", 0.0),
    )


def _closest(points: Floats, question: Floats) -> float:
    return float(inner(points, question).max()) if len(points) else 0.0
