"""What a prepared encoder is: encoder.json, and whether its files are as they were written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ragprep.checksums import altered
from ragprep.errors import ModelError

INFO_FILE = "encoder.json"
MODEL_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"

SHIPPED = Path(__file__).with_name("minilm")
"""The default model, made by training/export_encoder.py; its encoder.json holds the recipe."""

EXPORT_FORMAT = "onnx-int8-3"
"""Part of the fingerprint: change it when the export changes what comes out."""

EXTRA_REMEDY = (
    'Run `pip install ".[models]"` in the checkout of ragprep, or leave the setting out for the '
    "default model."
)
"""For a model that needs packages which come with that extra."""


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """What a prepared encoder is (the content of encoder.json).

    Attributes:
        model: its name.
        runtime: "onnx", or "sentence-transformers" for a model that does not export.
        source: folder or name of the model it was made from.
        fingerprint: of weights, tokenizer and export settings; equal on every machine.
        dim: length of a vector.
        max_tokens: a longer text is cut there.
        prompts: text put before a query or a passage, by role.
        checksums: file name -> sha256.
        format: `EXPORT_FORMAT` when it was made.
    """

    model: str
    runtime: str
    source: str
    fingerprint: str
    dim: int
    max_tokens: int
    prompts: dict[str, str]
    checksums: dict[str, str]
    format: str = EXPORT_FORMAT


def read_info(folder: Path) -> EncoderInfo | None:
    """Return what `folder` holds, or None when no encoder was prepared there.

    Raises:
        ModelError: encoder.json is not as `write_info` wrote it, or of another version.
    """
    try:
        record = json.loads((folder / INFO_FILE).read_bytes())
        if _digest(record["encoder"]) != record["sha256"]:
            raise damaged(folder, INFO_FILE)
        if record["encoder"].get("format") != EXPORT_FORMAT:
            raise ModelError(
                "The prepared model was made by another version of ragprep.",
                remedy="Run `ragprep index` to prepare it again.",
            )
        return EncoderInfo(**record["encoder"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise damaged(folder, INFO_FILE) from exc


def write_info(folder: Path, info: EncoderInfo) -> None:
    """Write encoder.json: `info`, and the sha256 by which a damaged one is known."""
    record = {"encoder": asdict(info), "sha256": _digest(asdict(info))}
    (folder / INFO_FILE).write_text(json.dumps(record, indent=1), encoding="utf-8")


def check_files(folder: Path, info: EncoderInfo, *, record: Path | None = None) -> None:
    """Compare every file of a prepared encoder with its sha256.

    Raises:
        ModelError: a file is missing or altered.
    """
    files = {folder / name: sha256 for name, sha256 in info.checksums.items()}
    for path in altered(files, record=record):
        raise damaged(folder, path.name)


def damaged(folder: Path, name: str) -> ModelError:
    """Return the error for a file of an encoder that is missing or altered."""
    if folder == SHIPPED:
        return ModelError(
            f"The model that comes with ragprep is damaged: {folder / name}.",
            remedy="In the checkout, run `pip install --force-reinstall --no-deps .`.",
        )
    return ModelError(
        f"The prepared model is damaged: {folder / name}.",
        remedy="Run `ragprep index` to prepare it again.",
    )


def _digest(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
