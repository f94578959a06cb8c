"""The checkpoint: vectors that survive an interruption, and only sound ones."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.index.checkpoint import Checkpoint

TEXTS = ["cat", "dog", "fish", "\ud800 surrogate", ""]
RECORD = 16 + 4 * 5 + 4


@pytest.fixture
def path(tmp_path, fake):
    """A checkpoint with five vectors."""
    with Checkpoint.open(tmp_path, fake.info) as checkpoint:
        checkpoint.add(TEXTS, fake.embed(TEXTS, role="passage"))
    return next(tmp_path.glob("embedding-*"))


def kept(tmp_path, fake) -> list[str]:
    with Checkpoint.open(tmp_path, fake.info) as checkpoint:
        present = [text for text in TEXTS if text in checkpoint]
        for text in present:
            expected = fake.embed([text], role="passage")[0]
            np.testing.assert_array_equal(checkpoint.vectors([text])[0], expected)
        return present


def test_vectors_come_back(path, tmp_path, fake):
    """All of them, for whatever text."""
    assert path.stat().st_size == RECORD * len(TEXTS)
    assert kept(tmp_path, fake) == TEXTS


@pytest.mark.parametrize("lost", [1, RECORD - 1, RECORD, RECORD + 1, 5 * RECORD])
def test_a_record_that_is_cut_short_is_left_out(path, tmp_path, fake, lost: int):
    """And written over by the next one."""
    path.write_bytes(path.read_bytes()[:-lost])
    assert kept(tmp_path, fake) == TEXTS[: (5 * RECORD - lost) // RECORD]
    with Checkpoint.open(tmp_path, fake.info) as checkpoint:
        checkpoint.add(TEXTS, fake.embed(TEXTS, role="passage"))
    assert kept(tmp_path, fake) == TEXTS


def test_what_stands_after_an_altered_record_is_not_trusted(path, tmp_path, fake):
    """Its vector would be wrong."""
    content = bytearray(path.read_bytes())
    content[2 * RECORD + 20] ^= 1
    path.write_bytes(content)
    assert kept(tmp_path, fake) == TEXTS[:2]


def test_each_encoder_has_its_own(path, tmp_path, fake):
    """And all are removed when the build is done."""
    fake.vocabulary = ("cat",)
    assert kept(tmp_path, fake) == []
    assert len(list(tmp_path.glob("embedding-*"))) == 2
    Checkpoint.remove_all(tmp_path)
    assert not list(tmp_path.glob("embedding-*"))
