"""The index folder: immutable generations, one pointer to the current one, checksums throughout.

    home/
      CURRENT                 name of the generation that serves; replaced atomically
      generations/<name>/     manifest.json and the files it lists with their sha256
      build.lock              held by the one builder

A reader takes everything it needs into memory, verified, and keeps no file open. Should its
generation vanish in between, because two builds ended meanwhile, it reads CURRENT again.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
)
from ragprep.retrieve.dense import DenseIndex
from ragprep.retrieve.lexical import LexicalIndex
from ragprep.types import Entry, GuideFile, KeyPoint, Manifest, View, ViewKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
LOCK_TIMEOUT_S = 120.0

KINDS = tuple(ViewKind)
REBUILD = "Run `ragprep index` to build it again."


@dataclass(frozen=True)
class Content:
    """What an index holds, apart from its manifest.

    Attributes:
        entry_lines: an entry each, as JSON; a row is an entry's number.
        view_lines: a view each, as JSON, without its entry.
        owners: int32 (views,), ascending: the entry row of each view.
        kinds: uint8 (views,): place of the view's kind in `KINDS`.
        dense: the views' vectors.
        lexical: the entries' words.
    """

    entry_lines: Sequence[bytes]
    view_lines: Sequence[bytes]
    owners: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    dense: DenseIndex
    lexical: LexicalIndex

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return entry_of(json.loads(self.entry_lines[row]))

    def view(self, row: int) -> View:
        """Return the view of a row."""
        record = json.loads(self.view_lines[row])
        entry_id = json.loads(self.entry_lines[self.owners[row]])["id"]
        return View(entry_id, KINDS[self.kinds[row]], record["text"], record["shown"])

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row."""
        return tuple(self.entry(row) for row in range(len(self.entry_lines)))

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        record = json.loads(self.entry_lines[row])
        first = record["lines"][0]
        return tuple(
            KeyPoint(text, first + offset, heading) for text, offset, heading in record["points"]
        )

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case."""
        wanted = ref.strip().casefold()
        for row, entry in enumerate(self.entries):
            if wanted in {entry.label.casefold(), entry.id.casefold()}:
                return row
        return None

    def views_of(self, row: int) -> slice:
        """Return the rows of an entry's views."""
        first, last = np.searchsorted(self.owners, [row, row + 1])
        return slice(int(first), int(last))


@dataclass(frozen=True)
class StoredIndex(Content):
    """An index as read from its folder."""

    manifest: Manifest


