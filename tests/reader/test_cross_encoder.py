"""The trained reader: what its networks are fed, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ragprep.errors import ReaderError
from ragprep.protocols import Reader
from ragprep.reader import cross_encoder as cross_encoder
from ragprep.reader.cross_encoder import (
    INFO_FILE,
    MANY_POINTS,
    ROW_POINT,
    ROW_TEXT,
    OnnxReader,
    arrays,
    features,
)
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import ReaderOutput


def states(ids: list[int], vector: tuple[float, float]) -> TokenStates:
    """Return a text of these tokens; a token's states are its number, twice."""
    numbers = np.array(ids, dtype=np.int64)
    return TokenStates(
        numbers, np.repeat(numbers[:, None], 2, axis=1).astype(np.float32), np.array(vector)
    )


ASKED = states([1, 2], (1.0, 0.0))
ANSWER = states([3, 4, 5], (0.0, 1.0))
POINTS = [states([3, 9], (0.0, 1.0)), states([8], (0.6, 0.8))]


def test_features_are_cosines_shared_tokens_and_lengths():
    """One of the first point's two tokens is said, none of the second's."""
    of_points, of_answer = features(ASKED, POINTS, ANSWER)
    np.testing.assert_allclose(of_points[0], [1.0, 0.0, 0.0, 0.5, 0.03])
    np.testing.assert_allclose(of_points[1], [0.8, 0.6, 0.0, 0.0, 0.03], rtol=1e-6)
    np.testing.assert_allclose(of_answer, [0.0, 1.0, 0.9, 0.03, 0.4], rtol=1e-6)


def test_a_row_holds_question_answer_and_points():
    """Without padding; each token with the one whose it is."""
    inputs = arrays(ASKED, POINTS, ANSWER)
    assert inputs["row_ids"].tolist() == [[1, 2, 3, 4, 5, 3, 9, 8]]
    assert inputs["row_owner"].tolist() == [[-2, -2, -1, -1, -1, 0, 0, 1]]
    assert inputs["row"][0, :, 0].tolist() == [1, 2, 3, 4, 5, 3, 9, 8]


def test_a_row_is_bounded():
    """Its memory grows with the square of its length."""
    long = states(list(range(5000)), (0.0, 1.0))
    inputs = arrays(ASKED, [long, long], long)
    assert inputs["row_ids"].shape == (1, 2 + ROW_TEXT + 2 * ROW_POINT)


def test_a_long_answer_is_read_in_parts():
    """Each token once; of each point the part counts that is surest that it is not missing."""
    long = states(list(range(2 * ROW_TEXT + 5)), (0.0, 1.0))
    parts = cross_encoder.parts(long)
    assert [len(part.ids) for part in parts] == [ROW_TEXT, ROW_TEXT, 5]
    assert np.concatenate([part.ids for part in parts]).tolist() == long.ids.tolist()
    answer, unsaid, denied = (0.9, 0.0, 0.1, 0.0), (0.0, 0.1, 0.9, 0.0), (0.0, 0.0, 0.2, 0.8)
    readings = [ReaderOutput((answer, unsaid), 0.3), ReaderOutput((unsaid, denied), 0.6)]
    assert cross_encoder.merged(readings) == ReaderOutput((answer, denied), 0.6)


def test_a_damaged_network_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nor one of another version: the sha256 beside it tells."""
    changed = tmp_path / "model.onnx"
    changed.write_bytes(cross_encoder.MODEL_FILE.read_bytes()[:-1])
    monkeypatch.setattr(cross_encoder, "MODEL_FILE", changed)
    with pytest.raises(ReaderError, match="damaged"):
        OnnxReader(lambda texts: [])


def test_a_reader_of_another_encoder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its recipe names the encoder whose token states it was trained on."""
    info = json.loads(INFO_FILE.read_bytes())
    info["recipe"]["encoder"] = "0123456789abcdef"
    altered = tmp_path / "model.json"
    altered.write_text(json.dumps(info))
    monkeypatch.setattr(cross_encoder, "INFO_FILE", altered)
    with pytest.raises(ReaderError, match="another encoder"):
        OnnxReader(lambda texts: [])


