"""How similar key points are to a query, and entries to an answer, by cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.segment import KINDS
from ragprep.index.vectors import inner
from ragprep.types.index import ViewKind
from ragprep.types.search import Cosines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import VectorStore

NEAREST = 200
"""Views among which another entry's is looked for; an entry has fewer, aliases included."""

_SAYING = (ViewKind.ENTRY, ViewKind.POINT, ViewKind.QUESTION_POINT)


def point_cosines(index: VectorStore, row: int, vector: NDArray[np.float32]) -> list[float]:
    """Return for each key point of an entry the cosine of its closest view with the query.

    Args:
        index: holds the entry.
        row: of the entry.
        vector: float32 (dim,), unit length, of the query.

    Returns:
        In the order of `index.points(row)`; 0 for a point without a view.
    """
    views = index.view_rows(row)
    closest: dict[str, float] = {}
    for view, cosine in zip(views.tolist(), _cosines(index, vector, views), strict=True):
        shown = index.view(view).shown
        closest[shown] = max(cosine, closest.get(shown, -1.0))
    return [closest.get(point.text, 0.0) for point in index.points(row)]


def entry_cosines(index: VectorStore, row: int, vector: NDArray[np.float32]) -> Cosines:
    """Return the cosine of a query to the question of an entry, and to each key point alone.

    Args:
        index: holds the entry.
        row: of the entry.
        vector: float32 (dim,), unit length, of the query.
    """
    views = index.view_rows(row, ViewKind.QUESTION, ViewKind.POINT)
    question, by_text = -1.0, dict[str, float]()
    for view, cosine in zip(views.tolist(), _cosines(index, vector, views), strict=True):
        if index.view(view).kind == ViewKind.QUESTION:
            question = cosine
        else:
            by_text[index.view(view).shown] = cosine
    points = tuple(by_text.get(point.text, -1.0) for point in index.points(row))
    return Cosines(question, points)


def nearest_entries(
    index: VectorStore, row: int, vector: NDArray[np.float32]
) -> tuple[float, tuple[float, int]]:
    """Return the cosine of an answer to its entry, and to the nearest other with its row.

    Only views that say something count: an alias or a question is near to what merely asks.

    Args:
        index: holds the entry.
        row: of the entry.
        vector: float32 (dim,), unit length, of the answer.

    Returns:
        (cosine to the entry, (cosine to the nearest other, its row)); 0 for an entry without such
        views, its own row where there is no other.
    """
    closest = max(_cosines(index, vector, index.view_rows(row, *_SAYING)), default=0.0)
    (near,) = index.nearest(vector[np.newaxis], NEAREST)
    says = np.isin(near.kinds, [KINDS.index(kind) for kind in _SAYING]) & (near.owners != row)
    for owner in near.owners[says][:1].tolist():
        return closest, (max(_cosines(index, vector, index.view_rows(owner, *_SAYING))), owner)
    return closest, (0.0, row)


def _cosines(
    index: VectorStore, vector: NDArray[np.float32], views: NDArray[np.int64]
) -> list[float]:
    """Return the cosine of each of `views` with `vector`."""
    cosines: list[float] = inner(index.vectors(views), vector).tolist()
    return cosines
