"""Vectors of views in FAISS: exact search while that is fast, approximate above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ragprep.errors import IndexDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

IndexType = Literal["flat", "hnsw"]

FLAT_LIMIT = 200_000
"""Views up to which search is exact: 200,000 x 384 floats are read in about 25 ms on two cores
(benchmarks/query.py), and the index can still be held in 300 MB."""


def index_type_for(views: int) -> IndexType:
    """Choose how FAISS searches `views` vectors."""
    return "flat" if views <= FLAT_LIMIT else "hnsw"


def inner(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner product of each of `rows` (n, dim) with `vector` (dim,): float32 (n,).

    By einsum, in this thread: BLAS hands so small a product to threads, and waits for a busy
    core. 5,217 rows on two cores, the other one busy: 0.9 ms against 5.8.
    """
    found: NDArray[np.float32] = np.einsum("ij,j->i", rows, vector)
    return found


class DenseIndex:
    """Unit vectors (n, dim) of views, searched by inner product, which is their cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32], index_type: IndexType) -> DenseIndex:
        """Index `vectors`, float32 (n, dim), unit rows; a row's number is its view's number."""
        import faiss

        dim = vectors.shape[1]
        index: Any = (
            faiss.IndexFlatIP(dim)
            if index_type == "flat"
            else faiss.IndexHNSWFlat(dim, 32, faiss.METRIC_INNER_PRODUCT)
        )
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def from_bytes(cls, content: bytes) -> DenseIndex:
        """Read what `to_bytes` gave; the caller has verified its checksum.

        Raises:
            IndexDamaged: FAISS cannot read it all the same.
        """
        import faiss

        try:
            return cls(faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8)))
        except RuntimeError as exc:
            raise IndexDamaged(
                "FAISS cannot read its index.", remedy="Run `ragprep index` to build it again."
            ) from exc

    def to_bytes(self) -> memoryview:
        """Return the index as FAISS stores it."""
        import faiss

        content: Any = faiss.serialize_index(self._index)
        return memoryview(content)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def nearest(self, vector: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return the rows of at most `k` views closest to `vector` (dim,), best first."""
        k = min(k, len(self))
        if k <= 0:
            return np.empty(0, dtype=np.int64)
        # asked for a large part of its rows, HNSW misses up to half of them
        index = self._index if 10 * k < len(self) else self._flat
        _, rows = index.search(vector[np.newaxis], k)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of `rows` with `vector` (dim,): float32 (len(rows),)."""
        stored = self._stored()
        if 4 * len(rows) > len(self):  # one product over all costs less than gathering rows
            return inner(stored, vector)[rows]
        return inner(stored[rows], vector)

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the vectors of `rows`, all when None: float32 (len(rows), dim)."""
        found: NDArray[np.float32] = self._stored()[slice(None) if rows is None else rows]
        return found.copy() if rows is None else found

    @property
    def _flat(self) -> Any:
        """The index that holds the vectors; HNSW keeps one inside."""
        import faiss

        return (
            self._index
            if isinstance(self._index, faiss.IndexFlat)
            else faiss.downcast_index(self._index.storage)
        )

    def _stored(self) -> NDArray[np.float32]:
        """Return FAISS's own array (n, dim), not copied; valid while this object lives."""
        import faiss

        flat, shape = self._flat, (len(self), self._index.d)
        if not len(self):
            return np.empty(shape, dtype=np.float32)
        array: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), shape[0] * shape[1])
        return array.reshape(shape)
