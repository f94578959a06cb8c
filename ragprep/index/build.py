"""Builds an index from guides, embedding only what the previous index does not have."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import IndexFault
from ragprep.index.checkpoint import Checkpoint
from ragprep.index.generations import (
    FORMAT,
    read_manifest,
    read_segment,
    remove_unused_segments,
    write_generation,
    write_segment,
)
from ragprep.index.merging import SEGMENT_ENTRIES, TIERS, Layout, Part
from ragprep.index.plan import NewEntry, Place, Plan, plan_of
from ragprep.index.segment import Segment, segment_of
from ragprep.index.store import StoredIndex, read_newest
from ragprep.index.table import FILE as TABLE
from ragprep.index.table import table_of
from ragprep.types.guide import Entry
from ragprep.types.index import BuildReport, GuideFile, Manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo
    from ragprep.protocols import Embedder, Engine, Progress

CHUNK = 512
"""Views embedded between two reports of progress: a few seconds' work on two cores."""


def build_index(
    home: Path,
    entries: Sequence[Entry],
    guides: Sequence[GuideFile],
    *,
    sources: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
    info: EncoderInfo,
    embedder: Callable[[], Embedder],
    progress: Progress,
    previous: StoredIndex | None = None,
    unchanged: Mapping[str, Place] | None = None,
    merge_entries: int = SEGMENT_ENTRIES,
    engine: Engine | None = None,
) -> BuildReport:
    """Build or update the index in `home` and let it serve; the caller holds the lock.

    Entries whose question and answer are unchanged keep their views and vectors. Interrupted, it
    leaves the old index in place, and the vectors made so far for the next build.

    Args:
        home: folder of the index.
        entries: of all guides, labels and ids unique.
        guides: the files they came from.
        sources: what the person asked to be indexed; kept in the manifest.
        aliases: entry id -> other ways to ask for it.
        info: the encoder's description.
        embedder: opens the encoder; called only if something must be embedded.
        progress: told about every stage.
        previous: of the same encoder, from which entries are carried over; when None the newest.
        unchanged: entry id -> its place there, of entries that are as they were; they need
            neither question, answer nor aliases.
        merge_entries: most entries of a segment that is merged from others.
        engine: embeds in the encoder's place.

    Raises:
        IndexUnwritable: read-only folder or full disk.
    """
    began = time.monotonic()
    previous = previous or read_previous(home, info)
    plan = plan_of(entries, aliases, previous, unchanged or {})
    manifest = Manifest(
        format=FORMAT,
        model=info.model,
        fingerprint=info.fingerprint,
        dim=info.dim,
        index_type="flat",
        sources=tuple(sources),
        guides=tuple(guides),
        entries=len(entries),
        views=previous.manifest.views if previous is not None else 0,
        corpus_sha256=plan.corpus_sha256,
    )
    if previous is not None and _serves(home, previous.manifest, manifest):
        manifest = previous.manifest
    else:
        remove_unused_segments(home)
        try:
            parts = _kept(previous)
            embed = partial(_embedded, info, embedder, engine, progress)
            parts += _new(home, plan.new, info, embed)
            progress("writing the index", 0, 1)
            layout = Layout(parts, _places(plan, parts))
            layout.merge(info.dim, entries=merge_entries)
            manifest = _write(home, entries, layout, manifest)
        finally:
            remove_unused_segments(home)
        Checkpoint.remove_all(home)
        progress("writing the index", 1, 1)
    embedded = sum(len(new.views) for new in plan.new)
    return BuildReport(
        manifest=manifest,
        embedded=embedded,
        reused=manifest.views - embedded,
        seconds=time.monotonic() - began,
    )


def read_previous(home: Path, info: EncoderInfo) -> StoredIndex | None:
    """Return the index whose vectors can be reused: the newest, made by the same encoder."""
    index = read_newest(home)
    return index if index is not None and index.manifest.fingerprint == info.fingerprint else None


