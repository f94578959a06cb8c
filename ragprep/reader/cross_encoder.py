"""The trained reader: a small cross-encoder of an answer and its points, under onnxruntime.

Its networks take the default encoder's token states; training/reader/train.py trained them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.reader.opening import opened
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import ReaderOutput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.generic]]

MODEL_FILE = Path(__file__).with_name("model.onnx")
INFO_FILE = Path(__file__).with_name("model.json")
"""Its sha256, licence and recipe."""

INPUTS = "row", "row_ids", "row_owner", "point_features", "answer_features"
OUTPUTS = "statuses", "impression"
"""Logits of the statuses and of the holistic score, as model.onnx names them."""
QUESTION, ANSWER = -2, -1
"""Owners of tokens in the row that belong to no point; a point owns by its number."""
ROW_TEXT, ROW_POINT = 300, 64
"""Tokens of a question or answer, and of a point, in the row: attention takes memory by the square
of its length. A longer answer is read in parts."""
MANY_POINTS = 24
"""Read at a time, for the same reason; more than any entry of the shipped guide has."""
LONG = 150.0
"""Tokens from which on an answer counts as long. A guess."""
_MISSING = 2
"""Its place in a row of probabilities."""

Encode = Callable[[Sequence[str]], list[TokenStates]]


class OnnxReader:
    """The trained cross-encoder; one thread, so that the same answer gets the same numbers."""

    def __init__(self, encode: Encode, *, record: Path | None = None) -> None:
        """Open the networks that ship with the package.

        Args:
            encode: gives the token states of texts, by the encoder that ships.
            record: keeps that the file was verified (`checksums`); it is hashed when None.

        Raises:
            ReaderError: their file is missing or altered, or they were trained on the output of
                another encoder than the one that ships.
        """
        self.name = "trained cross-encoder"
        self._session = opened(MODEL_FILE, INFO_FILE, record)
        self._encode = encode

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return the probabilities of each point's status, and the holistic score."""
        if not points:
            return ReaderOutput(probabilities=(), holistic=0.0)
        of_question, of_answer, *of_points = self._encode([question, answer, *points])
        some = [of_points[i : i + MANY_POINTS] for i in range(0, len(of_points), MANY_POINTS)]
        outputs = [
            merged([self._run(of_question, group, part) for part in parts(of_answer)])
            for group in some
        ]
        probabilities = tuple(row for output in outputs for row in output.probabilities)
        holistic = sum(o.holistic * len(o.probabilities) for o in outputs) / len(points)
        return ReaderOutput(probabilities, holistic)

    def _run(
        self, question: TokenStates, points: Sequence[TokenStates], answer: TokenStates
    ) -> ReaderOutput:
        statuses, holistic = self._session.run(OUTPUTS, arrays(question, points, answer))
        return output_of(statuses[0], float(holistic[0]))


def parts(answer: TokenStates) -> list[TokenStates]:
    """Return an answer in parts of at most `ROW_TEXT` tokens."""
    starts = range(0, len(answer.ids), ROW_TEXT)
    return [
        replace(answer, ids=answer.ids[i : i + ROW_TEXT], states=answer.states[i : i + ROW_TEXT])
        for i in starts
    ]


def merged(outputs: Sequence[ReaderOutput]) -> ReaderOutput:
    """Return the output for an answer read in parts.

    Of each point the part counts in which it is least probably missing; the best holistic score.
    """
    rows = zip(*(output.probabilities for output in outputs), strict=True)
    probabilities = tuple(min(of_point, key=lambda row: row[_MISSING]) for of_point in rows)
    return ReaderOutput(probabilities, max(output.holistic for output in outputs))


def output_of(statuses: NDArray[np.float32], holistic: float) -> ReaderOutput:
    """Return the output for the logits of statuses (n, 4) and of the holistic score."""
    powers = np.exp(statuses - statuses.max(axis=1, keepdims=True))
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).tolist()
    return ReaderOutput(
        probabilities=tuple((row[0], row[1], row[2], row[3]) for row in probabilities),
        holistic=float(1 / (1 + np.exp(-holistic))),
    )


def arrays(question: TokenStates, points: Sequence[TokenStates], answer: TokenStates) -> Arrays:
    """Return the networks' inputs for one answer: a row of tokens, and features."""
    point_features, answer_features = features(question, points, answer)
    return {
        **in_a_row(question, points, answer),
        "point_features": point_features[None],
        "answer_features": answer_features[None],
    }


def in_a_row(question: TokenStates, points: Sequence[TokenStates], answer: TokenStates) -> Arrays:
    """Return question, answer and points as one row of tokens, and the owner of each token."""
    texts = [
        (QUESTION, question, ROW_TEXT),
        (ANSWER, answer, ROW_TEXT),
        *((number, point, ROW_POINT) for number, point in enumerate(points)),
    ]
    owners = [np.full(min(limit, len(text.ids)), owner) for owner, text, limit in texts]
    return {
        "row": np.concatenate([t.states[:limit] for _, t, limit in texts])[None].astype(np.float32),
        "row_ids": np.concatenate([text.ids[:limit] for _, text, limit in texts])[None],
        "row_owner": np.concatenate(owners)[None].astype(np.int64),
    }


def features(
    question: TokenStates, points: Sequence[TokenStates], answer: TokenStates
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return features of each point (n, 5) and of the answer (5,), float32.

    Of a point: cosine of point and answer, of point and question, of answer and question, share of
    the point's tokens that occur in the answer, length of the answer. Of the answer: cosine to the
    question, greatest and mean cosine to the points, its length, and the number of points in fives.
    """
    answer_tokens = set(answer.ids.tolist())
    length = min(len(answer.ids), LONG) / 100
    to_question = float(answer.vector @ question.vector)
    rows = []
    for point in points:
        tokens = set(point.ids.tolist())
        rows.append(
            (
                float(point.vector @ answer.vector),
                float(point.vector @ question.vector),
                to_question,
                len(tokens & answer_tokens) / len(tokens),
                length,
            )
        )
    cosines = [row[0] for row in rows]
    mean = sum(cosines) / len(cosines)
    of_answer = (to_question, max(cosines), mean, length, len(points) / 5)
    return np.array(rows, dtype=np.float32), np.array(of_answer, dtype=np.float32)
