"""How close the key points of entries are to a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.retrieve.store import StoredIndex


def point_cosines(index: StoredIndex, row: int, vector: NDArray[np.float32]) -> list[float]:
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
    for view, cosine in zip(views.tolist(), index.dense.cosines(vector, views), strict=True):
        shown = index.view(view).shown
        closest[shown] = max(float(cosine), closest.get(shown, -1.0))
    return [closest.get(point.text, 0.0) for point in index.points(row)]
