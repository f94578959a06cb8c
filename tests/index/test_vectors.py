"""FAISS against brute force, exact and approximate."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ragprep.encoder.embed import unit_rows
from ragprep.errors import IndexDamaged
from ragprep.index.vectors import FLAT_LIMIT, DenseIndex, index_type_for, inner_all

DIM = 16
TYPES = pytest.mark.parametrize("index_type", ["flat", "hnsw"])


def vectors(count: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(count).normal(size=(count, DIM)).astype(np.float32))


def again_of(index: DenseIndex) -> DenseIndex:
    """Return the index that is read from what another one writes."""
    return DenseIndex.from_bytes(index.to_bytes())


@TYPES
@pytest.mark.parametrize("count", [1, 2, 7, 300])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_the_nearest_are_those_of_brute_force(index_type, count: int, k: int):
    """Best first, never more than there are."""
    rows, query = vectors(count), vectors(301)[300]
    nearest = DenseIndex.build(rows, index_type).nearest(query, k)
    expected = np.argsort(-(rows @ query), kind="stable")[:k]
    if index_type == "flat":
        assert nearest.tolist() == expected.tolist()
    else:
        assert len(set(nearest.tolist()) & set(expected.tolist())) >= 0.95 * len(expected)
        assert (np.diff(rows[nearest] @ query) <= 1e-6).all()


@TYPES
@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_none_found(index_type, k: int):
    """Without asking FAISS, which asserts."""
    assert DenseIndex.build(vectors(3), index_type).nearest(vectors(1)[0], k).tolist() == []


@TYPES
def test_an_empty_index_finds_nothing(index_type):
    """And can be written and read."""
    index = DenseIndex.build(np.empty((0, DIM), np.float32), index_type)
    again = again_of(index)
    assert len(again) == 0
    assert again.nearest(vectors(1)[0], 5).tolist() == []
    assert again.cosines(vectors(1)[0], np.empty(0, np.int64)).tolist() == []


@TYPES
def test_zero_vectors_are_neither_near_nor_an_error(index_type):
    """As rows and as a query: their cosine is 0."""
    rows = np.vstack([np.zeros((2, DIM), np.float32), vectors(3)])
    index = DenseIndex.build(rows, index_type)
    query = rows[3]
    assert index.nearest(query, 1).tolist() == [3]
    assert index.cosines(query, np.array([0, 3])).tolist() == pytest.approx([0, 1], abs=1e-6)
    assert len(index.nearest(np.zeros(DIM, np.float32), 5)) == 5


@TYPES
@pytest.mark.parametrize("asked", [[0], [4, 2, 2], list(range(20)), []])
def test_cosines_and_vectors_are_of_the_rows_asked_for(index_type, asked: list[int]):
    """In their order, however many."""
    rows, query = vectors(20), vectors(1)[0]
    index = DenseIndex.build(rows, index_type)
    wanted = np.array(asked, dtype=np.int64)
    np.testing.assert_array_equal(index.vectors(wanted), rows[wanted])
    np.testing.assert_allclose(index.cosines(query, wanted), rows[wanted] @ query, atol=1e-6)


@TYPES
def test_files_come_back_as_the_same_index(index_type):
    """All vectors, same order of neighbours."""
    index = DenseIndex.build(vectors(50), index_type)
    again = again_of(index)
    np.testing.assert_array_equal(again.vectors(np.arange(50)), vectors(50))
    query = vectors(1)[0]
    assert again.nearest(query, 9).tolist() == index.nearest(query, 9).tolist()


def test_bytes_that_are_no_index_are_damage():
    """Though a checksum comes first, FAISS's own complaint is translated."""
    with pytest.raises(IndexDamaged):
        DenseIndex.from_bytes(b"none")


def test_the_index_type_follows_from_the_size():
    """Exact up to the limit."""
    assert index_type_for(FLAT_LIMIT) == "flat"
    assert index_type_for(FLAT_LIMIT + 1) == "hnsw"


def test_a_flat_index_is_searched_where_it_lies_and_without_faiss():
    """In a subprocess, because the tests have loaded it; FAISS itself wrote the file."""
    content = DenseIndex.build(vectors(20), "flat").to_bytes()
    array = np.frombuffer(content, np.uint8)
    assert np.shares_memory(DenseIndex.from_bytes(content)._vectors, array)
    code = (
        "import sys; from ragprep.index.vectors import DenseIndex\n"
        "index = DenseIndex.from_bytes(sys.stdin.buffer.read())\n"
        "print(index.nearest(index.vectors()[7], 1)[0], 'faiss' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=bytes(content), capture_output=True, check=True)
    assert done.stdout.split() == [b"7", b"False"]


@pytest.mark.parametrize("size", [(3, 5), (40, 300), (0, 5), (5, 0), (300, 40)])
def test_products_of_all_pairs_are_those_of_one_multiplication(size: tuple[int, int]):
    """In however many pieces."""
    rows, others = vectors(size[0]), vectors(size[1])
    np.testing.assert_allclose(inner_all(rows, others), rows @ others.T, atol=1e-6)


def test_equal_vectors_have_equal_cosines_wherever_they_lie():
    """Ties are broken by entry id, so the last digit counts; the rows are not aligned in memory."""
    content = DenseIndex.build(np.repeat(vectors(1), 5000, axis=0), "flat").to_bytes()
    index = DenseIndex.from_bytes(content)
    assert len(set(index.cosines(vectors(2)[1], np.arange(5000)).tolist())) == 1
    assert index.nearest(vectors(2)[1], 3).tolist() == [0, 1, 2]
