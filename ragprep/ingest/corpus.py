"""The only reader of guide files: finds them, reads them, makes their labels and ids unique."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.aliases import diagnostics_of, read_aliases
from ragprep.ingest.document import Document
from ragprep.ingest.folders import notes_in
from ragprep.protocols import SILENT, Progress
from ragprep.types.guide import Diagnostic, Entry, Guide, Role

MAX_BYTES = 64 * 1024 * 1024
_MANY = 50  # files from which on progress is told; they take a second or so
_ABOUT = ("readme", "licen", "contributing", "changelog", "code_of_conduct", "requirements")
_REMEDY = (
    "Give the path of a guide or of a folder of guides; `ragprep index --formats` names kinds."
)


def read_guide(path: str | Path, *, name: str | None = None, topics: bool = True) -> Guide:
    """Read one guide: decode, repair, parse.

    Args:
        path: of the file.
        name: of the guide; the file's name without suffix when None.
        topics: where it asks nothing, its headings are entries.

    Raises:
        GuideError: it is missing, unreadable, too large, no text, or has no questions.
    """
    from ragprep.ingest.markdown import guide_of

    path = Path(path)
    document, diagnostics = _document(path)
    guide_name = path.stem if name is None else name
    guide = guide_of(document, name=guide_name, path=str(path), topics=topics)
    aliases = read_aliases(path, guide.entries)
    diagnostics += [*guide.diagnostics, *diagnostics_of(aliases, guide)]
    return replace(guide, diagnostics=tuple(diagnostics), aliases=aliases)


def find_guides(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Return the guide files named by paths: files as given, folders searched all the way down.

    Returns:
        Each file once: in the order given, those of a folder sorted by path.

    Raises:
        GuideError: a path does not exist, or a folder holds no guide.
    """
    by_real_path: dict[str, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            files, _ = notes_in(path)
            if not files:
                raise GuideError(
                    f"No guides in the folder {path}.",
                    remedy="Put notes with questions into it; `ragprep index --formats` names the "
                    "kinds of files that are read.",
                )
        elif path.exists():
            files = [path]
        else:
            raise GuideError(f"{path} does not exist.", remedy=_REMEDY)
        for file in files:
            by_real_path.setdefault(os.path.realpath(file), file)
    return tuple(by_real_path.values())


def shipped_guides() -> tuple[Path, ...]:
    """Return the guides that come with ragprep, sorted by name."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_corpus", package.parent / "corpus"):
        if folder.is_dir():
            return tuple(p for p in sorted(folder.glob("*.md")) if p.stem.lower() != "readme")
    return ()


def read_corpus(
    paths: Iterable[str | Path],
    *,
    progress: Progress = SILENT.progress,
    known: Mapping[str, Guide] | None = None,
) -> tuple[Guide, ...]:
    """Read all guides named by paths, as `find_guides` finds them; labels and ids are unique.

    The first guide keeps "q3"; a later guide that has a label of an earlier one gets its name
    before all of its labels ("databases/q3"). Guides of one name are told apart by their folder.
    A file found in a folder that cannot be read or has no questions stops nothing: it is a guide
    without entries, and `skipped` says why.

    Args:
        paths: of files and folders.
        progress: told how many files are read, where they are many.
        known: path -> a guide that need not be read again, where its labels and ids are still
            those that it gets.

    Raises:
        GuideError: as `read_guide` and `find_guides`; or no file has any question.
    """
    paths = list(paths)
    named = {os.path.realpath(path) for path in paths}
    names: set[str] = set()
    labels: set[str] = set()
    ids: set[str] = set()
    guides = []
    files = find_guides(paths)
    many = len(files) >= _MANY
    for done, path in enumerate(files, 1):
        name = _free_name(path, names)
        names.add(name)
        before = (known or {}).get(str(path))
        if before is not None and before.name == name and _is_unique(before, labels, ids):
            guide = before
        elif os.path.realpath(path) in named:
            guide = _with_unique(read_guide(path, name=name), labels, ids)
        else:
            guide = _with_unique(_read_or_skip(path, name), labels, ids)
        labels.update(entry.label for entry in guide.entries)
        ids.update(entry.id for entry in guide.entries)
        guides.append(guide)
        if many:
            progress("reading guides", done, len(files))
    if guides and not ids:
        raise NoQuestions(
            f"No questions found in {_listed(guides)}.",
            remedy="Check that these are guides; `ragprep lint FILE` says more about each.",
        )
    return tuple(guides)


def _read_or_skip(path: Path, name: str) -> Guide:
    """Read a file found in a folder; when that fails, a guide without entries that says why."""
    try:
        return read_guide(path, name=name, topics=not _speaks_of_others(path))
    except GuideError as error:
        reason = str(error).removeprefix(f"{path} ")
        return Guide(name, str(path), (), (Diagnostic(1, "warning", str(error)),), skipped=reason)


def _speaks_of_others(path: Path) -> bool:
    """Whether a file is about the folder, such as a README: no notes, unless it asks."""
    return any(word in path.stem.lower() for word in _ABOUT)


def _listed(guides: Sequence[Guide]) -> str:
    names = [guide.path for guide in guides[:5]]
    more = len(guides) - len(names)
    return f"{', '.join(names)} and {more} more" if more else ", ".join(names)


def _document(path: Path) -> tuple[Document, list[Diagnostic]]:
    """Read a file by its format. Its bytes and its text are let go: they are large."""
    from ragprep.ingest.formats import format_of, read_bytes, read_text

    kind = format_of(path)
    if kind is not None and kind.binary:
        return read_bytes(_bytes(path), path.name), []
    text, diagnostics = _text(_bytes(path), path)
    return read_text(text, path.name), diagnostics


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise GuideError(
                f"{path} is not a file." if path.exists() else f"{path} does not exist.",
                remedy=_REMEDY,
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
    return data


def _text(data: bytes, path: Path) -> tuple[str, list[Diagnostic]]:
    from ragprep.ingest.repair import decode, repair

    text, read_as = decode(data, source=str(path))
    text, repaired = repair(text)
    return text, [Diagnostic(1, "warning", message) for message in (read_as, repaired) if message]


def _free_name(path: Path, taken: set[str]) -> str:
    name = path.stem
    if name in taken:
        name = f"{Path(os.path.realpath(path)).parent.name}-{name}"
    free, n = name, 2
    while free in taken:
        free, n = f"{name}-{n}", n + 1
    return free


def _is_unique(guide: Guide, labels: set[str], ids: set[str]) -> bool:
    """Return whether `_with_unique` gave the guide the labels and ids that it would give now."""
    named = [entry.label for entry in guide.entries]
    prefix = _prefix(guide)
    is_prefixed = all(label.startswith(prefix) for label in named)
    if is_prefixed:
        named = [label.removeprefix(prefix) for label in named]
    clash = not labels.isdisjoint(named)
    return clash == is_prefixed and ids.isdisjoint(entry.id for entry in guide.entries)


def _prefix(guide: Guide) -> str:
    """Return what stands before the labels of a guide that has a label of an earlier one."""
    return "-".join(guide.name.split()) + "/"


def _with_unique(guide: Guide, labels: set[str], ids: set[str]) -> Guide:
    clash = any(entry.label in labels for entry in guide.entries)
    prefix = _prefix(guide) if clash else ""
    account = guide.account
    if prefix:
        account = tuple(
            replace(span, reason=f"{prefix}{span.reason}") if span.role is Role.ENTRY else span
            for span in account
        )
    entries = tuple(_unique(entry, prefix, ids) for entry in guide.entries)
    return replace(guide, entries=entries, account=account)


def _unique(entry: Entry, prefix: str, ids: set[str]) -> Entry:
    entry_id = entry.id
    while entry_id in ids:  # 48 bits: once in some million corpora
        entry_id = hashlib.sha256(entry_id.encode()).hexdigest()[:12]
    if not prefix and entry_id == entry.id:
        return entry
    return replace(entry, label=f"{prefix}{entry.label}", id=entry_id)
