"""Writes the network that reads assertions as the ONNX file that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ragprep.reader.assertion import INPUTS, OUTPUT, arrays
from ragprep.types.encoder import TokenStates
from training import onnx_file
from training.entailment.network import Entailment
from training.reader.network import DIM


def write_onnx(network: Entailment, path: Path) -> None:
    """Write `network` to `path`, and check that its outputs agree."""
    b, s = torch.export.Dim("b", min=1, max=64), torch.export.Dim("s", min=2, max=2048)
    onnx_file.write_onnx(
        network,
        path,
        examples=[_made_up(3, 9), _made_up(2, 2), _made_up(5, 60)],
        inputs=INPUTS,
        outputs=[OUTPUT],
        axes=({0: b, 1: s}, {0: b, 1: s}, {0: b, 1: s}),
        probabilities=lambda outputs: outputs[0].softmax(dim=-1),
    )


def _made_up(pairs: int, tokens: int) -> tuple[Tensor, ...]:
    """Return random inputs of some pairs, texts and statements of up to so many tokens."""
    rng = np.random.default_rng(0)

    def text(length: int) -> TokenStates:
        states = rng.normal(size=(length, DIM)).astype(np.float32)
        vector = rng.normal(size=DIM).astype(np.float32)
        return TokenStates(rng.integers(2000, 30000, length), states, vector)

    inputs = arrays([(text(tokens), text(1 + i)) for i in range(pairs)])
    return tuple(torch.from_numpy(inputs[name]) for name in INPUTS)
