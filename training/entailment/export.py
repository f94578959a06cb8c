"""Writes the network that reads assertions as the ONNX file that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from ragprep.reader.assertion import INPUTS, OUTPUT
from training import onnx_file
from training.entailment.network import Entailment


def write_onnx(network: Entailment, path: Path, examples: Sequence[tuple[Tensor, ...]]) -> None:
    """Write `network` to `path`, and check on `examples`, two or more, that its outputs agree."""
    b, s = torch.export.Dim("b", min=1, max=64), torch.export.Dim("s", min=2, max=2048)
    onnx_file.write_onnx(
        network,
        path,
        examples=examples,
        inputs=INPUTS,
        outputs=[OUTPUT],
        axes=({0: b, 1: s}, {0: b, 1: s}, {0: b, 1: s}),
        probabilities=lambda outputs: outputs[0].softmax(dim=-1),
    )
