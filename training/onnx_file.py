"""Writes a network as the ONNX file that ships: large weights in 8 bits, no paths.

Products of large weights are of bytes, but for those that make a vector smaller, as the second half
of a feed-forward layer does: the few large numbers of its input leave too few steps of a byte for
the others. Of the reader of assertions probabilities were off by 0.035 and are by 0.02 on average,
and at most by 0.98 and by 0.34, over 768 pairs.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

LARGE = 100_000
"""Weights of a matrix from which on it is stored in 8 bits: those of the encoder's layers."""
EXACT, IN_BYTES = 1e-3, 0.05
"""Greatest difference of a probability between the network and its file, and the mean difference
where that is in 8 bits."""

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
    check(full, greatest=EXACT)
    _quantize(full, path)
    full.unlink()
    _strip(path)
    check(path, mean=IN_BYTES)


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

    def __call__(self, path: Path, *, greatest: float = 1.0, mean: float = 1.0) -> None:
        import onnxruntime as ort

        session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        for example in self._examples:
            with torch.no_grad():
                output = self._network(*example)
            expected = output if isinstance(output, tuple) else (output,)
            inputs = {n: v.numpy() for n, v in zip(self._inputs, example, strict=True)}
            outputs = [torch.from_numpy(value) for value in session.run(None, inputs)]
            gaps = (self._probabilities(outputs) - self._probabilities(expected)).abs()
            if float(gaps.max()) > greatest or float(gaps.mean()) > mean:
                sys.exit(
                    f"{path} differs from the network by up to {float(gaps.max()):.3f}, "
                    f"{float(gaps.mean()):.3f} on average"
                )


def _quantize(full: Path, path: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(str(full)).graph
    shapes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    small, shrinking = [], set()
    for node in graph.node:
        if node.op_type in {"MatMul", "Gemm"}:
            name, shape = max(
                ((name, shapes.get(name, ())) for name in node.input), key=lambda w: np.prod(w[1])
            )
            if np.prod(shape) < LARGE:
                small.append(node.name)
            elif node.op_type == "MatMul" and shape[0] > shape[1]:
                small.append(node.name)
                shrinking.add(name)
    quantize_dynamic(
        str(full),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,  # 7 bits, as the encoder's (ragprep/encoder/export.py)
        nodes_to_exclude=small,
    )
    model = onnx.load(str(path))
    _store_in_bytes(model.graph, shrinking)
    onnx.save(model, str(path))


def _store_in_bytes(graph: Any, names: Collection[str]) -> None:
    """Store weights (n, m) as bytes with a scale a column, of which floats are made to multiply."""
    from onnx import helper, numpy_helper

    for weight in [weight for weight in graph.initializer if weight.name in names]:
        floats = numpy_helper.to_array(weight)
        scales = (np.abs(floats).max(axis=0) / 127).astype(np.float32)
        steps = np.rint(floats / scales).astype(np.int8)
        graph.initializer.remove(weight)
        stored = [f"{weight.name}_steps", f"{weight.name}_scales"]
        graph.initializer.extend(map(numpy_helper.from_array, (steps, scales), stored))
        made = helper.make_node("DequantizeLinear", stored, [weight.name], axis=1)
        graph.node.insert(0, made)


def _strip(path: Path) -> None:
    """Take out of an ONNX file what the exporter notes of this machine: paths, stack traces."""
    import onnx

    model = onnx.load(str(path))
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, str(path))