def _serves(home: Path, previous: Manifest, wanted: Manifest) -> bool:
    """Return whether the previous index is as wanted already, and the one that serves."""
    try:
        return previous == replace(wanted, checksums=previous.checksums) == read_manifest(home)
    except IndexFault:
        return False


def _kept(previous: StoredIndex | None) -> list[Part]:
    """Return the segments of the previous index."""
    if previous is None:
        return []
    sums = previous.manifest.checksums
    return [Part(segment, name, sums[name]) for name, segment in previous.segments.items()]


def _new(
    home: Path,
    entries: Sequence[NewEntry],
    info: EncoderInfo,
    embed: Callable[[Sequence[Sequence[str]]], Iterator[NDArray[np.float32]]],
) -> list[Part]:
    """Return segments with new entries. Those too large to be merged at once are written."""
    if not entries:
        return []
    parts = []
    with Checkpoint.open(home, info) as checkpoint:
        _embed(checkpoint, [v.text for e in entries for v in e.views], embed)
        for start in range(0, len(entries), SEGMENT_ENTRIES):
            some = entries[start : start + SEGMENT_ENTRIES]
            vectors = checkpoint.vectors([view.text for entry in some for view in entry.views])
            part = Part(Segment(segment_of(some, vectors)))
            parts.append(part if len(some) < TIERS[-1] else _written(home, part))
    return parts


def _embed(
    checkpoint: Checkpoint,
    texts: Sequence[str],
    embed: Callable[[Sequence[Sequence[str]]], Iterator[NDArray[np.float32]]],
) -> None:
    """Put the vectors of `texts` into the checkpoint, so that an interruption loses little."""
    missing = [text for text in dict.fromkeys(texts) if text not in checkpoint]
    chunks = [missing[start : start + CHUNK] for start in range(0, len(missing), CHUNK)]
    for chunk, vectors in zip(chunks, embed(chunks), strict=True):
        checkpoint.add(chunk, vectors)


def _embedded(
    info: EncoderInfo,
    embedder: Callable[[], Embedder],
    engine: Engine | None,
    progress: Progress,
    chunks: Sequence[Sequence[str]],
) -> Iterator[NDArray[np.float32]]:
    """Yield the vectors of each chunk."""
    if not chunks:
        return
    if engine is not None:
        yield from engine.embed(chunks, fingerprint=info.fingerprint, progress=progress)
        return
    encoder, done, total = embedder(), 0, sum(map(len, chunks))
    for chunk in chunks:
        progress("embedding", done, total)
        yield encoder.embed(chunk, role="passage")
        done += len(chunk)
    progress("embedding", total, total)


def _places(plan: Plan, parts: Sequence[Part]) -> list[Place]:
    """Return the place of each entry; the new ones stand in the last of the parts, in order."""
    count = len(plan.new)
    firsts = range(0, count, SEGMENT_ENTRIES)
    before = len(parts) - len(firsts)
    new = iter((before + n // SEGMENT_ENTRIES, n % SEGMENT_ENTRIES) for n in range(count))
    return [next(new) if place is None else place for place in plan.places]


def _write(home: Path, entries: Sequence[Entry], layout: Layout, manifest: Manifest) -> Manifest:
    """Write what of the layout is not written yet, and a generation of it."""
    parts = [part if part.name else _written(home, part) for part in layout.parts]
    slots = layout.slots
    table = table_of(entries, slots, sum(len(part.segment) for part in parts))
    views = [np.diff(part.segment.arrays["first_views"]) for part in parts]
    return write_generation(
        home,
        {TABLE: table},
        replace(
            manifest,
            views=int(np.concatenate([np.empty(0, np.int64), *views])[slots].sum()),
            checksums={part.name: part.sha256 for part in parts},
        ),
    )


def _written(home: Path, part: Part) -> Part:
    name, sha256 = write_segment(home, part.segment.content)
    return Part(Segment(read_segment(home, name)), name, sha256)
