"""Opens a network that ships with the package, if it is sound and belongs to the encoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ragprep.checksums import altered
from ragprep.encoder.info import SHIPPED, read_info
from ragprep.errors import ReaderError
from ragprep.recipe import Recipe


def opened(model_file: Path, info_file: Path, record: Path | None) -> Any:
    """Return an onnxruntime session; one thread, so that the same input gives the same numbers.

    Args:
        model_file: the network.
        info_file: its sha256, and the recipe that names the encoder it was trained on.
        record: keeps that the file was verified (`checksums`); it is hashed when None.

    Raises:
        ReaderError: a file is missing or altered, or the network belongs to another encoder than
            the one that ships.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        info = json.loads(info_file.read_bytes())
        sha256, recipe = info["sha256"], Recipe(**info["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise _damaged() from exc
    if altered({model_file: sha256}, record=record):
        raise _damaged()
    encoder = read_info(SHIPPED)
    if encoder is None or encoder.fingerprint != recipe.encoder:
        raise ReaderError(
            "The trained reader belongs to another encoder than the one that ships.",
            remedy="Install ragprep again; in a checkout, train it for this encoder "
            "(training/README.md).",
        )
    return ort.InferenceSession(model_file, options, providers=["CPUExecutionProvider"])


def _damaged() -> ReaderError:
    return ReaderError(
        "The trained reader that ships with ragprep is missing or damaged.",
        remedy="Install ragprep again.",
    )
