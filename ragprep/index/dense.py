"""All vectors of an index, of which the nearest are found: every one is looked at, so exactly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.vectors import CodedVectors, FloatVectors, Vectors, joined, vectors_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


MARGIN, SPARE = 1.25, 50
"""How many are compared anew where products are rough: so many times as asked for, and so many
more. Off by 0.0006, they miss none of the 1,000 nearest of a million vectors (docs/scale.md)."""


class DenseIndex:
    """Unit vectors of the views of all segments, searched by inner product, which is their cosine.

    A view's number counts through the segments. The first search of a process is by numpy, for
    importing FAISS takes as long as scanning 300,000 vectors; the later ones by FAISS where
    vectors are coded.
    """

    def __init__(self, parts: Sequence[Vectors], owners: NDArray[np.int32]) -> None:
        """Search `parts`; `owners` (views,) says which entry a view is of, below 0 of none."""
        self._parts = parts
        self._starts = np.cumsum([0, *map(len, parts)])
        self._dead = owners < 0
        self._is_coded = any(isinstance(part, CodedVectors) for part in parts)
        self._by_faiss = False

    @classmethod
    def build(cls, vectors: Floats) -> DenseIndex:
        """Index `vectors`, float32 (n, dim), unit rows; a row's number is its view's number."""
        everything = np.arange(len(vectors))
        arrays = joined([(FloatVectors({"vectors": vectors}), everything)], vectors.shape[1])
        return cls([vectors_in(arrays)], np.zeros(len(vectors), dtype=np.int32))

    def __len__(self) -> int:
        """Return the number of vectors, those of removed entries included."""
        return len(self._dead)

    @cached_property
    def living(self) -> int:
        """The number of vectors that can be found."""
        return int(np.count_nonzero(~self._dead))

    def nearest(self, vector: Floats, k: int) -> NDArray[np.int64]:
        """Return the rows of at most `k` views closest to `vector` (dim,), best first."""
        k = min(k, self.living)
        if k <= 0:
            return np.empty(0, dtype=np.int64)
        near = [self._nearest_in(n, vector, k) for n in range(len(self._parts))]
        rows = np.concatenate([places for places, _ in near])
        scores = np.concatenate([products for _, products in near])
        if self._is_coded:
            rows = np.sort(rows[_highest(scores, min(int(k * MARGIN) + SPARE, len(rows)))])
            scores = self.cosines(vector, rows)
            self._by_faiss = True
        nearest: NDArray[np.int64] = rows[_highest(scores, k)]
        return nearest

    def _nearest_in(self, number: int, vector: Floats, k: int) -> tuple[NDArray[np.int64], Floats]:
        """Return views of one part, the `k` closest living ones among them, and their products."""
        part, start = self._parts[number], int(self._starts[number])
        dead = self._dead[start : start + len(part)]
        wanted = int((k + np.count_nonzero(dead)) * MARGIN) + SPARE
        if self._by_faiss and isinstance(part, CodedVectors) and part.is_ranked_by_faiss(wanted):
            rows, products = part.nearest(vector, wanted)
        else:
            every = part.rough(vector)
            every[dead] = -np.inf
            rows = _highest(every, min(wanted, len(part)))
            products = every[rows]
        living = ~dead[rows]
        return rows[living] + start, products[living]

    def cosines(self, vector: Floats, rows: NDArray[np.int64]) -> Floats:
        """Return the cosine of each of `rows` with `vector` (dim,): float32 (len(rows),)."""
        cosines = np.empty(len(rows), dtype=np.float32)
        for part, places, local in self._split(rows):
            cosines[places] = part.inner(vector, local)
        return cosines

    def vectors(self, rows: NDArray[np.int64]) -> Floats:
        """Return the vectors of `rows`: float32 (len(rows), dim)."""
        parts = [(places, part.vectors(local)) for part, places, local in self._split(rows)]
        if len(parts) == 1:
            return parts[0][1]
        dim = self._parts[0].vectors(np.empty(0, np.int64)).shape[1] if self._parts else 0
        vectors = np.empty((len(rows), dim), dtype=np.float32)
        for places, some in parts:
            vectors[places] = some
        return vectors

    def _split(
        self, rows: NDArray[np.int64]
    ) -> list[tuple[Vectors, NDArray[np.int64], NDArray[np.int64]]]:
        """Return of each part that has some of `rows` their places among them and its own rows."""
        if len(self._parts) == 1:
            return [(self._parts[0], np.arange(len(rows)), rows)]
        part_of = np.searchsorted(self._starts, rows, side="right") - 1
        every = ((n, np.flatnonzero(part_of == n)) for n in np.unique(part_of).tolist())
        return [(self._parts[n], places, rows[places] - self._starts[n]) for n, places in every]


def _highest(scores: Floats, k: int) -> NDArray[np.int64]:
    """Return the places of the `k` highest scores, the highest first, equal ones in their order."""
    if k == 0:
        return np.empty(0, dtype=np.int64)
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    places = np.flatnonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")[:k]]
