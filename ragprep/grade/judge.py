"""The judge at work: reads an answer beside its points, by a small network under onnxruntime.

The network stands on the default encoder's token states and was trained by eval/judge/train.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import JudgeError
from ragprep.types import Reading, TokenStates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.generic]]

MODEL_FILE = Path(__file__).with_name("judge.onnx")
INFO_FILE = Path(__file__).with_name("judge.json")
"""Where the network came from, its sha256 and its licence."""

INPUTS = (
    *("points", "point_mask", "answer", "answer_mask"),
    *("point_features", "answer_features"),
)
LONG = 150.0
"""Tokens from which on an answer counts as long; a guess."""

Encode = Callable[[Sequence[str]], list[TokenStates]]


class OnnxJudge:
    """The trained judge; one thread, so that the same answer gets the same numbers."""

    def __init__(self, encode: Encode) -> None:
        """Open the network that comes with the package.

        Args:
            encode: gives the default encoder's token states of texts.

        Raises:
            JudgeError: its file is missing or altered.
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

    def read(self, question: str, points: Sequence[str], answer: str) -> Reading:
        """Return the odds of each point's status, and the judge's impression of the whole."""
        if not points:
            return Reading(odds=(), overall=0.0)
        asked, said, *stated = self._encode([question, answer, *points])
        given = arrays(asked, stated, said)
        statuses, impression = self._session.run(["statuses", "impression"], given)
        powers = np.exp(statuses[0] - statuses[0].max(axis=1, keepdims=True))
        odds = (powers / powers.sum(axis=1, keepdims=True)).tolist()
        return Reading(
            odds=tuple((row[0], row[1], row[2], row[3]) for row in odds),
            overall=float(1 / (1 + np.exp(-impression[0]))),
        )


def arrays(asked: TokenStates, points: Sequence[TokenStates], said: TokenStates) -> Arrays:
    """Return what the network reads, for one answer: padded states, masks and features."""
    longest = max(len(point.ids) for point in points)
    states = np.zeros((1, len(points), longest, said.states.shape[1]), dtype=np.float32)
    mask = np.zeros(states.shape[:3], dtype=bool)
    for row, point in enumerate(points):
        states[0, row, : len(point.ids)] = point.states
        mask[0, row, : len(point.ids)] = True
    of_points, of_answer = features(asked, points, said)
    return {
        "points": states,
        "point_mask": mask,
        "answer": said.states[None].astype(np.float32),
        "answer_mask": np.ones((1, len(said.ids)), dtype=bool),
        "point_features": of_points[None],
        "answer_features": of_answer[None],
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


def _damaged() -> JudgeError:
    return JudgeError(
        "The judge that comes with ragprep is missing or damaged.",
        remedy="Install ragprep again.",
    )
