"""Writes an ensemble as the ONNX file that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ragprep.reader.cross_encoder import INPUTS, OUTPUTS, arrays
from ragprep.types.encoder import TokenStates
from training import onnx_file
from training.reader.network import ANSWER_FEATURES, DIM, LAYERS, POINT_FEATURES, Ensemble


def write_onnx(ensemble: Ensemble, path: Path) -> None:
    """Write `ensemble` to `path`, and check that its outputs agree."""
    n, s = torch.export.Dim("n", min=1, max=256), torch.export.Dim("s", min=2, max=8192)
    onnx_file.write_onnx(
        ensemble,
        path,
        examples=[
            made_up(points=3, of_point=5, of_answer=7),
            made_up(1, 1, 2),
            made_up(7, 12, 320),
        ],
        inputs=INPUTS,
        outputs=OUTPUTS,
        axes=({1: s}, {1: s}, {1: s}, {1: n}, {}),
        probabilities=_probabilities,
    )


def _probabilities(outputs: Sequence[Tensor]) -> Tensor:
    statuses, holistic = outputs
    return torch.cat([statuses.softmax(dim=-1).flatten(), holistic.sigmoid().flatten()])


def made_up(points: int, of_point: int, of_answer: int) -> tuple[Tensor, ...]:
    """Return random inputs of an answer with so many points and tokens."""
    rng = np.random.default_rng(0)

    def text(length: int) -> TokenStates:
        states = rng.normal(size=(length, LAYERS * DIM)).astype(np.float32)
        vector = rng.normal(size=DIM).astype(np.float32)
        return TokenStates(
            rng.integers(2000, 30000, length), states, vector / np.linalg.norm(vector)
        )

    inputs = arrays(text(6), [text(of_point) for _ in range(points)], text(of_answer))
    assert inputs["point_features"].shape[2] == POINT_FEATURES
    assert inputs["answer_features"].shape[1] == ANSWER_FEATURES
    return tuple(torch.from_numpy(inputs[name]) for name in INPUTS)
