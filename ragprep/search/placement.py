"""Where entries stand on a map: near each other where their texts are alike; no drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import VectorStore

SUBSPACE, TURNS = 8, 30
"""Directions that are followed, of which the widest two are wanted, and how often they are turned
towards them: of the shipped guide's no component is off by more than 5e-6 after 15 turns."""


def whole_vectors(index: VectorStore) -> NDArray[np.float32]:
    """Return the vector of each whole entry, of its question where it has no answer: (n, dim)."""
    rows = [
        int(whole[0]) if len(whole := index.view_rows(row, ViewKind.ENTRY)) else first
        for row in range(index.manifest.entries)
        for first in [int(index.view_rows(row)[0])]  # views begin with the question
    ]
    return index.vectors(np.array(rows, dtype=np.int64))


def placed(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the places of vectors in two dimensions, by principal component analysis.

    The two directions in which they differ most, on one scale, so that the wider one goes from 0
    to 1 and the other stands in the middle. The same vectors have the same places: the component
    of a direction that is largest counts as positive.

    Args:
        vectors: float32 (n, dim).

    Returns:
        float64 (n, 2); where all vectors are the same, the middle.
    """
    if len(vectors) < 2 or vectors.shape[1] < 2:
        return np.full((len(vectors), 2), 0.5)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    axes = _widest(centred.T @ centred)
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    flat = centred @ axes
    low, high = flat.min(axis=0), flat.max(axis=0)
    extent = float((high - low).max())
    if extent < 1e-6:  # what float32 makes of equal vectors
        return np.full((len(vectors), 2), 0.5)
    middle: NDArray[np.float64] = (flat - (low + high) / 2) / extent + 0.5
    return middle


def _widest(scatter: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two eigenvectors with the largest eigenvalues, largest first: (dim, 2).

    By subspace iteration, in this thread. A full decomposition goes through threads of BLAS: of
    384 dimensions on two busy cores it took 4 s, this 0.3.
    """
    size = (len(scatter), min(SUBSPACE, len(scatter)))
    axes = np.random.default_rng(0).normal(size=size)
    for _ in range(TURNS):
        axes = np.linalg.qr(np.einsum("ij,jk->ik", scatter, axes))[0]
    _, turn = np.linalg.eigh(axes.T @ np.einsum("ij,jk->ik", scatter, axes))
    widest: NDArray[np.float64] = axes @ turn[:, :-3:-1]
    return widest
