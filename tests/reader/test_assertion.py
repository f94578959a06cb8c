"""The reader of assertions: what its network is fed, and what the file that ships says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ragprep import Prep
from ragprep.errors import ReaderError
from ragprep.reader import assertion
from ragprep.reader.assertion import PAD, STATEMENT, TEXT, OnnxAssertionReader, arrays
from ragprep.types.encoder import TokenStates


def states(ids: list[int], vector: tuple[float, float]) -> TokenStates:
    """Return a text of these tokens; a token's states are its number, in two layers of two."""
    numbers = np.array(ids, dtype=np.int64)
    rows = np.repeat(numbers[:, None], 4, axis=1).astype(np.float32)
    return TokenStates(numbers, rows, np.array(vector))


POINT, LONG_POINT = states([1, 2], (1.0, 0.0)), states([1, 2, 3], (0.0, 1.0))
SAID = states([7], (0.6, 0.8))


def test_a_row_is_a_text_and_a_statement_padded():
    """The lowest layer alone."""
    inputs = arrays([(POINT, SAID), (LONG_POINT, SAID)])
    assert inputs["ids"].tolist() == [[1, 2, 7, 0], [1, 2, 3, 7]]
    assert inputs["owner"].tolist() == [[TEXT, TEXT, STATEMENT, PAD], [TEXT] * 3 + [STATEMENT]]
    assert inputs["states"].shape == (2, 4, 2)
    assert inputs["states"][1, :, 0].tolist() == [1, 2, 3, 7]


@pytest.fixture(scope="module")
def reader(prep: Prep) -> OnnxAssertionReader:
    return OnnxAssertionReader(prep.snapshot().token_states)


POINTS = [
    "Supervised learning: uses labeled training data",
    "Unsupervised learning: finds patterns in data without labels",
]


def test_a_statement_is_held_against_the_closest_point(reader: OnnxAssertionReader):
    readings = reader.read(POINTS, ["unsupervised learning has no labels", "supervised has labels"])
    assert [reading.point for reading in readings] == [1, 0]


def test_a_true_statement_is_more_entailed_than_its_opposite(reader: OnnxAssertionReader):
    true, false = reader.read(
        POINTS, ["supervised learning has labels", "supervised learning has no labels"]
    )
    assert true.entailed > 0.5 > false.entailed
    assert false.contradicted > true.contradicted


def test_the_same_input_gives_the_same(reader: OnnxAssertionReader):
    statements = ["supervised learning has labels", "a", "labels " * 300]
    assert reader.read(POINTS, statements) == reader.read(POINTS, statements)


def test_without_points_or_statements_there_is_nothing_to_read(reader: OnnxAssertionReader):
    assert reader.read([], ["a"]) == reader.read(POINTS, []) == []


def test_a_damaged_file_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "assertion.onnx"
    file.write_bytes(b"not a network")
    monkeypatch.setattr(assertion, "MODEL_FILE", file)
    with pytest.raises(ReaderError, match="missing or damaged"):
        OnnxAssertionReader(lambda texts: [])


def test_the_file_says_how_it_was_made():
    info = json.loads(assertion.INFO_FILE.read_text(encoding="utf-8"))
    assert {"sha256", "licence", "recipe"} <= info.keys()
