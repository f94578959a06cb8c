"""Which files of a folder are notes, and which are passed over and why; reads no note."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ragprep.checksums import RECORD
from ragprep.ingest.formats import format_of
from ragprep.ingest.ignore import Rule, is_ignored, rules_in

_TOOLS = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env", "vendor"})
_BESIDE = (".aliases.jsonl", ".points.toml")  # files that belong to a guide

_INDEX = frozenset({"generations", "models", RECORD})  # of ragprep's own, where it is kept


class Passed(NamedTuple):
    """A file of a kind that is read, which is passed over all the same."""

    path: Path
    reason: str


def notes_in(folder: Path) -> tuple[list[Path], list[Passed]]:
    """Return the notes in a folder, all the way down, and what is passed over with the reason.

    Hidden files and folders, those of tools (node_modules, virtual environments, caches, the index
    itself) and what .gitignore and .ragprepignore name are passed over in silence, as are files of
    kinds that are not read. Links are followed as long as they stay in the folder.

    Returns:
        Each file once, sorted by path.
    """
    root = Path(os.path.realpath(folder))
    notes: dict[str, Path] = {}
    passed: list[Passed] = []
    for path in _files(folder):
        real = os.path.realpath(path)
        if path.is_symlink() and not Path(real).is_relative_to(root):
            passed.append(Passed(path, "it is a link out of the folder"))
        elif not path.is_file():
            if path.exists():
                passed.append(Passed(path, "it is not a file"))
        elif real not in notes or not path.is_symlink():
            notes[real] = path
    return sorted(notes.values()), passed


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of kinds that are read, by folder."""
    rules: dict[Path, list[tuple[Path, list[Rule]]]] = {folder.parent: []}
    for name, folders, files in os.walk(folder):
        here = Path(name)
        above = rules.get(here.parent, [])
        applicable = [*above, (here, added)] if (added := rules_in(here)) else above
        rules[here] = applicable
        built = _INDEX if _is_home(files, folders) else frozenset()
        folders[:] = [
            child
            for child in sorted(folders)
            if not (child in built or _is_of_tools(here / child))
            and not (applicable and is_ignored(here / child, is_folder=True, rules=applicable))
        ]
        for file in sorted(files):
            path = here / file
            hidden = file.startswith(".") or file.endswith(_BESIDE)
            if hidden or file in built or format_of(file) is None:
                continue
            if not (applicable and is_ignored(path, is_folder=False, rules=applicable)):
                yield path


def _is_home(files: list[str], folders: list[str]) -> bool:
    """Return whether a folder with these files and folders is one that an index is kept in."""
    return "build.lock" in files and "generations" in folders


def _is_of_tools(folder: Path) -> bool:
    name = folder.name
    return (
        name.startswith(".")
        or name in _TOOLS
        or (folder / "pyvenv.cfg").exists()
        or (folder / "CACHEDIR.TAG").exists()
    )
