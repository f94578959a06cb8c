"""The only reader of guide files: finds them, reads them, makes their labels and ids unique."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.aliases import diagnostics_of, read_aliases
from ragprep.ingest.out_of_scope import read_out_of_scope
from ragprep.types.guide import Diagnostic, Entry, Guide

MAX_BYTES = 64 * 1024 * 1024
_SUFFIXES = frozenset({".md", ".markdown", ".txt"})
_NOT_GUIDES = ("license", "licence", "contributing", "changelog", "code_of_conduct")


def read_guide(path: str | Path, *, name: str | None = None) -> Guide:
    """Read one guide: decode, repair, parse.

    Args:
        path: of the file.
        name: of the guide; the file's name without suffix when None.

    Raises:
        GuideError: it is missing, unreadable, too large, no text, or has no questions.
    """
    from ragprep.ingest.formats import read_text
    from ragprep.ingest.markdown import guide_of

    path = Path(path)
    text, diagnostics = _read(path)
    document = read_text(text, path.name)
    guide = guide_of(document, name=path.stem if name is None else name, path=str(path))
    aliases = read_aliases(path, guide.entries)
    out_of_scope = read_out_of_scope(path)
    diagnostics += [*guide.diagnostics, *diagnostics_of(aliases, guide)]
    if out_of_scope:
        diagnostics.append(
            Diagnostic(1, "info", f"{len(out_of_scope)} phrases say what it does not cover.")
        )
    return replace(
        guide, diagnostics=tuple(diagnostics), aliases=aliases, out_of_scope=out_of_scope
    )


def lint(path: str | Path) -> Guide:
    """Read one guide for its remarks: repairs, text in no entry, questions without an answer."""
    return read_guide(path)


def find_guides(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Return the guide files named by paths: files as given, folders searched all the way down.

    In a folder, guides end in .md, .markdown or .txt. Left out are hidden files and folders,
    licences and the like, and a README beside other Markdown (alone, it is how many guides come).

    Returns:
        Each file once: in the order given, those of a folder sorted by path.

    Raises:
        GuideError: a path does not exist, or a folder holds no guide.
    """
    found: dict[str, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            files = sorted(_in_folder(path))
            if not files:
                raise GuideError(
                    f"No guides in the folder {path}.",
                    remedy="Put .md or .txt files with questions into it.",
                )
        elif path.exists():
            files = [path]
        else:
            raise GuideError(
                f"{path} does not exist.",
                remedy="Give the path of a guide (a .md or .txt file) or of a folder of guides.",
            )
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    return tuple(found.values())


def shipped_guides() -> tuple[Path, ...]:
    """Return the guides that come with ragprep, sorted by name."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_corpus", package.parent / "corpus"):
        if folder.is_dir():
            return tuple(p for p in sorted(folder.glob("*.md")) if p.stem.lower() != "readme")
    return ()


def read_corpus(paths: Iterable[str | Path]) -> tuple[Guide, ...]:
    """Read all guides named by paths, as `find_guides` finds them; labels and ids are unique.

    The first guide keeps "q3"; a later guide that has a label of an earlier one gets its name
    before all of its labels ("databases/q3"). Guides of one name are told apart by their folder.
    A file found in a folder that has no questions is a guide without entries and a remark.

    Raises:
        GuideError: as `read_guide` and `find_guides`; or no file has any question.
    """
    paths = list(paths)
    named = {os.path.realpath(path) for path in paths}
    names: set[str] = set()
    labels: set[str] = set()
    ids: set[str] = set()
    guides = []
    for path in find_guides(paths):
        name = _free_name(path, names)
        names.add(name)
        try:
            guide = read_guide(path, name=name)
        except NoQuestions as error:
            if os.path.realpath(path) in named:
                raise
            guide = Guide(name, str(path), (), (Diagnostic(1, "warning", str(error)),))
        guide = _with_unique(guide, labels, ids)
        labels.update(entry.label for entry in guide.entries)
        ids.update(entry.id for entry in guide.entries)
        guides.append(guide)
    if guides and not ids:
        raise NoQuestions(
            f"No questions found in {', '.join(guide.path for guide in guides)}.",
            remedy="Check that these are guides; `ragprep lint FILE` says more about each.",
        )
    return tuple(guides)


def _read(path: Path) -> tuple[str, list[Diagnostic]]:
    from ragprep.ingest.repair import decode, repair

    try:
        if not path.is_file():
            raise GuideError(
                f"{path} is not a file." if path.exists() else f"{path} does not exist.",
                remedy="Give the path of a guide: a .md or .txt file.",
            )
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise GuideError(
            f"{path} cannot be read: {error.strerror}.",
            remedy="Check the path and the file's permissions.",
        ) from error
    if size > MAX_BYTES:
        raise GuideError(
            f"{path} has {size / 2**20:.0f} MB; a guide may have {MAX_BYTES // 2**20}.",
            remedy="Split it into several guides, or check that it is one.",
        )
    text, read_as = decode(data, source=str(path))
    text, repaired = repair(text)
    return text, [Diagnostic(1, "warning", said) for said in (read_as, repaired) if said]


def _in_folder(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        here = os.path.realpath(root)
        folders[:] = [] if here in seen else [f for f in sorted(folders) if not f.startswith(".")]
        files = [] if here in seen else [Path(root, n) for n in names if _may_be_guide(n)]
        seen.add(here)
        files = [file for file in files if file.is_file()]
        readmes = [file for file in files if file.stem.lower() == "readme"]
        others = [file for file in files if file not in readmes]
        yield from others
        if all(file.suffix.lower() == ".txt" for file in others):
            yield from readmes


def _may_be_guide(name: str) -> bool:
    path = Path(name.lower())
    known = any(word in path.stem for word in _NOT_GUIDES)
    return name[0] != "." and path.suffix in _SUFFIXES and not known


def _free_name(path: Path, taken: set[str]) -> str:
    name = path.stem
    if name in taken:
        name = f"{Path(os.path.realpath(path)).parent.name}-{name}"
    free, n = name, 2
    while free in taken:
        free, n = f"{name}-{n}", n + 1
    return free


def _with_unique(guide: Guide, labels: set[str], ids: set[str]) -> Guide:
    clash = any(entry.label in labels for entry in guide.entries)
    prefix = "-".join(guide.name.split()) + "/" if clash else ""
    return replace(guide, entries=tuple(_unique(entry, prefix, ids) for entry in guide.entries))


def _unique(entry: Entry, prefix: str, ids: set[str]) -> Entry:
    entry_id = entry.id
    while entry_id in ids:  # 48 bits: once in some million corpora
        entry_id = hashlib.sha256(entry_id.encode()).hexdigest()[:12]
    if not prefix and entry_id == entry.id:
        return entry
    return replace(entry, label=f"{prefix}{entry.label}", id=entry_id)
