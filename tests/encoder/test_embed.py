"""The real encoder, served by onnxruntime."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ragprep.encoder.embed import open_embedder, unit_rows
from ragprep.encoder.info import MODEL_FILE, SHIPPED, EncoderInfo, read_info, write_info
from ragprep.encoder.prepare import shipped_info
from ragprep.errors import ModelError
from ragprep.protocols import Embedder

INFO = EncoderInfo("m", "onnx", "s", "f", 4, 9, {"query": "q: "}, {})


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder(SHIPPED, shipped_info())


def test_like_meanings_are_closer_than_unlike_ones(embedder: Embedder):
    """The one thing it is for."""
    query, near, far = embedder.embed(
        ["a kitten is asleep", "The young cat is sleeping.", "Stock prices fell on Monday."],
        role="query",
    )
    assert query @ near > query @ far + 0.4


def test_the_order_of_texts_is_kept(embedder: Embedder):
    """Though they are run in batches by length: what a text is with does not matter much.

    int8 scales each run by its largest activation: vectors of one text differ by 0.01 or so.
    """
    texts = [f"{'word ' * (n % 13)}number {n}" for n in range(40)]
    together = embedder.embed(texts, role="passage")
    alone = np.vstack([embedder.embed([text], role="passage") for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.98
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(40))


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 50_000, "🔥", "\u202e"], ids=repr)
def test_any_text_has_a_vector(embedder: Embedder, text: str):
    """A long one is cut."""
    vectors = embedder.embed([text], role="passage")
    assert vectors.shape == (1, 384)
    assert np.isfinite(vectors).all()


def test_unit_rows_leaves_a_zero_row():
    """No division by zero."""
    rows = unit_rows(np.array([[3, 4], [0, 0]], dtype=np.float32))
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert rows.dtype == np.float32


def test_what_was_written_of_an_encoder_is_read(tmp_path: Path):
    """None where nothing was."""
    assert read_info(tmp_path) is None
    write_info(tmp_path, INFO)
    assert read_info(tmp_path) == INFO


def test_no_change_of_a_byte_goes_unnoticed(tmp_path: Path):
    """A changed dimension, limit or prompt would not show in any other way."""
    write_info(tmp_path, INFO)
    path = next(tmp_path.iterdir())
    sound = path.read_bytes()
    for place in range(len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(ModelError, match="damaged"):
            read_info(tmp_path)


def test_files_that_onnxruntime_cannot_read_are_a_model_error(tmp_path: Path):
    """Whatever it raises."""
    (tmp_path / MODEL_FILE).write_bytes(b"no graph")
    with pytest.raises(ModelError):
        open_embedder(tmp_path, INFO)


def test_a_model_as_it_is_without_its_packages_names_the_extra(tmp_path: Path, monkeypatch):
    """It was prepared when they were installed."""
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match="which is not installed") as caught:
        open_embedder(tmp_path, replace(INFO, runtime="sentence-transformers"))
    assert 'pip install ".[models]"' in caught.value.remedy
