"""The nearest vectors and their products against brute force: as floats, as bytes, in segments."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ragprep.encoder.embed import unit_rows
from ragprep.index import vectors as vectors_module
from ragprep.index.arrays import from_bytes, to_bytes
from ragprep.index.dense import DenseIndex
from ragprep.index.vectors import CodedVectors, FloatVectors, inner_all, joined, vectors_in

DIM = 64


def vectors(count: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(count).normal(size=(count, DIM)).astype(np.float32))


def segment(rows: np.ndarray, kind: str) -> FloatVectors | CodedVectors:
    """Return vectors that were written and read, as floats or as bytes."""
    part = FloatVectors({"vectors": rows}), np.arange(len(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "CODED_FROM", 0 if kind == "bytes" else 10**9)
        return vectors_in(from_bytes(to_bytes(joined([part], DIM))))


def index_of(
    rows: np.ndarray, kind: str, *, cut: int = 0, dead: tuple[int, ...] = ()
) -> DenseIndex:
    """Return an index of two segments, `cut` rows in the first; the entries of `dead` are gone."""
    owners = np.arange(len(rows), dtype=np.int32)
    owners[list(dead)] = -1
    return DenseIndex([segment(rows[:cut], kind), segment(rows[cut:], kind)], owners)


KINDS = pytest.mark.parametrize("kind", ["floats", "bytes"])
STEP = 4.5 / DIM**0.5 / 127
EXACT = {"floats": 1e-6, "bytes": STEP / 8 + 1e-6}


@KINDS
@pytest.mark.parametrize("count", [1, 2, 7, 300])
@pytest.mark.parametrize("k", [0, -1, 1, 5, 1000])
def test_the_nearest_are_those_of_brute_force(kind: str, count: int, k: int):
    """Of what is stored: best first, no more than there are, by numpy at first, then FAISS."""
    rows, query = vectors(count), vectors(301)[300]
    index = index_of(rows, kind, cut=count // 2)
    stored = index.vectors(np.arange(count))
    np.testing.assert_allclose(stored, rows, atol=EXACT[kind])
    expected = np.argsort(-(stored @ query), kind="stable")[: max(0, k)]
    for _ in range(2):
        assert index.nearest(query, k).tolist() == expected.tolist()


@KINDS
def test_a_removed_entry_is_never_found(kind: str):
    """Though its vectors are still in the file: the ten closest of 300 are gone."""
    rows, query = vectors(300), vectors(301)[300]
    stored = index_of(rows, kind).vectors(np.arange(300))
    falling = np.argsort(-(stored @ query), kind="stable").tolist()
    index = index_of(rows, kind, cut=200, dead=tuple(falling[:10]))
    assert index.living == 290
    for _ in range(2):
        assert index.nearest(query, 5).tolist() == falling[10:15]
        assert index.nearest(query, 300).tolist() == falling[10:]


@KINDS
def test_an_empty_index_finds_nothing(kind: str):
    """And can be written and read."""
    index = index_of(np.empty((0, DIM), np.float32), kind)
    assert len(index) == 0
    assert index.nearest(vectors(1)[0], 5).tolist() == []
    assert index.cosines(vectors(1)[0], np.empty(0, np.int64)).tolist() == []


@KINDS
def test_zero_vectors_are_neither_near_nor_an_error(kind: str):
    """As rows and as a query: their cosine is 0."""
    rows = np.vstack([np.zeros((2, DIM), np.float32), vectors(3)])
    index = index_of(rows, kind)
    assert index.nearest(rows[3], 1).tolist() == [3]
    cosines = index.cosines(rows[3], np.array([0, 3])).tolist()
    assert cosines == pytest.approx([0, 1], abs=EXACT[kind])
    assert len(index.nearest(np.zeros(DIM, np.float32), 5)) == 5


@KINDS
@pytest.mark.parametrize("asked", [[0], [4, 2, 2], list(range(20)), [19, 0], []])
def test_cosines_and_vectors_are_of_the_rows_asked_for(kind: str, asked: list[int]):
    """In their order, however many, of whichever segment."""
    rows, query = vectors(20), vectors(1)[0]
    index = index_of(rows, kind, cut=7)
    wanted = np.array(asked, dtype=np.int64)
    np.testing.assert_allclose(
        index.vectors(wanted).reshape(-1, DIM), rows[wanted], atol=EXACT[kind]
    )
    expected = index.vectors(wanted).reshape(-1, DIM) @ query
    np.testing.assert_allclose(index.cosines(query, wanted), expected, atol=1e-5)


def test_a_number_beyond_the_common_scale_has_a_scale_of_its_own():
    """Vectors with one number are off by nothing: 1 is 127 steps of 1 / 127."""
    rows = np.eye(4, DIM, dtype=np.float32)
    coded = segment(rows, "bytes")
    assert isinstance(coded, CodedVectors)
    np.testing.assert_allclose(coded.vectors(np.arange(4)), rows, atol=1e-6)


@pytest.mark.parametrize("dim", [1, 2, 3, 5, 384])
def test_a_number_is_off_by_an_eighth_of_a_step_at_most(dim: int):
    """Ten bits of it are kept, whether or not four such ends fill whole bytes."""
    rows = np.random.default_rng(dim).uniform(-1, 1, size=(7, dim)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "CODED_FROM", 0)
        coded = vectors_in(joined([(FloatVectors({"vectors": rows}), np.arange(7))], dim))
    steps = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 4.5 / dim**0.5) / 127
    assert (np.abs(coded.vectors(np.arange(7)) - rows) <= steps / 8 + 1e-6).all()


def test_the_nearest_of_close_ones_are_told_apart():
    """Of 200 vectors whose numbers differ by some steps the same ten are nearest as of floats."""
    around, query = vectors(2)
    noise = np.random.default_rng(1).normal(size=(200, DIM)).astype(np.float32)
    rows = unit_rows(around + 3 * STEP * noise)
    index = index_of(rows, "bytes")
    wanted = sorted(np.argsort(-(rows @ query))[:10].tolist())
    for _ in range(2):
        assert sorted(index.nearest(query, 10).tolist()) == wanted


def test_bytes_are_copied_as_they_are():
    """Merging a segment changes no vector."""
    rows = vectors(300)
    coded = segment(rows, "bytes")
    copied = vectors_in(joined([(coded, np.array([7, 5])), (coded, np.array([9]))], DIM))
    wanted = np.array([7, 5, 9])
    np.testing.assert_array_equal(copied.vectors(np.arange(3)), coded.vectors(wanted))


def test_few_vectors_are_searched_where_they_lie_and_without_faiss():
    """In a subprocess, because the tests have loaded it."""
    content = to_bytes({"vectors": vectors(20)})
    array = np.frombuffer(content, np.uint8)
    stored = vectors_in(from_bytes(content))
    assert isinstance(stored, FloatVectors)
    assert np.shares_memory(stored._vectors, array)
    code = (
        "import sys, numpy as np; from ragprep.index.dense import DenseIndex\n"
        "from ragprep.index.arrays import from_bytes\n"
        "vectors = from_bytes(sys.stdin.buffer.read())['vectors']\n"
        "print(DenseIndex.build(vectors).nearest(vectors[7], 1)[0], 'faiss' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    assert done.stdout.split() == [b"7", b"False"]


@pytest.mark.parametrize("size", [(3, 5), (40, 300), (0, 5), (5, 0), (300, 40)])
def test_products_of_all_pairs_are_those_of_one_multiplication(size: tuple[int, int]):
    """In however many pieces."""
    rows, others = vectors(size[0]), vectors(size[1])
    np.testing.assert_allclose(inner_all(rows, others), rows @ others.T, atol=1e-6)


def test_equal_vectors_have_equal_cosines_wherever_they_lie():
    """Ties are broken by entry id, so the last digit counts; the rows are not aligned in memory."""
    content = b"123" + to_bytes({"vectors": np.repeat(vectors(1), 5000, axis=0)})
    index = DenseIndex([vectors_in(from_bytes(memoryview(content)[3:]))], np.zeros(5000, np.int32))
    assert len(set(index.cosines(vectors(2)[1], np.arange(5000)).tolist())) == 1
    assert index.nearest(vectors(2)[1], 3).tolist() == [0, 1, 2]
