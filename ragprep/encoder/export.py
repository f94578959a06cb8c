"""Exports an embedding model to int8 ONNX: run by `prepare` as a process of its own.

`python -m ragprep.encoder.export MODEL SOURCE FOLDER`; the one module that needs torch.
"""

from __future__ import annotations

import hashlib
import json
import sys
import traceback
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ragprep.checksums import file_sha256
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import EXPORT_FORMAT, MODEL_FILE, TOKENIZER_FILE, EncoderInfo, write_info
from ragprep.encoder.prepare import FULL_DISK
from ragprep.errors import ModelError

PROBES = ("What is overfitting?", "Precision is TP / (TP + FP); recall is TP / (TP + FN).")
FAITHFUL = 0.97
"""Least cosine between an exported vector and the model's own. Measured for the default model
over the shipped guide: mean 0.995, least 0.989; a wrong pooling gives below 0.9."""


def export(model: str, source: str, folder: Path) -> None:
    """Write encoder.onnx, tokenizer.json and encoder.json for the model at `source`.

    A model whose export fails or is not faithful is written as one that sentence-transformers
    itself serves.
    """
    transformer = load(source)
    try:
        export_onnx(transformer, folder, model=model, source=source)
    except Exception as exc:  # whatever the exporter trips over with some model
        if any(reason in str(exc) for reason in FULL_DISK):
            raise
        print(f"{model} does not export: {exc}", file=sys.stderr)  # noqa: T201
        for left in folder.iterdir():
            left.unlink()
        info = _info(transformer, model, source, kind="as-is", checksums={})
        write_info(folder, info)


def load(source: str) -> Any:
    """Return the SentenceTransformer at `source`, a folder or the name of a model in the cache."""
    from sentence_transformers import SentenceTransformer

    eager = {"attn_implementation": "eager"}  # the graph quantizes better: 10% more texts/s
    return SentenceTransformer(source, device="cpu", local_files_only=True, model_kwargs=eager)


def export_onnx(
    transformer: Any, folder: Path, *, model: str, source: str, layers: Sequence[int] = ()
) -> None:
    """Write the three files of an encoder that onnxruntime serves.

    Args:
        transformer: from `load`.
        folder: an empty one.
        model: its name.
        source: where it is from.
        layers: those whose token vectors are given in addition to the vector of the text.

    Raises:
        ModelError: its vectors are not those of the model, however it is quantized.
    """
    full, path = folder / "full.onnx", folder / MODEL_FILE
    _write_float32(transformer, full, layers)
    transformer.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    for runtime_format, quantize in QUANTIZATIONS.items():
        quantize(full, path)
        _optimize(path)
        checksums = {name: file_sha256(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)}
        info = _info(transformer, model, source, kind=runtime_format, checksums=checksums)
        least = _least_cosine(transformer, folder, info)
        if least >= FAITHFUL:
            break
    full.unlink()
    if least < FAITHFUL:
        raise ModelError(f"exported vectors differ (cosine {least:.3f})", remedy="none")
    write_info(folder, info)


def _info(
    transformer: Any, model: str, source: str, *, kind: str, checksums: dict[str, str]
) -> EncoderInfo:
    prompts = {role: prompt for role, prompt in transformer.prompts.items() if prompt}
    if "document" in prompts:
        prompts.setdefault("passage", prompts["document"])
    max_tokens = int(transformer.max_seq_length or 512)
    settings = json.dumps([prompts, max_tokens], sort_keys=True)
    return EncoderInfo(
        model=model,
        runtime="onnx" if checksums else "sentence-transformers",
        source=source,
        fingerprint=_fingerprint(kind, _weights_sha256(transformer), settings),
        dim=transformer.get_embedding_dimension(),
        max_tokens=max_tokens,
        prompts=prompts,
        checksums=checksums,
    )


