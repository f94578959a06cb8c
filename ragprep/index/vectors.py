"""Vectors of views in a FAISS index, mapped: exact search while that is fast, HNSW above."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ragprep.errors import IndexDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

IndexType = Literal["flat", "hnsw"]

FLAT_LIMIT = 200_000
"""Views up to which search is exact: 200,000 x 384 floats are read in about 25 ms on two cores
(benchmarks/query.py), and the index can still be held in 300 MB."""

HEADER = struct.Struct("<4siqqq?iQ")
"""What stands before the vectors in a file of faiss.IndexFlatIP (faiss/impl/index_write.cpp): its
name, dimension, number of vectors, two unused numbers, trained, metric, number of floats."""
FLAT_NAME, INNER_PRODUCT = b"IxFI", 0

ONE_THREAD = 2**18
"""Multiply-adds up to which OpenBLAS multiplies matrices in the calling thread (SMP_THRESHOLD_MIN
times GEMM_MULTITHREAD_THRESHOLD in its interface/gemm.c)."""


def index_type_for(views: int) -> IndexType:
    """Choose how `views` vectors are searched."""
    return "flat" if views <= FLAT_LIMIT else "hnsw"


def inner(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner product of each of `rows` (n, dim) with `vector` (dim,): float32 (n,).

    By einsum, in this thread: BLAS hands so small a product to threads, and waits for a busy
    core. 5,217 rows on two cores, the other one busy: 0.9 ms against 5.8.
    """
    products: NDArray[np.float32] = np.einsum("ij,j->i", rows, vector)
    return products


def inner_all(rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner products of `rows` (n, dim) and `others` (m, dim): float32 (n, m).

    By BLAS, in pieces that are too small for its threads. 40 x 2,400 rows on two busy cores: 1.6 ms
    of processor time against 15.7 (einsum takes 5.6).
    """
    products = np.empty((len(rows), len(others)), dtype=np.float32)
    step = max(1, ONE_THREAD // max(1, rows.size))
    for start in range(0, len(others), step):
        piece = slice(start, start + step)
        np.matmul(rows, others[piece].T, out=products[:, piece])
    return products


class DenseIndex:
    """Unit vectors (n, dim) of views, searched by inner product, which is their cosine.

    The flat index is scanned where it lies by numpy, in the calling thread: importing FAISS takes
    longer than 100 such scans. FAISS is loaded to build, and to search HNSW.
    """

    def __init__(
        self, vectors: NDArray[np.float32], graph: Any = None, memory: object = None
    ) -> None:
        """Hold `vectors` (n, dim), the HNSW index over them, and the memory that both lie in."""
        self._vectors = vectors
        self._graph = graph
        self._memory = memory

    @classmethod
    def build(cls, vectors: NDArray[np.float32], index_type: IndexType) -> DenseIndex:
        """Index `vectors`, float32 (n, dim), unit rows; a row's number is its view's number."""
        vectors = np.ascontiguousarray(vectors)
        if index_type == "flat":
            return cls(vectors)
        import faiss

        graph: Any = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
        graph.add(vectors)
        return cls(vectors, graph)

    @classmethod
    def from_bytes(cls, content: bytes | memoryview) -> DenseIndex:
        """Read what `to_bytes` gave, without copying it; the caller has verified its checksum.

        Raises:
            IndexDamaged: FAISS cannot read it all the same.
        """
        vectors = _flat_vectors(content)
        if vectors is not None:
            return cls(vectors)
        import faiss

        array = np.frombuffer(content, dtype=np.uint8)
        reader = faiss.ZeroCopyIOReader(  # type: ignore[attr-defined]  # its stubs lack it
            faiss.swig_ptr(array), array.size
        )
        try:
            index = faiss.read_index(reader, faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as exc:
            raise IndexDamaged(
                "FAISS cannot read its index.", remedy="Run `ragprep index` to build it again."
            ) from exc
        return cls(_stored_vectors(index), index, array)

    def to_bytes(self) -> memoryview:
        """Return the index as FAISS stores it."""
        import faiss

        index = self._graph
        if index is None:
            index = faiss.IndexFlatIP(self._vectors.shape[1])
            index.add(self._vectors)
        content: Any = faiss.serialize_index(index)
        return memoryview(content)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._vectors)

    def nearest(self, vector: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return the rows of at most `k` views closest to `vector` (dim,), best first."""
        k = min(k, len(self))
        if k <= 0:
            return np.empty(0, dtype=np.int64)
        # asked for a large part of its rows, HNSW misses up to half of them
        if self._graph is None or 10 * k >= len(self):
            return _highest(inner(self._vectors, vector), k)
        _, rows = self._graph.search(vector[np.newaxis], k)
        nearest: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return nearest

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of `rows` with `vector` (dim,): float32 (len(rows),)."""
        if 4 * len(rows) > len(self):  # one product over all costs less than gathering rows
            return inner(self._vectors, vector)[rows]
        return inner(self._vectors[rows], vector)

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the vectors of `rows`, all when None: float32 (len(rows), dim)."""
        return self._vectors.copy() if rows is None else self._vectors[rows]


def _highest(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the places of the `k` highest scores, the highest first, equal ones in their order."""
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    places = np.flatnonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")[:k]]


def _flat_vectors(content: bytes | memoryview) -> NDArray[np.float32] | None:
    """Return the vectors in the file of a flat index (n, dim), None when it is another file."""
    if len(content) < HEADER.size:
        return None
    name, dim, count, _, _, _, metric, floats = HEADER.unpack_from(content)
    if (name, metric, floats) != (FLAT_NAME, INNER_PRODUCT, count * dim):
        return None
    if len(content) != HEADER.size + 4 * floats:
        return None
    return np.frombuffer(content, dtype="<f4", offset=HEADER.size).reshape(count, dim)


def _stored_vectors(index: Any) -> NDArray[np.float32]:
    """Return the vectors (n, dim) in an index that FAISS read, not copied."""
    import faiss

    flat: Any = index if isinstance(index, faiss.IndexFlat) else faiss.downcast_index(index.storage)
    if not index.ntotal:
        return np.empty((0, index.d), dtype=np.float32)
    array: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), index.ntotal * index.d)
    return array.reshape(index.ntotal, index.d)
