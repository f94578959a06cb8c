"""The judge at work: reads an answer beside its points, by small networks under onnxruntime.

They stand on the default encoder's token states and were trained by training/reader/train.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import ReaderError
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import ReaderOutput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.generic]]

MODEL_FILE = Path(__file__).with_name("model.onnx")
INFO_FILE = Path(__file__).with_name("model.json")
"""Where the network came from, its sha256 and its licence."""

INPUTS = "row", "row_ids", "row_owner", "point_features", "answer_features"
_MISSING = 2
"""Its place among the odds."""
QUESTION, ANSWER = -2, -1
"""Whose a token of the row is, beside the numbers of points."""
ROW_TEXT, ROW_POINT = 300, 64
"""Tokens of a question or answer, and of a point, in the row: its memory grows by the square. A
longer answer is read in parts."""
MANY = 24
"""Points judged at a time, for the same reason; more than any entry of the shipped guide has."""
LONG = 150.0
"""Tokens from which on an answer counts as long; a guess."""

Encode = Callable[[Sequence[str]], list[TokenStates]]


class OnnxReader:
    """The trained judge; one thread, so that the same answer gets the same numbers."""

    def __init__(self, encode: Encode) -> None:
        """Open the network that comes with the package.

        Args:
            encode: gives the default encoder's token states of texts.

        Raises:
            ReaderError: its file is missing or altered.
        """
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            content = MODEL_FILE.read_bytes()
            known = json.loads(INFO_FILE.read_bytes())["sha256"]
        except (OSError, ValueError, KeyError) as exc:
            raise _damaged() from exc
        if hashlib.sha256(content).hexdigest() != known:
            raise _damaged()
        self.name = "trained judge"
        self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._encode = encode

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return the odds of each point's status, and the judge's impression of the whole."""
        if not points:
            return ReaderOutput(probabilities=(), holistic=0.0)
        asked, said, *stated = self._encode([question, answer, *points])
        found = [
            _of_all_parts([self._run(asked, some, part) for part in _parts(said)])
            for some in (stated[i : i + MANY] for i in range(0, len(stated), MANY))
        ]
        probabilities = tuple(row for one in found for row in one.probabilities)
        holistic = sum(one.holistic * len(one.probabilities) for one in found) / len(points)
        return ReaderOutput(probabilities, holistic)

    def _run(
        self, asked: TokenStates, points: Sequence[TokenStates], said: TokenStates
    ) -> ReaderOutput:
        given = arrays(asked, points, said)
        statuses, holistic = self._session.run(["statuses", "impression"], given)
        return reading(statuses[0], float(holistic[0]))


def _parts(said: TokenStates) -> list[TokenStates]:
    """Return an answer in parts that a row holds."""
    starts = range(0, len(said.ids), ROW_TEXT)
    return [
        replace(said, ids=said.ids[i : i + ROW_TEXT], states=said.states[i : i + ROW_TEXT])
        for i in starts
    ]


def _of_all_parts(readings: Sequence[ReaderOutput]) -> ReaderOutput:
    """Return for each point what the part says that speaks of it most; the best impression."""
    rows = zip(*(one.probabilities for one in readings), strict=True)
    probabilities = tuple(min(of_point, key=lambda row: row[_MISSING]) for of_point in rows)
    return ReaderOutput(probabilities, max(one.holistic for one in readings))


def reading(statuses: NDArray[np.float32], holistic: float) -> ReaderOutput:
    """Return a reading of the logits of statuses (n, 4) and of the impression."""
    powers = np.exp(statuses - statuses.max(axis=1, keepdims=True))
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).tolist()
    return ReaderOutput(
        probabilities=tuple((row[0], row[1], row[2], row[3]) for row in probabilities),
        holistic=float(1 / (1 + np.exp(-holistic))),
    )


def arrays(asked: TokenStates, points: Sequence[TokenStates], said: TokenStates) -> Arrays:
    """Return what the networks read of one answer: a row of tokens, and features."""
    of_points, of_answer = features(asked, points, said)
    return {
        **in_a_row(asked, points, said),
        "point_features": of_points[None],
        "answer_features": of_answer[None],
    }


def in_a_row(asked: TokenStates, points: Sequence[TokenStates], said: TokenStates) -> Arrays:
    """Return question, answer and points as one row of tokens, and whose each is."""
    parts = [
        (QUESTION, asked, ROW_TEXT),
        (ANSWER, said, ROW_TEXT),
        *((number, point, ROW_POINT) for number, point in enumerate(points)),
    ]
    owners = [np.full(min(limit, len(text.ids)), owner) for owner, text, limit in parts]
    return {
        "row": np.concatenate([t.states[:limit] for _, t, limit in parts])[None].astype(np.float32),
        "row_ids": np.concatenate([text.ids[:limit] for _, text, limit in parts])[None],
        "row_owner": np.concatenate(owners)[None].astype(np.int64),
    }


def features(
    asked: TokenStates, points: Sequence[TokenStates], said: TokenStates
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what is known of each point (n, 5) and of the answer (5,) as a whole, float32.

    Of a point: cosine of point and answer, of point and question, of answer and question, share of
    the point's tokens that occur in the answer, length of the answer. Of the answer: cosine to the
    question, greatest and mean cosine to the points, its length, and the number of points in fives.
    """
    words = set(said.ids.tolist())
    length = min(len(said.ids), LONG) / 100
    to_question = float(said.vector @ asked.vector)
    rows = []
    for point in points:
        tokens = set(point.ids.tolist())
        rows.append(
            (
                float(point.vector @ said.vector),
                float(point.vector @ asked.vector),
                to_question,
                len(tokens & words) / len(tokens),
                length,
            )
        )
    cosines = [row[0] for row in rows]
    mean = sum(cosines) / len(cosines)
    whole = (to_question, max(cosines), mean, length, len(points) / 5)
    return np.array(rows, dtype=np.float32), np.array(whole, dtype=np.float32)


def _damaged() -> ReaderError:
    return ReaderError(
        "The judge that comes with ragprep is missing or damaged.",
        remedy="Install ragprep again.",
    )
