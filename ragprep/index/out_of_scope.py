"""Phrases for what a guide does not cover, and how close a query comes to them (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.vectors import inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = -1.0
"""The cosine where no phrase speaks of an entry's guide: the least there is."""


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """The phrases of all guides. One guide may cover what another does not: each has its own.

    Attributes:
        texts: the phrases, a guide's together.
        spans: int64 (phrases, 2): the first entry row of the phrase's guide, and the one past it.
        vectors: float32 (phrases, dim), unit rows.
    """

    texts: tuple[str, ...]
    spans: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of phrases."""
        return len(self.texts)

    def closest(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of `vector` with the closest phrase of each row's guide.

        Returns:
            float32 (len(rows),), `NONE` for rows of guides without phrases.
        """
        closest_cosines = np.full(len(rows), NONE, dtype=np.float32)
        if not len(self):
            return closest_cosines
        cosines = inner(self.vectors, vector)
        for first, end in set(map(tuple, self.spans.tolist())):
            of_guide = (self.spans[:, 0] == first) & (self.spans[:, 1] == end)
            closest_cosines[(rows >= first) & (rows < end)] = cosines[of_guide].max()
        return closest_cosines


def spread(
    guides: Sequence[tuple[int, Sequence[str]]],
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the texts and the spans of `OutOfScope`.

    Args:
        guides: of each guide, in the entries' order, its number of entries and its phrases.
    """
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    first = 0
    for count, phrases in guides:
        texts += phrases
        spans += [(first, first + count)] * len(phrases)
        first += count
    return tuple(texts), np.array(spans, dtype=np.int64).reshape(-1, 2)


def known_vectors(previous: OutOfScope | None) -> dict[str, NDArray[np.float32]]:
    """Return the vectors of phrases that the previous index has: phrase -> float32 (dim,)."""
    return dict(zip(previous.texts, previous.vectors, strict=True)) if previous is not None else {}
