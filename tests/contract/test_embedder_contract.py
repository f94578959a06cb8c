"""What every embedder holds: the fake, the real one."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.protocols import Embedder
from ragprep.testing.fakes import FakeEmbedder


@pytest.fixture(scope="module", params=["fake", "onnx"])
def embedder(request: pytest.FixtureRequest) -> tuple[Embedder, int]:
    """An embedder, and the length of its vectors."""
    if request.param == "fake":
        fake = FakeEmbedder(("cat", "dog"))
        return fake, fake.info.dim
    info = shipped_info()
    return open_embedder(SHIPPED, info), info.dim


@pytest.mark.parametrize("role", ["query", "passage"])
@pytest.mark.parametrize("count", [0, 1, 2, 9, 40])
def test_a_row_a_text_float32_of_length_one(embedder, role, count: int):
    """Or zero, for a text in which there is nothing."""
    embed, dim = embedder
    vectors = embed.embed([f"cat number {n}" for n in range(count)], role=role)
    assert (vectors.shape, vectors.dtype) == ((count, dim), np.float32)
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_same_texts_have_the_same_vectors(embedder):
    """Bit for bit."""
    texts = ["a cat", "a dog and a cat", ""]
    first, second = (embedder[0].embed(texts, role="passage") for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_rows_are_in_the_order_of_the_texts(embedder):
    """Whatever their lengths."""
    texts = ["dog", "cat " * 50, "cat dog", "dog " * 20 + "cat"]
    forth = embedder[0].embed(texts, role="passage")
    back = embedder[0].embed(texts[::-1], role="passage")[::-1]
    np.testing.assert_allclose((forth * back).sum(axis=1), 1, atol=0.02)


def test_the_fake_counts_words():
    """As its docstring says."""
    vectors = FakeEmbedder(("cat", "dog")).embed(["Cat, dog: cat!", "bird", "?"], role="query")
    expected = [[2 / 5**0.5, 1 / 5**0.5, 0], [0, 0, 1], [0, 0, 0]]
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)
