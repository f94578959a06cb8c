"""Which files a page may touch: those in folders that the person named, and uploads into one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

from ragprep.errors import ConfigError, GuideError, IndexFault

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.service import Prep

UPLOAD_BYTES = 50 * 1024 * 1024
"""Of a file that is uploaded. A guess: a deck of cards with its media may have as much."""

_CHUNK = 1024 * 1024
_SHIPPED = "shipped"


def guides_folder(config: Config) -> Path:
    """Return the folder into which uploads go: the setting `guides`, else the platform's."""
    if config.guides is not None:
        return config.guides
    from platformdirs import user_data_path

    return user_data_path("ragprep-guides", appauthor=False)


def sources_of(prep: Prep) -> tuple[str, ...]:
    """Return what is indexed; nothing where there is no index."""
    try:
        return prep.status().sources
    except IndexFault:
        return ()


def named_folders(
    config: Config, sources: Iterable[str], also: Iterable[Path] = ()
) -> tuple[Path, ...]:
    """Return the folders in which guides may be added by path, their symbolic links resolved.

    Args:
        config: the settings, which name the folder for guides.
        sources: what is indexed; its folders count, and not those that its files are in.
        also: others that the person named.
    """
    indexed = [Path(source) for source in sources if source != _SHIPPED]
    folders = [guides_folder(config), *(path for path in indexed if path.is_dir()), *also]
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))


def within(path: str, folders: Iterable[Path]) -> Path:
    """Return a path, resolved, that lies in one of the folders.

    Raises:
        ConfigError: it does not, whether or not it exists, or is no path.
    """
    folders = tuple(folders)
    names = ", ".join(str(folder) for folder in folders)
    try:
        resolved = Path(path).expanduser().resolve()
    except (OSError, ValueError, RuntimeError):  # a null character, a loop, an unknown user
        resolved = Path()
    if not any(resolved.is_relative_to(folder) for folder in folders):
        raise ConfigError(
            f"{path!r} is in none of the folders that a page may read.",
            remedy=f"Use a path in {names}; or name it on a terminal: `ragprep index PATH`.",
        )
    return resolved


def store_upload(name: str, content: BinaryIO, folder: Path, *, replacing: bool = False) -> Path:
    """Write an uploaded guide into a folder, once it has been read as one; return its path.

    Args:
        name: of the file, as the browser gives it; only its last part counts.
        content: of the file.
        folder: into which it goes; it is made where there is none.
        replacing: whether a file of this name is replaced.

    Raises:
        ConfigError: the name cannot be used, is taken, or is not of a kind that is read.
        GuideError: the file is too large, cannot be written, or has no questions.
    """
    target = folder / _file_name(name)
    if target.exists() and not replacing:
        raise _taken(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".upload-") as scratch:
            written = Path(scratch) / target.name
            _copy(content, written)
            _check_reads(written)
            if not replacing:
                _claim(target)
            written.replace(target)
    except OSError as exc:
        raise GuideError(
            f"{target.name} cannot be written into {folder}: {exc.strerror or exc}.",
            remedy="See that the folder can be written and the disk has room.",
        ) from exc
    return target


def _check_reads(written: Path) -> None:
    """Refuse a file that is no guide, by the name that the person knows it by."""
    from ragprep.ingest.corpus import read_guide

    try:
        read_guide(written)
    except GuideError as exc:
        message, remedy = (
            text.replace(str(written), written.name) for text in (str(exc), exc.remedy)
        )
        raise type(exc)(message, remedy=remedy) from exc


def _claim(target: Path) -> None:
    """Put an empty file there: of several uploads of one name at once, one goes on.

    Raises:
        ConfigError: the name is taken.
    """
    try:
        target.touch(exist_ok=False)
    except FileExistsError as exc:
        raise _taken(target) from exc


def _taken(target: Path) -> ConfigError:
    return ConfigError(
        f"{target.name} is in your guides folder already.",
        remedy="Choose to replace it, or give the file another name.",
    )


def _file_name(name: str) -> str:
    """Return the last part of a name, which has to be one of a guide."""
    from ragprep.ingest.formats import format_of

    last = PureWindowsPath(name).name.strip()  # takes both kinds of slash
    if not last or last.startswith(".") or not last.isprintable() or len(os.fsencode(last)) > 200:
        raise ConfigError(f"{name!r} is no name for a guide.", remedy="Give the file a plain name.")
    if format_of(last) is None:
        raise ConfigError(
            f"{last} is not of a kind that is read.",
            remedy="`ragprep index --formats` names the kinds of files that are.",
        )
    return last


def _copy(content: BinaryIO, target: Path) -> None:
    size = 0
    with target.open("xb") as file:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > UPLOAD_BYTES:
                raise GuideError(
                    f"{target.name} has more than {UPLOAD_BYTES // 1024**2} MB.",
                    remedy="Upload a smaller file, or name it on a terminal: `ragprep index PATH`.",
                )
            file.write(chunk)
