"""Writes an ensemble as the ONNX file that ships: large weights in 8 bits, no paths."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ragprep.reader.cross_encoder import INPUTS, OUTPUTS, arrays
from ragprep.types.encoder import TokenStates
from training.reader.network import ANSWER_FEATURES, DIM, LAYERS, POINT_FEATURES, Ensemble

LARGE = 100_000
"""Weights of a matrix from which on it is stored in 8 bits: those of the encoder's layers."""
ALIKE = {"exact": 1e-3, "int8": 0.05}
"""Greatest difference of a probability between the ensemble and its file."""


def write_onnx(ensemble: Ensemble, path: Path) -> None:
    """Write `ensemble` to `path`, and check that its outputs agree."""
    full = path.with_suffix(".full")
    n, s = torch.export.Dim("n", min=1, max=256), torch.export.Dim("s", min=2, max=8192)
    axes: tuple[dict[int, Any], ...] = ({1: s}, {1: s}, {1: s}, {1: n}, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            ensemble.eval(),
            made_up(points=3, of_point=5, of_answer=7),
            str(full),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_shapes=axes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _check(ensemble, full, ALIKE["exact"])
    _quantize(full, path)
    full.unlink()
    _strip(path)
    _check(ensemble, path, ALIKE["int8"])


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


def _check(ensemble: Ensemble, path: Path, tolerance: float) -> None:
    import onnxruntime as ort

    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    for example in (made_up(1, 1, 2), made_up(7, 12, 320)):
        with torch.no_grad():
            statuses, holistic = ensemble(*example)
        inputs = {name: value.numpy() for name, value in zip(INPUTS, example, strict=True)}
        ours = [torch.from_numpy(value) for value in session.run(None, inputs)]
        gaps = (
            (ours[0].softmax(dim=-1) - statuses.softmax(dim=-1)).abs().max(),
            (ours[1].sigmoid() - holistic.sigmoid()).abs().max(),
        )
        if float(max(gaps)) > tolerance:
            sys.exit(f"{path} differs from the ensemble by {float(max(gaps)):.3f}")


def _strip(path: Path) -> None:
    """Take out of an ONNX file what the exporter notes of this machine: paths, stack traces."""
    import onnx

    model = onnx.load(str(path))
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, str(path))


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
