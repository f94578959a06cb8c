"""The vectors of one segment, as floats or as codes, multiplied and searched where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float32]

CODED_FROM = 16_384
"""Views of a segment from which it holds ten bits a number: below, float32 costs 25 MB at most."""

CLIPPED = 4.5
"""Standard deviations of a unit vector's numbers, 1 / sqrt(dim), that the common scale of a segment
spans. Of the shipped guide's vectors 0.3% have a larger number, and a scale of their own."""

ZERO = 128
"""The code of 0 in FAISS's QT_8bit_direct_signed."""

QUARTERS = 4
"""Of the step from a code to the next: in which of them a number lies stands in two bits apart."""

LEAST = ZERO + 0.5
"""Steps from the number that code 0 and quarter 0 stand for up to 0."""

SHIFTS = np.array([0, 2, 4, 6], dtype=np.uint8)
"""Of the quarters in a byte: they are of four numbers that stand a fourth of the vector apart."""

CHUNK = 512
"""Vectors of codes that are made floats at a time: they stay in the second-level cache."""

ONE_THREAD = 2**18
"""Multiply-adds up to which OpenBLAS multiplies matrices in the calling thread (SMP_THRESHOLD_MIN
times GEMM_MULTITHREAD_THRESHOLD in its interface/gemm.c)."""


def inner(rows: Floats, vector: Floats) -> Floats:
    """Return the inner product of each of `rows` (n, dim) with `vector` (dim,): float32 (n,).

    By einsum, in this thread: BLAS hands so small a product to threads, and waits for a busy
    core. 5,217 rows on two cores, the other one busy: 0.9 ms against 5.8.
    """
    products: Floats = np.einsum("ij,j->i", rows, vector)
    return products


def inner_all(rows: Floats, others: Floats) -> Floats:
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