def test_a_reader_without_a_recipe_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody could say which encoder it belongs to."""
    info = json.loads(INFO_FILE.read_bytes())
    del info["recipe"]
    altered = tmp_path / "model.json"
    altered.write_text(json.dumps(info))
    monkeypatch.setattr(cross_encoder, "INFO_FILE", altered)
    with pytest.raises(ReaderError, match="damaged"):
        OnnxReader(lambda texts: [])


def test_the_file_says_what_it_was_trained_on():
    """And under which licence it may be passed on."""
    info = json.loads(INFO_FILE.read_bytes())
    assert info["examples"]["guide"] > 0
    assert "Apache-2.0" in info["licence"]


class TestTrained:
    """What the reader that ships with the package makes of answers."""

    def test_probabilities_add_up_to_one(self, trained_reader: Reader):
        """A row a point."""
        reading = trained_reader.read("What is x?", ["x is a letter", "x is a number"], "A letter.")
        assert len(reading.probabilities) == 2
        for row in reading.probabilities:
            assert sum(row) == pytest.approx(1.0, abs=1e-5)
        assert 0 <= reading.holistic <= 1

    def test_the_same_answer_reads_the_same(self, trained_reader: Reader):
        """To the last digit."""
        read = "What is overfitting?", ["The model learns noise"], "It memorises its data."
        assert trained_reader.read(*read) == trained_reader.read(*read)

    def test_no_points_no_probabilities(self, trained_reader: Reader):
        """Nothing to read."""
        assert trained_reader.read("What is x?", [], "A letter.").probabilities == ()

    def test_any_number_of_points_is_read(self, trained_reader: Reader):
        """A few at a time; every one has its probabilities."""
        points = [f"Point {number} is about x" for number in range(2 * MANY_POINTS + 1)]
        reading = trained_reader.read("What is x?", points, "A letter.")
        assert len(reading.probabilities) == len(points)
        assert 0 <= reading.holistic <= 1

    def test_an_answer_that_claims_the_opposite_is_told_apart(self, trained_reader: Reader):
        """In much the same words."""
        question = "How does the learning rate matter?"
        points = ["A large learning rate makes training diverge"]
        right = trained_reader.read(
            question, points, "If the steps are too large the loss blows up."
        )
        wrong = trained_reader.read(
            question, points, "If the steps are too large the loss falls smoothly to the minimum."
        )
        assert right.holistic > wrong.holistic
        assert right.probabilities[0][0] > wrong.probabilities[0][0]
        assert right.probabilities[0][3] < wrong.probabilities[0][3]

    def test_swapped_definitions_are_told_apart(self, trained_reader: Reader):
        """Of two answers in the same words the right one has the better probabilities."""
        question = "What is the difference between precision and recall?"
        points = (
            "Precision: share of what was found that is relevant",
            "Recall: share of what is relevant that was found",
        )
        text = "{} says how much of what was found is relevant, {} how much of what is relevant "
        text += "was found."
        good = trained_reader.read(question, points, text.format("Precision", "recall"))
        bad = trained_reader.read(question, points, text.format("Recall", "precision"))
        assert good.holistic > bad.holistic
        assert all(
            g[0] - g[3] > b[0] - b[3]
            for g, b in zip(good.probabilities, bad.probabilities, strict=True)
        )

    def test_a_long_answer_is_read_to_its_end(self, trained_reader: Reader):
        """What is said behind two thousand words counts as well."""
        point = ["Early stopping: stop when the validation loss rises"]
        padding = "We talked about many things that day and the weather was fine. " * 180
        answer = "You stop training early, as soon as the validation loss goes up."
        question = "How do you prevent overfitting?"
        without = trained_reader.read(question, point, padding).probabilities[0][0]
        assert trained_reader.read(question, point, padding + answer).probabilities[0][0] > without


def test_the_network_tells_nothing_of_the_machine_that_made_it():
    """The exporter notes paths and stack traces unless they are taken out."""
    content = cross_encoder.MODEL_FILE.read_bytes()
    assert b".py" not in content
    assert b"stack_trace" not in content
