"""The index folder: immutable generations of files, one pointer to the current one, checksums.

    home/
      CURRENT                 name of the generation that serves; replaced atomically
      generations/<name>/     its table, and manifest.json with the sha256 of it and of each of
                              its segments; the name begins with the sha256 of the manifest, so
                              nothing is unverified
      segments/<name>         shared by the generations that name them; written once
      build.lock              held by the one builder
      verified.json           which files were hashed and found sound (`checksums`)

A reader maps all files when it opens a generation, which then outlives its removal. Should it
vanish before, because two builds ended meanwhile, the reader looks at CURRENT again. What is in the
files is the matter of `store`.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ragprep import checksums
from ragprep.errors import IndexDamaged, IndexFault, IndexMismatch, IndexMissing
from ragprep.locks import unwritable
from ragprep.types.index import GuideFile, Manifest

FORMAT = 7
"""Raise it when the files change, and when `key_points` or `views` make other views of an entry:
an index of another format is built anew."""

MANIFESTS = ("manifest.json", "manifest.copy.json")
"""Kept twice: it alone knows which guides were indexed, all else can be made again from them."""

SEGMENTS = "segments/"
"""What the names of segments begin with, among the files of a generation."""

NAME_DIGITS = 16
REBUILD = "Run `ragprep index` to build it again."


def read_manifest(home: Path) -> Manifest:
    """Return the current generation's manifest.

    Raises:
        IndexMissing: nothing was built yet.
        IndexDamaged: the pointer or the manifest is not readable.
        IndexMismatch: another format.
    """
    return _manifest(_current(home))


def read_sources(home: Path) -> tuple[str, ...]:
    """Return what the index was asked to be built from, whatever its format; empty without one.

    Raises:
        IndexDamaged: there is an index, and it does not say.
    """
    finished = [folder for folder in _newest_first(home) if _is_finished(folder)]
    if finished:
        with suppress(IndexDamaged, KeyError, TypeError):
            return tuple(str(source) for source in _record(finished[0])["sources"])
    elif _pointer(home) is None:
        return ()
    raise IndexDamaged(
        f"The index in {home} no longer says which guides it was built from.",
        remedy="Run `ragprep index PATH ...` with your guides, or `ragprep index --shipped`.",
    )


def read_current(home: Path) -> tuple[Manifest, dict[str, memoryview]]:
    """Return manifest and files of the current generation, each verified and mapped.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: see `read_manifest`.
    """
    return _read_current(home, home / checksums.RECORD)


def verify(home: Path) -> Manifest:
    """Hash every file of the current generation, whatever was verified before.

    Returns:
        Its manifest.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: see `read_manifest`.
    """
    return _read_current(home, None)[0]


def read_intact(home: Path) -> Iterator[tuple[Manifest, dict[str, memoryview]]]:
    """Yield every generation that is whole, the current one first, then the newest."""
    for folder in _newest_first(home):
        with suppress(IndexFault):
            yield _read_all(folder, home / checksums.RECORD)


def write_generation(
    home: Path, files: Mapping[str, bytes | memoryview], manifest: Manifest
) -> Manifest:
    """Write a generation and let CURRENT name it; the caller holds the lock.

    A fault on the way leaves the index that serves as it was.

    Args:
        home: folder of the index.
        files: name -> content, of the files that are its own.
        manifest: its `checksums` name the segments, which `write_segment` wrote.

    Returns:
        The manifest with all checksums.

    Raises:
        IndexUnwritable: read-only folder, full disk.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = replace(manifest, checksums=manifest.checksums | sums)
    record = json.dumps(asdict(manifest), indent=1).encode()
    name = f"{hashlib.sha256(record).hexdigest()[:NAME_DIGITS]}-{os.urandom(4).hex()}"
    generations, pointer = home / "generations", home / "CURRENT"
    folder = generations / name
    before = _pointer(home)
    _remove(old for old in _newest_first(home) if not _is_finished(old))
    try:
        folder.mkdir(parents=True)
        for file, content in {**files, **dict.fromkeys(MANIFESTS, record)}.items():
            _write(folder / file, content)
        _sync_folder(folder)
        _sync_folder(generations)
        _write(pointer.with_suffix(".new"), name.encode())
        pointer.with_suffix(".new").replace(pointer)
        _sync_folder(home)
    except BaseException as exc:  # Ctrl-C too leaves no half of a generation
        if _pointer(home) != name:  # it may come when the new one serves already
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                pointer.with_suffix(".new").unlink()
        if isinstance(exc, OSError):
            raise unwritable(home, exc) from exc
        raise
    _remove(old for old in _newest_first(home) if old.name not in {name, before})
    return manifest


