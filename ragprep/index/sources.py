"""The guide files an index is built from: building from them, and whether they changed since."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import expanded
from ragprep.errors import GuideError
from ragprep.locks import BUILD_WAIT_S
from ragprep.types.index import FileRead, GuideFile

if TYPE_CHECKING:
    from ragprep.index.models import Models
    from ragprep.index.store import StoredIndex
    from ragprep.index.unchanged import Unchanged
    from ragprep.protocols import Engine, Progress, Reporter
    from ragprep.types.guide import Guide
    from ragprep.types.index import BuildReport, Manifest

SHIPPED = "shipped"
"""The source that stands for the guides that come with ragprep."""

GONE = "Put it back, or run `ragprep index` with the guides to keep."
"""What to do about a source that was indexed and does not exist any more."""

TICK_S = 0.02
"""Longer than the step in which a file's time of change advances: 1 to 10 ms on Linux, where it is
that of the kernel's timer. Guides are read this long after they were written: an edit after that
has another time."""

Stamp = tuple[int, int]
"""Size and time of change of a guide with the files beside it, zeros when it is gone."""


def build_from(
    home: Path,
    paths: Sequence[Path | str] | None,
    models: Models,
    reporter: Reporter,
    *,
    wait_s: float = BUILD_WAIT_S,
    in_a_query: bool = False,
    engine: Engine | None = None,
) -> BuildReport:
    """Build or update the index in `home`, as the one builder among all processes.

    Args:
        home: folder of the index.
        paths: guides, folders or "shipped"; what is indexed now when None, the shipped guides
            when nothing is.
        models: hold the encoder.
        reporter: told about every stage.
        wait_s: how long to wait for another builder.
        in_a_query: a person who asked something waits: read only guides that changed, and merge
            few segments.
        engine: embeds in the encoder's place.

    Raises:
        GuideError: a path cannot be read or holds no entries; the old index stays.
        ModelError, IndexBusy, IndexUnwritable: see errors.
    """
    from ragprep.index.build import build_index, read_previous
    from ragprep.index.generations import read_sources
    from ragprep.index.merging import MERGED_IN_A_QUERY, SEGMENT_ENTRIES
    from ragprep.locks import building

    with building(home, wait_s=wait_s, on_wait=reporter.notice):
        # all under the lock: sources that another builder has just been given are not lost
        sources = [str(path) for path in paths or read_sources(home) or [SHIPPED]]
        sources = [s if s == SHIPPED else str(expanded(s).absolute()) for s in sources]
        if not paths:
            _check_sources(sources)
        info = models.info(reporter)
        previous = read_previous(home, info) if in_a_query else None
        guides, files, unchanged = _read(sources, reporter.progress, previous)
        read = [guide for guide in guides if not unchanged or not unchanged.has(guide)]
        report = build_index(
            home,
            [entry for guide in guides for entry in guide.entries],
            files,
            sources=sources,
            aliases=_phrases(guides),
            info=info,
            embedder=lambda: models.embedder(reporter),
            progress=reporter.progress,
            previous=previous,
            unchanged=unchanged.places(guides) if unchanged else {},
            merge_entries=MERGED_IN_A_QUERY if in_a_query else SEGMENT_ENTRIES,
            engine=engine,
        )
    return replace(report, files=tuple(map(_file_read, read)))


def stamps(manifest: Manifest) -> dict[str, Stamp]:
    """Return the stamp that each guide has now, by path: those indexed, and new ones in folders."""
    paths = [file.path for file in manifest.guides]
    with suppress(GuideError, OSError):  # an emptied folder: its guides are among those indexed
        folders = [Path(source) for source in manifest.sources if source != SHIPPED]
        folders = [folder for folder in folders if folder.is_dir()]
        if folders:  # only they can hold new guides
            from ragprep.ingest.corpus import find_guides

            paths += map(str, find_guides(folders))
    return {path: _stamp(Path(path)) for path in dict.fromkeys(paths)}


def changes(manifest: Manifest) -> list[str]:
    """Return the names of the guides that are no longer as they were indexed: edited, new, gone."""
    return changed(manifest, stamps(manifest))


def changed(manifest: Manifest, now: dict[str, Stamp]) -> list[str]:
    """Return the names of the guides whose stamp `now` is not the one that was indexed."""
    indexed = {file.path: file for file in manifest.guides}
    return [
        indexed[path].name if path in indexed else Path(path).stem
        for path, stamp in now.items()
        if path not in indexed or (indexed[path].size, indexed[path].changed_ns) != stamp
    ]


def _check_sources(sources: Sequence[str]) -> None:
    """See that what was indexed before is still there.

    Raises:
        GuideError: it is not.
    """
    for source in sources:
        if source != SHIPPED and not Path(source).exists():
            raise GuideError(f"{source} is no longer there.", remedy=GONE)


def _file_read(guide: Guide) -> FileRead:
    unanswered = sum(not entry.answer for entry in guide.entries)
    return FileRead(guide.path, len(guide.entries), unanswered, guide.missed, guide.skipped)


def _read(
    sources: Sequence[str], progress: Progress, previous: StoredIndex | None
) -> tuple[tuple[Guide, ...], list[GuideFile], Unchanged | None]:
    """Read the guides of all sources, but for those that are as they were in `previous`."""
    from ragprep.index.unchanged import unchanged_in
    from ragprep.ingest.corpus import find_guides, read_corpus

    paths = list(_paths(sources))
    before = {str(path): _stamp(path) for path in find_guides(paths)}
    newest_ns = max((changed_ns for _, changed_ns in before.values()), default=0)
    time.sleep(min(max(0.0, TICK_S - (time.time() - newest_ns / 1e9)), TICK_S))
    # after the stamps: an edit in between is seen at the next look
    unchanged = unchanged_in(previous, before) if previous is not None else None
    guides = read_corpus(paths, progress=progress, known=unchanged.guides if unchanged else None)
    files = [
        GuideFile(guide.name, guide.path, *before.get(guide.path, (0, 0)), len(guide.entries))
        for guide in guides
    ]
    return guides, files, unchanged


def _phrases(guides: Sequence[Guide]) -> dict[str, list[str]]:
    """Return the aliases of all guides: entry id -> phrases."""
    phrases: dict[str, list[str]] = {}
    for guide in guides:
        for alias in guide.aliases:
            phrases.setdefault(alias.entry_id, []).append(alias.phrase)
    return phrases


def _paths(sources: Sequence[str]) -> Iterator[Path]:
    from ragprep.ingest.corpus import shipped_guides

    for source in sources:
        if source != SHIPPED:
            yield Path(source)
            continue
        shipped = shipped_guides()
        if not shipped:
            raise GuideError(
                "The guides that come with ragprep are not installed.",
                remedy="Install it again, or give guides of your own: `ragprep index PATH`.",
            )
        yield from shipped


def _stamp(path: Path) -> Stamp:
    from ragprep.ingest.aliases import aliases_path

    try:
        files = [path.stat()]
    except OSError:
        return 0, 0
    with suppress(OSError):
        files.append(aliases_path(path).stat())
    return sum(file.st_size for file in files), max(file.st_mtime_ns for file in files)
