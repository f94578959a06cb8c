"""How exported models are quantized, on a graph of one multiplication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from ragprep.encoder.export import QUANTIZATIONS

ALL, BLOCKS = QUANTIZATIONS.values()
WIDTH = 256
"""Two blocks of 128."""


def graph(path: Path) -> None:
    """Write y = x @ w; the first half of x does not count, as its rows of w are nearly 0."""
    onnx = pytest.importorskip("onnx")
    weights = np.random.default_rng(0).standard_normal((WIDTH, WIDTH)).astype(np.float32)
    weights[: WIDTH // 2] *= 1e-6
    x, y = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, WIDTH])
        for name in ("x", "y")
    )
    model = onnx.helper.make_model(
        onnx.helper.make_graph(
            [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name="multiply")],
            "one",
            [x],
            [y],
            [onnx.numpy_helper.from_array(weights, "w")],
        ),
        opset_imports=[onnx.helper.make_opsetid("", 21)],
        ir_version=10,
    )
    onnx.save(model, str(path))


@pytest.mark.parametrize(("quantize", "is_faithful"), [(ALL, False), (BLOCKS, True)])
def test_large_activations_spoil_others_only_within_a_block(
    tmp_path: Path, quantize: Callable[[Path, Path], None], is_faithful: bool
):
    """1000 in the first half of x: scaled as a whole, steps of about 8 leave nothing of the second
    half, which is within 1; scaled by blocks, it keeps its own."""
    full, path = tmp_path / "full.onnx", tmp_path / "small.onnx"
    graph(full)
    quantize(full, path)
    x = np.random.default_rng(1).uniform(-1, 1, (1, WIDTH)).astype(np.float32)
    x[0, 0] = 1000
    exact, near = (
        ort.InferenceSession(file, providers=["CPUExecutionProvider"]).run(["y"], {"x": x})[0][0]
        for file in (full, path)
    )
    cosine = float(exact @ near / (np.linalg.norm(exact) * np.linalg.norm(near) or 1))
    assert (cosine > 0.97) == is_faithful