def write_segment(home: Path, content: bytes | memoryview) -> tuple[str, str]:
    """Write a segment, which no generation names yet.

    Returns:
        Its name, and its sha256.

    Raises:
        IndexUnwritable: read-only folder, full disk.
    """
    name = f"{SEGMENTS}{os.urandom(8).hex()}.safetensors"
    try:
        (home / SEGMENTS).mkdir(parents=True, exist_ok=True)
        _write(home / name, content)
        _sync_folder(home / SEGMENTS)
    except OSError as exc:
        raise unwritable(home, exc) from exc
    return name, hashlib.sha256(content).hexdigest()


def read_segment(home: Path, name: str) -> memoryview:
    """Return the content of a segment that was just written, mapped."""
    return _mapped(home / name)


def remove_unused_segments(home: Path) -> None:
    """Remove the segments that no generation names; the caller holds the lock."""
    used: set[str] = set()
    for folder in _newest_first(home):
        with suppress(IndexDamaged):
            used.update(_record(folder)["checksums"])
    for path in home.glob(f"{SEGMENTS}*"):
        if f"{SEGMENTS}{path.name}" not in used:
            with suppress(OSError):  # Windows keeps a file that is mapped
                path.unlink()


def _current(home: Path) -> Path:
    name = _pointer(home)
    if name is None:
        raise IndexMissing(f"There is no index in {home}.", remedy="Run `ragprep index`.")
    if not name:
        raise IndexDamaged(f"{home / 'CURRENT'} names no index.", remedy=REBUILD)
    return home / "generations" / name


def _pointer(home: Path) -> str | None:
    """Return what CURRENT names: None when there is no such file, "" when it is not readable."""
    try:
        name = (home / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""
    return name if name.replace("-", "").isalnum() else ""


def _newest_first(home: Path) -> list[Path]:
    """Return the generations, the current one first, whole or not."""
    current = _pointer(home)

    def age(folder: Path) -> tuple[bool, float]:
        return folder.name == current, folder.stat().st_mtime

    try:
        return sorted((home / "generations").iterdir(), key=age, reverse=True)
    except OSError:
        return []


def _is_finished(folder: Path) -> bool:
    """Return whether it was written to its end, as far as its manifests say."""
    return any((folder / name).exists() for name in MANIFESTS)


def _read_current(home: Path, record: Path | None) -> tuple[Manifest, dict[str, memoryview]]:
    folder = _current(home)
    while True:
        try:
            return _read_all(folder, record)
        except IndexDamaged:
            before, folder = folder, _current(home)
            if folder == before:
                raise


def _read_all(folder: Path, record: Path | None) -> tuple[Manifest, dict[str, memoryview]]:
    manifest = _manifest(folder)
    home = folder.parent.parent
    paths = {
        name: home / name if name.startswith(SEGMENTS) else folder / name
        for name in manifest.checksums
    }
    files = {name: _mapped(path) for name, path in paths.items()}
    sums = {path: manifest.checksums[name] for name, path in paths.items()}
    for path in checksums.altered(sums, record=record):
        raise IndexDamaged(
            f"The index's file {path} is damaged (its checksum differs).", remedy=REBUILD
        )
    return manifest, files


def _mapped(path: Path) -> memoryview:
    """Return the content of a file, read from the disk where it is looked at."""
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:  # nothing that could be mapped
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as exc:
        raise IndexDamaged(f"The index's file {path} cannot be read.", remedy=REBUILD) from exc


def _manifest(folder: Path) -> Manifest:
    record = _record(folder)
    if record.get("format") != FORMAT:
        raise IndexMismatch(
            f"The index in {folder.parent.parent} has format {record.get('format')}; "
            f"this version reads {FORMAT}.",
            remedy=REBUILD,
        )
    guides = tuple(GuideFile(**guide) for guide in record["guides"])
    return Manifest(**record | {"guides": guides, "sources": tuple(record["sources"])})


def _record(folder: Path) -> dict[str, Any]:
    """Return the content of a manifest, whatever its format."""
    for name in MANIFESTS:
        with suppress(OSError):
            content = (folder / name).read_bytes()
            if hashlib.sha256(content).hexdigest()[:NAME_DIGITS] == folder.name.split("-")[0]:
                record: dict[str, Any] = json.loads(content)
                return record
    raise IndexDamaged(f"The index's manifest in {folder} cannot be read.", remedy=REBUILD)


def _write(path: Path, content: bytes | memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
