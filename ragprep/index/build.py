"""Builds an index from guides, embedding only what the previous index does not have."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import IndexFault
from ragprep.index.checkpoint import Checkpoint
from ragprep.index.generations import FORMAT, read_manifest
from ragprep.index.rows import Rows, rows_of
from ragprep.index.store import Content, StoredIndex, read_newest, write_index
from ragprep.index.vectors import DenseIndex, index_type_for
from ragprep.index.words import LexicalIndex
from ragprep.text.words import search_words
from ragprep.types.guide import Entry
from ragprep.types.index import BuildReport, GuideFile, Manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo
    from ragprep.protocols import Embedder, Progress

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

    Raises:
        IndexUnwritable: read-only folder or full disk.
    """
    began = time.monotonic()
    previous = _previous(home, info)
    rows = rows_of(entries, aliases, previous)
    index_type = index_type_for(len(rows.view_lines))
    manifest = Manifest(
        format=FORMAT,
        model=info.model,
        fingerprint=info.fingerprint,
        dim=info.dim,
        index_type=index_type,
        sources=tuple(sources),
        guides=tuple(guides),
        entries=len(entries),
        views=len(rows.view_lines),
        corpus_sha256=hashlib.sha256(b"\n".join(rows.entry_lines)).hexdigest(),
    )
    if previous is not None and _serves(home, previous.manifest, manifest):
        manifest = previous.manifest
    else:
        new = _embed(home, rows.new_texts, info, embedder, progress)
        progress("writing the index", 0, 1)
        content = _content(
            entries,
            aliases,
            rows,
            DenseIndex.build(rows.vectors(previous, new), index_type),
        )
        manifest = write_index(home, content, manifest)
        Checkpoint.remove_all(home)
        progress("writing the index", 1, 1)
    return BuildReport(
        manifest=manifest,
        embedded=len(rows.new_texts),
        reused=len(rows.view_lines) - len(rows.new_texts),
        seconds=time.monotonic() - began,
    )


def _previous(home: Path, info: EncoderInfo) -> StoredIndex | None:
    """Return the index whose vectors can be reused: the newest, made by the same encoder."""
    index = read_newest(home)
    return index if index is not None and index.manifest.fingerprint == info.fingerprint else None


def _serves(home: Path, previous: Manifest, wanted: Manifest) -> bool:
    """Return whether the previous index is as wanted already, and the one that serves."""
    try:
        return previous == replace(wanted, checksums=previous.checksums) == read_manifest(home)
    except IndexFault:
        return False


def _embed(
    home: Path,
    texts: Sequence[str],
    info: EncoderInfo,
    embedder: Callable[[], Embedder],
    progress: Progress,
) -> NDArray[np.float32]:
    """Return the vectors of `texts`, kept chunk by chunk so that an interruption loses little."""
    if not texts:
        return np.zeros((0, info.dim), dtype=np.float32)
    with Checkpoint.open(home, info) as checkpoint:
        missing = [text for text in dict.fromkeys(texts) if text not in checkpoint]
        encoder = embedder() if missing else None
        for start in range(0, len(missing), CHUNK):
            progress("embedding", start, len(missing))
            chunk = missing[start : start + CHUNK]
            assert encoder is not None
            checkpoint.add(chunk, encoder.embed(chunk, role="passage"))
        if missing:
            progress("embedding", len(missing), len(missing))
        return np.stack([checkpoint[text] for text in texts])


def _content(
    entries: Sequence[Entry],
    aliases: Mapping[str, Sequence[str]],
    rows: Rows,
    dense: DenseIndex,
) -> Content:
    """Return what is written to the files of the index."""
    texts = ["\n".join([e.question, e.answer, *aliases.get(e.id, ())]) for e in entries]
    return Content(
        entry_lines=rows.entry_lines,
        names=[(entry.label, entry.id) for entry in entries],
        view_lines=rows.view_lines,
        owners=np.array(rows.owners, dtype=np.int32),
        kinds=np.array(rows.kinds, dtype=np.uint8),
        dense=dense,
        lexical=LexicalIndex.build(texts),
        words=[search_words(f"{entry.question} {entry.answer}") for entry in entries],
    )
