"""The reader of assertions: whether a point of a guide says a statement, or its opposite.

Its network takes the default encoder's lowest token states; training/entailment/ trained it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.reader.opening import opened
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import StatementReading

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL_FILE = Path(__file__).with_name("assertion.onnx")
INFO_FILE = Path(__file__).with_name("assertion.json")
"""Its sha256, licence and recipe."""

INPUTS = "states", "ids", "owner"
OUTPUT = "logits"
TEXT, STATEMENT, PAD = 0, 1, 2
"""Owners of tokens."""
ENTAILED, NEUTRAL, CONTRADICTED = 0, 1, 2
"""Columns of the probabilities."""
LONGEST = 160
"""Tokens of a text, and of a statement."""
ROWS = 16
"""Pairs read at a time, of similar length: padding costs as much as text."""

Encode = Callable[[Sequence[str]], list[TokenStates]]
Pair = tuple[TokenStates, TokenStates]
"""A text and a statement."""


class OnnxAssertionReader:
    """The trained network; one thread, so that the same pair gets the same numbers."""

    def __init__(self, encode: Encode, *, record: Path | None = None) -> None:
        """Open the network that ships with the package.

        Args:
            encode: gives the token states of texts, by the encoder that ships.
            record: keeps that the file was verified (`checksums`); it is hashed when None.

        Raises:
            ReaderError: its file is missing or altered, or it was trained on the output of another
                encoder than the one that ships.
        """
        self._session = opened(MODEL_FILE, INFO_FILE, record)
        self._encode = encode

    def read(self, points: Sequence[str], statements: Sequence[str]) -> list[StatementReading]:
        """Return what statements assert, each held against the point closest to it by cosine."""
        if not points or not statements:
            return []
        texts = self._encode([*points, *statements])
        of_points, of_statements = texts[: len(points)], texts[len(points) :]
        vectors = np.stack([text.vector for text in of_points])
        closest = [int((vectors @ text.vector).argmax()) for text in of_statements]
        pairs = [(of_points[i], text) for i, text in zip(closest, of_statements, strict=True)]
        return [
            StatementReading(point, row[ENTAILED], row[CONTRADICTED])
            for point, row in zip(closest, self.probabilities(pairs).tolist(), strict=True)
        ]

    def probabilities(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """Return the probabilities that statements are entailed, neutral and contradicted.

        Returns:
            float32 (len(pairs), 3), rows add up to 1.
        """
        rows = np.zeros((len(pairs), 3), dtype=np.float32)
        order = sorted(range(len(pairs)), key=lambda i: _length(pairs[i]))
        for start in range(0, len(order), ROWS):
            some = order[start : start + ROWS]
            [logits] = self._session.run([OUTPUT], arrays([pairs[i] for i in some]))
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            rows[some] = powers / powers.sum(axis=1, keepdims=True)
        return rows


def arrays(pairs: Sequence[Pair]) -> dict[str, NDArray[np.generic]]:
    """Return the network's inputs, rows padded to the longest."""
    rows = [((TEXT, text), (STATEMENT, statement)) for text, statement in pairs]
    longest = max(map(_length, pairs))
    dim = pairs[0][0].vector.shape[0]
    states = np.zeros((len(rows), longest, dim), dtype=np.float32)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    owner = np.full_like(ids, PAD)
    for row, texts in enumerate(rows):
        at = 0
        for whose, tokens in texts:
            end = at + min(LONGEST, len(tokens.ids))
            states[row, at:end] = tokens.states[: end - at, :dim]
            ids[row, at:end] = tokens.ids[: end - at]
            owner[row, at:end] = whose
            at = end
    return {"states": states, "ids": ids, "owner": owner}


def _length(pair: Pair) -> int:
    return sum(min(LONGEST, len(tokens.ids)) for tokens in pair)
