"""Writes a network as the ONNX file that ships: large weights in 8 bits, no paths."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

LARGE = 100_000
"""Weights of a matrix from which on it is stored in 8 bits: those of the encoder's layers."""
ALIKE = {"exact": 1e-3, "int8": 0.1}
"""Greatest difference of a probability between the network and its file."""

Probabilities = Callable[[Sequence[Tensor]], Tensor]
"""Of the outputs of a network."""


def write_onnx(
    network: Any,
    path: Path,
    *,
    examples: Sequence[tuple[Tensor, ...]],
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: tuple[dict[int, Any], ...],
    probabilities: Probabilities,
) -> None:
    """Write `network` to `path`, and check that its outputs agree.

    Args:
        network: a torch module.
        path: of the file.
        examples: inputs to export with (the first), and to compare outputs on.
        inputs: their names.
        outputs: names of what the network returns.
        axes: of each input, those whose size varies.
        probabilities: what is compared, of the outputs.
    """
    full = path.with_suffix(".full")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            examples[0],
            str(full),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=axes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    check = _Check(network, examples[1:], inputs, probabilities)
    check(full, ALIKE["exact"])
    _quantize(full, path)
    full.unlink()
    _strip(path)
    check(path, ALIKE["int8"])


class _Check:
    """Compares a file with its network."""

    def __init__(
        self,
        network: Any,
        examples: Sequence[tuple[Tensor, ...]],
        inputs: Sequence[str],
        probabilities: Probabilities,
    ) -> None:
        self._network, self._examples = network, examples
        self._inputs, self._probabilities = inputs, probabilities

    def __call__(self, path: Path, tolerance: float) -> None:
        import onnxruntime as ort

        session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        for example in self._examples:
            with torch.no_grad():
                output = self._network(*example)
            expected = output if isinstance(output, tuple) else (output,)
            inputs = {n: v.numpy() for n, v in zip(self._inputs, example, strict=True)}
            outputs = [torch.from_numpy(value) for value in session.run(None, inputs)]
            gap = (self._probabilities(outputs) - self._probabilities(expected)).abs().max()
            if float(gap) > tolerance:
                sys.exit(f"{path} differs from the network by {float(gap):.3f}")


def _quantize(full: Path, path: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(str(full)).graph
    sizes = {weight.name: int(np.prod(weight.dims)) for weight in graph.initializer}
    small = [
        node.name
        for node in graph.node
        if node.op_type in {"MatMul", "Gemm"}
        and max((sizes.get(name, 0) for name in node.input), default=0) < LARGE
    ]
    quantize_dynamic(
        str(full),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,  # 7 bits, as the encoder's (ragprep/encoder/export.py)
        nodes_to_exclude=small,
    )


def _strip(path: Path) -> None:
    """Take out of an ONNX file what the exporter notes of this machine: paths, stack traces."""
    import onnx

    model = onnx.load(str(path))
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, str(path))
