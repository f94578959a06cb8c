"""Embedding models: the one that comes with ragprep, and preparing any other once.

Another model is prepared by a process of its own (`export`), because that needs torch; the
process that asks stays small.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep import child
from ragprep.config import DEFAULT_MODEL, expanded
from ragprep.encoder.info import (
    EXTRA_REMEDY,
    INFO_FILE,
    SHIPPED,
    EncoderInfo,
    check_files,
    damaged,
    read_info,
)
from ragprep.errors import ModelError
from ragprep.locks import preparing, unwritable

if TYPE_CHECKING:
    from ragprep.protocols import Progress

PACKAGES = ("onnx", "onnxscript", "sentence_transformers", "torch")
"""What preparing a model needs: the extra `models`."""

FULL_DISK = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
"""How the system says that a disk or a quota is full, whichever library passes it on."""

REMEDY = (
    "Give the name of a sentence-transformers model that is on this machine, or its folder as "
    "./x, ~/x or /x, or leave the setting out for the default one."
)

STAGE = "preparing the model (once, about half a minute)"


def encoder_folder(home: Path, model: str) -> Path:
    """Return where `model` stands ready for use: in the package, or prepared in `home`."""
    if model == DEFAULT_MODEL:
        return SHIPPED
    tag = hashlib.sha256(source_of(model).encode(errors="surrogateescape")).hexdigest()[:8]
    return home / "models" / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', Path(model).name)}-{tag}"


def weights_path(home: Path, model: str) -> Path:
    """Return where weights of the search fitted for `model` stand, if any were: in `home`."""
    folder = encoder_folder(home, model)
    return home / "models" / f"{folder.name}.search.json"


def source_of(model: str) -> str:
    """Return the absolute path of a model written as one (./x, ../x, ~/x, /x), else its name.

    A name is never that of a folder: "org/name" in the current folder may have come with it.
    """
    is_path = re.match(r"(\.{1,2}|~[^/\\]*)([/\\]|$)", model) or Path(model).is_absolute()
    return os.path.abspath(expanded(model)) if is_path else model  # noqa: PTH100  # keeps links


def prepare(model: str, home: Path, progress: Progress) -> EncoderInfo:
    """Export `model` into its folder in `home`, and return what it is.

    A folder is complete or absent: the export is written to a temporary folder and renamed. Nothing
    is done when another process has just prepared it, nor for the model that comes with ragprep.

    Raises:
        ModelError: neither the export nor the model itself works, packages are missing for it, or
            the model that comes with ragprep is damaged.
        IndexBusy, IndexUnwritable: see `locks.preparing`.
    """
    if model == DEFAULT_MODEL:
        return shipped_info()
    folder = encoder_folder(home, model)
    with preparing(home, on_wait=lambda message: progress(message, 0, 1)):
        progress(STAGE, 0, 1)
        if not is_sound(folder):
            try:
                _prepare(model, folder)
            except OSError as exc:
                raise unwritable(home, exc) from exc
        progress(STAGE, 1, 1)
    info = read_info(folder)
    assert info is not None
    return info


def check_preparable(model: str) -> None:
    """See whether the packages that preparing a model needs are here, and its folder, if it is one.

    Raises:
        ModelError: they are not.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise ModelError(
            f'The model "{model}" cannot be prepared without {", ".join(missing)}.',
            remedy=EXTRA_REMEDY,
        )
    source = source_of(model)
    if Path(source).is_absolute() and not Path(source).is_dir():
        raise ModelError(f"There is no folder {source} to prepare a model from.", remedy=REMEDY)


def is_sound(folder: Path) -> bool:
    """Return whether a whole encoder stands in `folder`, every file as it was written."""
    try:
        info = read_info(folder)
        if info is not None:
            check_files(folder, info)
    except ModelError:
        return False
    return info is not None


def shipped_info() -> EncoderInfo:
    """Return what the model that comes with ragprep is, its files checked.

    Raises:
        ModelError: a file is missing or altered.
    """
    info = read_info(SHIPPED)
    if info is None:
        raise damaged(SHIPPED, INFO_FILE)
    check_files(SHIPPED, info)
    return info


def _prepare(model: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".preparing-*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".preparing-", dir=folder.parent) as work:
        exported = Path(work) / "encoder"
        exported.mkdir()
        _run_export(model, exported)
        shutil.rmtree(folder, ignore_errors=True)
        exported.rename(folder)


def _run_export(model: str, folder: Path) -> None:
    """Run `export` in a process of its own.

    Raises:
        ModelError: packages are missing, or it failed.
        OSError: because the disk is full.
    """
    check_preparable(model)
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore"}
    source, folder = source_of(model), folder.absolute()
    done = subprocess.run(  # noqa: S603 - our own module, our own arguments
        [sys.executable, "-P", "-m", "ragprep.encoder.export", model, source, str(folder)],
        cwd=folder,  # empty: sentence-transformers takes a folder of the model's name there for it
        env=child.environment() | quiet,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0 and (folder / INFO_FILE).is_file():
        return
    if any(reason in done.stderr for reason in FULL_DISK):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise ModelError(
        f'The model "{model}" could not be prepared: {_reason(done)}.',
        remedy=REMEDY,
    )


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """Say why a process failed: by which signal it was ended, or the last line of its errors."""
    if done.returncode < 0:
        number = -done.returncode
        hint = "; memory may be short" if number == signal.SIGKILL else ""
        return f"its process was ended by signal {number} ({signal.strsignal(number)}){hint}"
    lines = done.stderr.strip().splitlines()
    return lines[-1].rstrip(". ") if lines else f"its process ended with code {done.returncode}"
