"""The file of aliases beside a guide: reading and writing it.

`interview.md` has `interview.aliases.jsonl`: a line each with entry (its id), phrase, kind, source
and content (`entry_hash` of the entry it was written for).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ragprep.errors import GuideError
from ragprep.ingest.beside import read_beside
from ragprep.types.guide import Alias, Diagnostic, Entry, Guide


def aliases_path(guide: Path) -> Path:
    """Return where the aliases of a guide file stand."""
    return guide.with_name(f"{guide.stem}.aliases.jsonl")


def entry_hash(entry: Entry) -> str:
    """Return what an alias remembers of the entry it was written for: changes with its text."""
    return hashlib.sha256(f"{entry.question}\0{entry.answer}".encode()).hexdigest()[:12]


def read_aliases(guide: Path, entries: Sequence[Entry]) -> tuple[Alias, ...]:
    """Return the aliases beside a guide, in the file's order; none without a file.

    Raises:
        GuideError: a line is not an alias.
    """
    path = aliases_path(guide)
    lines = (read_beside(path) or "").split("\n")
    by_name = {entry.id: entry.id for entry in entries}
    by_name |= {entry.label: entry.id for entry in entries}
    aliases = [_alias(f"{path}:{i}", line) for i, line in enumerate(lines, 1) if line.strip()]
    return tuple(replace(a, entry_id=by_name.get(a.entry_id.lower(), a.entry_id)) for a in aliases)


def write_aliases(guide: Path, aliases: Iterable[Alias]) -> Path:
    """Write the aliases beside a guide, whole or not at all, and return the file.

    Raises:
        GuideError: the file cannot be written.
    """
    path = aliases_path(guide)
    lines = [
        json.dumps(
            {
                "entry": alias.entry_id,
                "phrase": alias.phrase,
                "kind": alias.kind,
                "source": alias.source,
                "content": alias.content,
            },
            ensure_ascii=False,
        )
        for alias in aliases
    ]
    unfinished = path.with_name(f".{path.name}.new")
    try:
        unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        unfinished.replace(path)
    except OSError as exc:
        raise GuideError(
            f"{path} cannot be written: {exc.strerror or exc}.", remedy="Make its folder writable."
        ) from exc
    return path


def diagnostics_of(aliases: Sequence[Alias], guide: Guide) -> Iterator[Diagnostic]:
    """Yield what is to be said of aliases: their number, stale ones, those of no entry."""
    if not aliases:
        return
    hashes = {entry.id: entry_hash(entry) for entry in guide.entries}
    lines = {entry.id: entry.lines[0] for entry in guide.entries}
    labels = {entry.id: entry.label for entry in guide.entries}
    yield Diagnostic(1, "info", f"{len(aliases)} aliases stand beside it.")
    lost = [alias.phrase for alias in aliases if alias.entry_id not in hashes]
    if lost:
        yield Diagnostic(
            1, "warning", f"{len(lost)} aliases are of no entry: {lost[0]!r} and so on."
        )
    stale: dict[str, int] = {}
    for alias in aliases:
        if alias.content != hashes.get(alias.entry_id, alias.content):
            stale[alias.entry_id] = stale.get(alias.entry_id, 0) + 1
    for entry_id, count in stale.items():
        were = "was" if count == 1 else "were"
        message = f"{labels[entry_id]} changed since {count} of its aliases {were} written."
        yield Diagnostic(lines[entry_id], "warning", message)


def _alias(where: str, line: str) -> Alias:
    try:
        record = json.loads(line)
        values = [record[key] for key in ("entry", "phrase", "kind", "source", "content")]
        "".join(map(str, values)).encode()  # half of a surrogate pair is no text
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise GuideError(
            f"{where}: not an alias.",
            remedy='A line has "entry", "phrase", "kind", "source" and "content".',
        ) from exc
    if not all(isinstance(value, str) for value in values) or not values[1].strip():
        raise GuideError(f"{where}: a value is empty or no text.", remedy="Fix or remove it.")
    return Alias(*values)