def _quantize_all(full: Path, path: Path) -> None:
    """Write weights and activations in 8 bits, each activation scaled as a whole."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(full),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,  # 7 bits: 8 overflow in AVX2's 16-bit sums, and differ by machine
        nodes_to_exclude=_sensitive(full),
    )


def _quantize_blocks(full: Path, path: Path) -> None:
    """Write the weights of multiplications in 8 bits, a scale for each block of them.

    Activations are scaled by blocks too, when it runs, so that a few large ones do not make the
    others coarse. Word vectors stay float32.
    """
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import (
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    settings = DefaultWeightOnlyQuantConfig(
        block_size=128, is_symmetric=True, accuracy_level=ACTIVATIONS_INT8, bits=8
    )
    quantizer = MatMulNBitsQuantizer(onnx.load(str(full)), algo_config=settings)
    quantizer.process()
    quantizer.model.save_model_to_file(str(path))


ACTIVATIONS_INT8 = 4
"""Of onnxruntime's MatMulNBits: activations are in 8 bits too. Measured for all-mpnet-base-v2: a
fifth of the time of float32 activations (0), cosines of 0.9994 and not 0.9999."""

QUANTIZATIONS = {EXPORT_FORMAT: _quantize_all, f"{EXPORT_FORMAT}-blocks": _quantize_blocks}
"""What goes into the fingerprint -> how an export is quantized; the first that is faithful stays.
The first is smaller; all-mpnet-base-v2 has too large activations for it (cosines of 0.85 to 0.93,
also with all 8 bits)."""


def _write_float32(transformer: Any, path: Path, layers: Sequence[int]) -> None:
    """Write the model as an ONNX graph of two inputs, token ids and attention mask."""
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            features = self.transformer(features)
            return features["sentence_embedding"], *(
                features["all_layer_embeddings"][layer] for layer in layers
            )

    transformer[0].auto_model.config.output_hidden_states = bool(layers)
    # two tensors: the exporter takes one object given twice for one input
    ids, mask = torch.ones(2, 9, dtype=torch.long), torch.ones(2, 9, dtype=torch.long)
    axes = {
        0: torch.export.Dim("batch", min=1, max=4096),
        1: torch.export.Dim("tokens", min=2, max=int(transformer.max_seq_length or 512)),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Encoder().eval(),
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_vector", *(f"layer_{layer}" for layer in layers)],
            dynamic_shapes=(axes, axes),
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _optimize(path: Path) -> None:
    """Replace a model with its optimised graph, so that opening it does not do that each time.

    Extended optimisations hold on every processor (onnxruntime, "Graph optimizations"). Opening it
    takes 44 ms of processor time instead of 59; the vectors are the same.
    """
    import onnxruntime as ort

    optimized = path.with_suffix(".optimized")
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(optimized)
    options.log_severity_level = 3
    ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    optimized.replace(path)


def _sensitive(path: Path) -> list[str]:
    """Name the multiplications that stay float32: the first half of the layers' last ones.

    Of the 36 in the default model, int8 in these three moves the vectors most (mean cosine
    0.998 to 0.999 each; all others above 0.999). Leaving them out brings nDCG@10 on StackFAQ
    from 0.9465 to 0.9485 (float32: 0.9486), for 4 MiB.
    """
    import onnx

    graph = onnx.load(str(path)).graph
    shapes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    narrowing = [
        node.name
        for node in graph.node
        if node.op_type in {"MatMul", "Gemm"}
        for name in node.input
        if len(shapes.get(name, ())) == 2 and shapes[name][0] >= 2 * shapes[name][1]
    ]
    return narrowing[: len(narrowing) // 2]


def _least_cosine(transformer: Any, folder: Path, info: EncoderInfo) -> float:
    """Return the least cosine of an exported vector of `PROBES` with the model's own."""
    exported = open_embedder(folder, info).embed(PROBES, role="passage")
    prompt = info.prompts.get("passage", "")
    original = transformer.encode([prompt + text for text in PROBES], normalize_embeddings=True)
    return float((exported * original).sum(axis=1).min())


def _weights_sha256(transformer: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(transformer.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    digest.update(transformer.tokenizer.backend_tokenizer.to_str().encode())
    return digest.hexdigest()


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _main(arguments: Iterable[str]) -> None:
    model, source, folder = arguments
    try:
        export(model, source, Path(folder))
    except Exception as exc:  # noqa: BLE001 - of whatever library; the last line is the reason
        traceback.print_exc()
        reason = next(iter(str(exc).strip().splitlines()), "")
        sys.exit(f"{type(exc).__name__}: {reason}".rstrip(": "))


if __name__ == "__main__":
    _main(sys.argv[1:])