def entry_of(record: Mapping[str, Any]) -> Entry:
    """Return the entry that a line of entries.jsonl describes."""
    return Entry(
        id=record["id"],
        label=record["label"],
        question=record["question"],
        answer=record["answer"],
        section=tuple(record["section"]),
        guide=record["guide"],
        lines=(record["lines"][0], record["lines"][1]),
    )


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
    try:
        folder = _current(home)
    except IndexMissing:
        return ()
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return tuple(str(source) for source in record["sources"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise IndexDamaged(
            f"The index in {home} no longer says which guides it was built from.",
            remedy="Run `ragprep index PATH ...` with your guides, or `ragprep index --shipped`.",
        ) from exc


def read_index(home: Path) -> StoredIndex:
    """Read the current generation, every file verified against its checksum.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: see `read_manifest`.
    """
    for attempt in range(3):
        folder = _current(home)
        try:
            return _read_generation(folder)
        except IndexDamaged:
            if attempt == 2 or folder == _current(home):
                raise
    raise AssertionError


def write_index(home: Path, content: Content, manifest: Manifest) -> Manifest:
    """Write a generation and let CURRENT name it; the caller holds the lock.

    A fault on the way leaves the index that serves as it was.

    Returns:
        The manifest with its checksums.

    Raises:
        IndexUnwritable: read-only folder, full disk.
    """
    name = f"{manifest.corpus_sha256[:8]}-{uuid.uuid4().hex[:8]}"
    generations = home / "generations"
    folder = generations / name
    try:
        before = _pointer(home)
    except IndexDamaged:
        before = ""
    try:
        folder.mkdir(parents=True)
        checksums = {file: _write(folder / file, body) for file, body in _files(content).items()}
        manifest = replace(manifest, checksums=checksums)
        _write(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())
        _sync_folder(folder)
        _sync_folder(generations)
        _write(home / "CURRENT.new", name.encode())
        (home / "CURRENT.new").replace(home / "CURRENT")
        _sync_folder(home)
    except BaseException as exc:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(exc, OSError):
            raise unwritable(home, exc) from exc
        raise
    _remove_old(generations, keep={name, before})
    return manifest


@contextmanager
def building(home: Path) -> Iterator[None]:
    """Hold the lock that makes this process the one builder.

    Raises:
        IndexBusy: another process has held it for longer than `LOCK_TIMEOUT_S`.
        IndexUnwritable: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "build.lock", timeout=LOCK_TIMEOUT_S)
        lock.acquire()
    except Timeout as exc:
        raise IndexBusy(
            f"Another process is building the index in {home}.",
            remedy="Wait until it is done and try again.",
        ) from exc
    except OSError as exc:
        raise unwritable(home, exc) from exc
    try:
        yield
    finally:
        lock.release()


def unwritable(home: Path, exc: OSError) -> IndexUnwritable:
    """Say why nothing can be written to `home`, and what to do."""
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return IndexUnwritable(
            f"The disk of {home} is full.", remedy="Free some space, or set RAGPREP_HOME elsewhere."
        )
    return IndexUnwritable(
        f"{home} cannot be written: {exc.strerror or exc}.",
        remedy="Make it writable, or set RAGPREP_HOME to a folder that is.",
    )


def _files(content: Content) -> dict[str, bytes | memoryview]:
    lexical = io.BytesIO()
    np.savez(
        lexical,
        weights=content.lexical.weights,
        rows=content.lexical.rows,
        starts=content.lexical.starts,
        owners=content.owners,
        kinds=content.kinds,
    )
    return {
        "entries.jsonl": b"\n".join(content.entry_lines),
        "views.jsonl": b"\n".join(content.view_lines),
        "arrays.npz": lexical.getbuffer(),
        "words.json": json.dumps(dict(content.lexical.columns)).encode(),
        "vectors.faiss": content.dense.to_bytes(),
    }


def _read_generation(folder: Path) -> StoredIndex:
    manifest = _manifest(folder)
    files = {name: _read(folder / name, sha256) for name, sha256 in manifest.checksums.items()}
    try:
        arrays = np.load(io.BytesIO(files["arrays.npz"]), allow_pickle=False)
        return StoredIndex(
            entry_lines=files["entries.jsonl"].split(b"\n"),
            view_lines=files["views.jsonl"].split(b"\n"),
            owners=arrays["owners"],
            kinds=arrays["kinds"],
            dense=DenseIndex.from_bytes(files["vectors.faiss"]),
            lexical=LexicalIndex(
                columns=json.loads(files["words.json"]),
                weights=arrays["weights"],
                rows=arrays["rows"],
                starts=arrays["starts"],
                entries=manifest.entries,
            ),
            manifest=manifest,
        )
    except (KeyError, ValueError) as exc:
        raise IndexDamaged(f"The index in {folder} is incomplete.", remedy=REBUILD) from exc


def _manifest(folder: Path) -> Manifest:
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise IndexMismatch(
                f"The index in {folder} has format {record['format']}; this version reads {FORMAT}.",
                remedy=REBUILD,
            )
        record["guides"] = tuple(GuideFile(**guide) for guide in record["guides"])
        record["sources"] = tuple(record["sources"])
        return Manifest(**record)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise IndexDamaged(
            f"The index's manifest in {folder} cannot be read.", remedy=REBUILD
        ) from exc


def _current(home: Path) -> Path:
    name = _pointer(home)
    if not name:
        raise IndexMissing(f"There is no index in {home}.", remedy="Run `ragprep index`.")
    return home / "generations" / name


def _pointer(home: Path) -> str:
    try:
        name = (home / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as exc:
        raise IndexDamaged(f"{home / 'CURRENT'} cannot be read.", remedy=REBUILD) from exc
    if not name or Path(name).name != name:
        raise IndexDamaged(f"{home / 'CURRENT'} names no generation.", remedy=REBUILD)
    return name


def _read(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise IndexDamaged(f"The index's file {path} cannot be read.", remedy=REBUILD) from exc
    if hashlib.sha256(content).hexdigest() != sha256:
        raise IndexDamaged(
            f"The index's file {path} is damaged (its checksum differs).", remedy=REBUILD
        )
    return content


def _write(path: Path, content: bytes | memoryview) -> str:
    """Write and flush to the disk; return the sha256."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old(generations: Path, *, keep: set[str]) -> None:
    """Remove the generations that neither serve nor served last, unfinished ones too."""
    with suppress(OSError):
        for folder in generations.iterdir():
            if folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)
