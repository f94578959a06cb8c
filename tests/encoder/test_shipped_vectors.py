"""Vectors that come with ragprep: known by text and encoder, and those of its encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import SHIPPED, EncoderInfo
from ragprep.encoder.prepare import shipped_info
from ragprep.encoder.vectors import (
    shipped_vectors,
    text_key,
    write_vectors,
)

INFO = EncoderInfo(
    "m", "onnx", "s", fingerprint="f1", dim=2, max_tokens=9, prompts={}, checksums={}
)
TEXTS = ("cat", "dog", "\ud800")
VECTORS = np.array([[0.6, 0.8], [1, 0], [0, 0]], dtype=np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "guide.vectors"
    write_vectors(path, INFO, TEXTS, VECTORS)
    return path


def test_a_vector_is_known_by_its_text(path: Path):
    """Float32 and of length one, though it is stored in half precision."""
    vectors = shipped_vectors(INFO, path)
    assert list(vectors) == [text_key(text) for text in TEXTS]
    np.testing.assert_allclose(np.stack(list(vectors.values())), VECTORS, atol=0.0005)
    assert np.linalg.norm(vectors[text_key("cat")]) == pytest.approx(1, abs=1e-6)
    assert vectors[text_key("cat")].dtype == np.float32
    assert text_key("bird") not in vectors


def test_none_are_known_of_another_encoder(path: Path):
    """Its vectors mean something else."""
    assert shipped_vectors(replace(INFO, fingerprint="f2"), path) == {}


def test_a_damaged_file_has_no_wrong_vectors(path: Path):
    """None at all, whichever byte is changed or cut off."""
    sound = path.read_bytes()
    for place in range(len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert shipped_vectors(INFO, path) == {}
        path.write_bytes(sound[:place])
        assert shipped_vectors(INFO, path) == {}
    path.unlink()
    assert shipped_vectors(INFO, path) == {}


class Recorder:
    """Stands in for the encoder, and keeps which texts it was asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], *, role: str):
        self.texts += texts
        return np.zeros((len(texts), 384), dtype=np.float32)


def test_the_shipped_guide_need_not_be_embedded(tmp_path: Path):
    """But for a text in twenty, by which guide and views may have changed since.

    If this fails: `python -m training.embed_guide`.
    """
    recorder = Recorder()
    totals: set[int] = set()
    report = Prep(Config(home=tmp_path), encoder=(shipped_info(), recorder)).build(
        ["shipped"],
        progress=lambda stage, done, total: totals.add(total) if stage == "embedding" else None,
    )
    assert report.embedded > 5000
    assert len(recorder.texts) < report.embedded / 20
    assert totals == ({len(recorder.texts)} if recorder.texts else set())


def test_its_vectors_are_those_of_the_encoder(prep: Prep):
    """As far as the encoder agrees with itself: int8 scales a run by its largest activation."""
    texts = [entry.question for entry in prep.entries()]
    vectors = shipped_vectors(shipped_info())
    shipped = np.stack([vectors[text_key(text)] for text in texts if text_key(text) in vectors])
    assert len(shipped) > 95
    embedded = open_embedder(SHIPPED, shipped_info()).embed(
        [text for text in texts if text_key(text) in vectors], role="passage"
    )
    cosines = np.sum(shipped * embedded, axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.98