class FloatVectors:
    """Vectors of a segment as they are."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._vectors: Floats = arrays["vectors"]

    def __len__(self) -> int:
        return len(self._vectors)

    def rough(self, vector: Floats) -> Floats:
        """Return the inner products of all vectors with `vector`: float32; here exact."""
        return inner(self._vectors, vector)

    def inner(self, vector: Floats, rows: NDArray[np.int64]) -> Floats:
        """Return the inner products of `rows` with `vector`: float32 (len(rows),)."""
        if 4 * len(rows) > len(self):  # one product over all costs less than gathering rows
            return inner(self._vectors, vector)[rows]
        return inner(self._vectors[rows], vector)

    def vectors(self, rows: NDArray[np.int64]) -> Floats:
        """Return the vectors of `rows`: float32 (len(rows), dim)."""
        return self._vectors[rows]


class CodedVectors:
    """Vectors of a segment in ten bits a number: it is that many steps of its vector's scale.

    The steps in whole are codes of a byte, at the end of the file of a FAISS index, which searches
    them where they lie; what is left, in quarters, stands apart and is read for a few rows alone.
    Nearly all vectors have the least scale there is; FAISS ranks those, numpy the others.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._file: NDArray[np.uint8] = arrays["faiss"]
        self._scales: Floats = arrays["scales"]
        self._packed: NDArray[np.uint8] = arrays["quarters"]
        shape = len(self._scales), int(arrays["dim"][0])
        self._codes = self._file[len(self._file) - shape[0] * shape[1] :].reshape(shape)

    def __len__(self) -> int:
        return len(self._scales)

    def rough(self, vector: Floats) -> Floats:
        """Return the inner products of all vectors, by their codes alone, with `vector`: float32.

        They are off by some 0.0006.
        """
        products = np.empty(len(self), dtype=np.float32)
        floats = np.empty((min(CHUNK, len(self)), len(vector)), dtype=np.float32)
        for start in range(0, len(self), CHUNK):
            chunk = self._codes[start : start + CHUNK]
            floats[: len(chunk)] = chunk
            np.einsum("ij,j->i", floats[: len(chunk)], vector, out=products[start : start + CHUNK])
        products -= np.float32(ZERO) * vector.sum()
        return products * self._scales

    def inner(self, vector: Floats, rows: NDArray[np.int64]) -> Floats:
        """Return the inner products of `rows` with `vector`: float32 (len(rows),)."""
        products = np.empty(len(rows), dtype=np.float32)
        floats = np.empty((min(CHUNK, len(rows)), len(vector)), dtype=np.float32)
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            floats[: len(some)] = self._codes[some]
            steps = inner(floats[: len(some)], vector)
            floats[: len(some)] = self._quarters(some)
            quarters = inner(floats[: len(some)], vector)
            products[start : start + CHUNK] = steps + quarters / np.float32(QUARTERS)
        products -= np.float32(LEAST) * vector.sum()
        return products * self._scales[rows]

    def nearest(self, vector: Floats, k: int) -> tuple[NDArray[np.int64], Floats]:
        """Return `k` rows or more, about the closest, and about their inner products, by FAISS.

        It multiplies bytes: the numbers of `vector` too are rounded to steps of a 127th of the
        largest (FAISS itself would cut them off after the point).
        """
        step = max(float(np.abs(vector).max()), 1e-12) / 127
        query = np.rint(vector / np.float32(step))[np.newaxis]
        [scores], [rows] = self._search(query, min(k, len(self)))
        scores *= step * self._scales.min(initial=np.inf)
        common = self._is_common[rows]
        return (
            np.concatenate([rows[common], self._uncommon]),
            np.concatenate([scores[common], self.inner(vector, self._uncommon)]),
        )

    def vectors(self, rows: NDArray[np.int64]) -> Floats:
        """Return the vectors of `rows`: float32 (len(rows), dim)."""
        steps = self._codes[rows].astype(np.float32)
        steps += self._quarters(rows) * np.float32(1 / QUARTERS)
        steps -= np.float32(LEAST)
        return steps * self._scales[rows, np.newaxis]

    def _quarters(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the quarters of each number of `rows`: 0 to 3, uint8 (len(rows), dim)."""
        packed = self._packed[rows]
        quarters = np.concatenate([packed >> bits & 3 for bits in SHIFTS], axis=1)
        return quarters[:, : self._codes.shape[1]]

    def is_ranked_by_faiss(self, k: int) -> bool:
        """Return whether FAISS is worth asking for `k`: few, and few have a scale of their own."""
        return 10 * max(k, len(self._uncommon)) < len(self)

    @cached_property
    def _uncommon(self) -> NDArray[np.int64]:
        """The rows whose scale is not the least."""
        return np.flatnonzero(~self._is_common)

    @cached_property
    def _is_common(self) -> NDArray[np.bool_]:
        """Whether each row's scale is the least: bool (n,)."""
        is_common: NDArray[np.bool_] = self._scales <= self._scales.min(initial=np.inf)
        return is_common

    def _search(self, query: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """Ask FAISS in this thread: 60,000 vectors take 1.4 ms, with two threads 10 of both."""
        import faiss

        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            scores, rows = self._index.search(query, k)
        finally:
            faiss.omp_set_num_threads(threads)
        return scores, rows

    @cached_property
    def _index(self) -> Any:
        import faiss

        reader = faiss.ZeroCopyIOReader(  # type: ignore[attr-defined]  # its stubs lack it
            faiss.swig_ptr(self._file), self._file.size
        )
        return faiss.read_index(reader, faiss.IO_FLAG_MMAP_IFC)


Vectors = FloatVectors | CodedVectors


def vectors_in(arrays: Mapping[str, Array]) -> Vectors:
    """Return the vectors that a segment holds."""
    return FloatVectors(arrays) if "vectors" in arrays else CodedVectors(arrays)


def joined(parts: Sequence[tuple[Vectors, NDArray[np.int64]]], dim: int) -> dict[str, Array]:
    """Return the arrays of a segment with the vectors of these rows, bytes where they are many.

    Args:
        parts: vectors, and the rows of them to take.
        dim: length of a vector.
    """
    many = sum(len(rows) for _, rows in parts) >= CODED_FROM
    if not many and all(isinstance(vectors, FloatVectors) for vectors, _ in parts):
        rows = [vectors.vectors(rows) for vectors, rows in parts]
        return {"vectors": np.concatenate([np.zeros((0, dim), np.float32), *rows])}
    coded = [_coded(vectors, rows, dim) for vectors, rows in parts]
    codes, quarters, scales = (np.concatenate(arrays) for arrays in zip(*coded, strict=True))
    return {
        "faiss": _file_of(codes),
        "quarters": quarters,
        "scales": scales,
        "dim": np.array([dim], dtype=np.int32),
    }


def _coded(
    vectors: Vectors, rows: NDArray[np.int64], dim: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Floats]:
    """Return codes (rows, dim), packed quarters (rows, dim / 4) and scales (rows,) of `rows`."""
    if isinstance(vectors, CodedVectors):
        return vectors._codes[rows], vectors._packed[rows], vectors._scales[rows]
    width = -(-dim // len(SHIFTS))
    codes = np.empty((len(rows), dim), dtype=np.uint8)
    packed = np.empty((len(rows), width), dtype=np.uint8)
    scales = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), CHUNK):  # all at once would take three times the floats
        floats, some = vectors.vectors(rows[start : start + CHUNK]), slice(start, start + CHUNK)
        largest = np.maximum(np.abs(floats).max(axis=1), CLIPPED / np.sqrt(dim))
        scales[some] = largest / 127
        above = np.rint((floats / scales[some, np.newaxis] + LEAST) * QUARTERS).astype(np.uint16)
        codes[some] = above >> 2
        quarters = np.pad(above & 3, ((0, 0), (0, len(SHIFTS) * width - dim)))
        by_byte = quarters.astype(np.uint8).reshape(-1, len(SHIFTS), width)
        packed[some] = np.bitwise_or.reduce(by_byte << SHIFTS[:, np.newaxis], axis=1)
    return codes, packed, scales


def _file_of(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the file of a FAISS index, which ends with `codes`."""
    import faiss

    quantizer = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index: Any = faiss.IndexScalarQuantizer(codes.shape[1], quantizer, faiss.METRIC_INNER_PRODUCT)
    index.add_sa_codes(codes)
    content: NDArray[np.uint8] = faiss.serialize_index(index)
    return content
