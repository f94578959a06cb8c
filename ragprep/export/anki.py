"""The export to Anki: entries of an index as a package in a file, written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, ExportError
from ragprep.export.notes import note_of
from ragprep.export.package import package
from ragprep.files import write_whole
from ragprep.types.export import Exported
from ragprep.types.guide import Entry

if TYPE_CHECKING:
    from ragprep.protocols import VectorStore


def check_target(path: Path, *, force: bool) -> None:
    """See to it that a package may be written to `path`.

    Raises:
        ConfigError: it does not end in .apkg, or exists and is not to be replaced, or is no file.
    """
    if path.suffix.lower() != ".apkg":
        raise ConfigError(
            f"{path} is no name that Anki imports.", remedy="Let the name end in .apkg."
        )
    if path.exists() and not path.is_file():
        raise ConfigError(f"{path} is not a file.", remedy="Name another.")
    if path.exists() and not force:
        raise ConfigError(f"{path} exists.", remedy="Replace it with --force, or name another.")


def export_anki(
    index: VectorStore, entries: Sequence[Entry], path: Path, *, now: datetime
) -> Exported:
    """Write entries of an index as a package of Anki, over the file that is there.

    Raises:
        ExportError: the file cannot be written; what was there is still there.
    """
    paths = {guide.name: guide.path for guide in index.manifest.guides}
    rows = {entry.id: row for row, entry in enumerate(index.entries)}
    notes = [
        note_of(entry, index.points(rows[entry.id]), paths.get(entry.guide, ""))
        for entry in entries
    ]
    replaced = path.exists()
    try:
        write_whole(path, package(notes, now))
    except OSError as exc:
        raise ExportError(
            f"{path} cannot be written: {exc.strerror or exc}.",
            remedy="Name a file in a folder that is writable and has room.",
        ) from exc
    decks = tuple(dict.fromkeys(note.deck for note in notes))
    return Exported(str(path), len(notes), decks, replaced)
