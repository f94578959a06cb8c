"""Builds an index from guides, embedding only what the index before does not have."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.errors import IndexFault
from ragprep.index.checkpoint import Checkpoint
from ragprep.index.generations import FORMAT, read_manifest
from ragprep.index.out_of_scope import OutOfScope, known_vectors, spread
from ragprep.index.store import (
    KINDS,
    Content,
    StoredIndex,
    read_newest,
    record_of,
    write_index,
)
from ragprep.index.vectors import DenseIndex, index_type_for
from ragprep.index.words import LexicalIndex
from ragprep.ingest.points import key_points
from ragprep.ingest.views import views
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
    out_of_scope: Sequence[tuple[int, Sequence[str]]] = (),
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
        out_of_scope: of each guide in turn, its number of entries and what it does not cover.
        info: the encoder's description.
        embedder: opens the encoder; called only if something must be embedded.
        progress: told about every stage.

    Raises:
        IndexUnwritable: read-only folder or full disk.
    """
    began = time.monotonic()
    before = _index_before(home, info)
    records = [json.loads(line) for line in before.entry_lines] if before is not None else []
    rows_before = {record["content"]: row for row, record in enumerate(records)}
    entry_lines: list[bytes] = []
    view_lines: list[bytes] = []
    owners: list[int] = []
    kinds: list[int] = []
    taken: list[int] = []  # row of the view in the index before, -1 when new
    fresh: list[str] = []
    for row, entry in enumerate(entries):
        phrases = aliases.get(entry.id, ())
        key = content_key(entry, phrases)
        old = rows_before.get(key)
        if before is not None and old is not None:
            own = records[old]["points"]
            span = before.views_of(old)
            view_lines += [before.view_lines[view] for view in range(span.start, span.stop)]
            kinds += before.kinds[span].tolist()
            taken += range(span.start, span.stop)
        else:
            made = views(entry, phrases)
            own = [(p.text, p.line - entry.lines[0], p.heading) for p in key_points(entry)]
            view_lines += [
                json.dumps({"text": view.text, "shown": view.shown}).encode() for view in made
            ]
            kinds += [KINDS.index(view.kind) for view in made]
            taken += [-1] * len(made)
            fresh += [view.text for view in made]
        entry_lines.append(json.dumps(record_of(entry) | {"content": key, "points": own}).encode())
        owners += [row] * (len(view_lines) - len(owners))
    beyond, spans = spread(out_of_scope)
    had = known_vectors(before.out_of_scope if before is not None else None)
    index_type = index_type_for(len(view_lines))
    manifest = Manifest(
        format=FORMAT,
        model=info.model,
        fingerprint=info.fingerprint,
        dim=info.dim,
        index_type=index_type,
        sources=tuple(sources),
        guides=tuple(guides),
        entries=len(entries),
        views=len(view_lines),
        corpus_sha256=hashlib.sha256(
            b"\n".join([*entry_lines, *(text.encode() for text in beyond)])
        ).hexdigest(),
    )
    if before is not None and _serves(home, before.manifest, manifest):
        manifest = before.manifest
    else:
        unseen = [text for text in beyond if text not in had]
        new = _embed(home, [*fresh, *unseen], info, embedder, progress)
        new, phrases_new = new[: len(fresh)], new[len(fresh) :]
        vector_of = {**had, **dict(zip(unseen, phrases_new, strict=True))}
        progress("writing the index", 0, 1)
        content = Content(
            entry_lines=entry_lines,
            names=[(entry.label, entry.id) for entry in entries],
            view_lines=view_lines,
            owners=np.array(owners, dtype=np.int32),
            kinds=np.array(kinds, dtype=np.uint8),
            dense=DenseIndex.build(
                _gather(before, np.array(taken, dtype=np.int64), new), index_type
            ),
            lexical=LexicalIndex.build(
                ["\n".join([e.question, e.answer, *aliases.get(e.id, ())]) for e in entries]
            ),
            words=[search_words(f"{entry.question} {entry.answer}") for entry in entries],
            out_of_scope=OutOfScope(
                beyond,
                spans,
                np.array([vector_of[text] for text in beyond], np.float32).reshape(-1, info.dim),
            ),
        )
        manifest = write_index(home, content, manifest)
        Checkpoint.remove_all(home)
        progress("writing the index", 1, 1)
    return BuildReport(
        manifest=manifest,
        embedded=len(fresh),
        reused=len(view_lines) - len(fresh),
        seconds=time.monotonic() - began,
    )


def content_key(entry: Entry, phrases: Sequence[str]) -> str:
    """Return what an entry's views depend on: equal keys, equal views."""
    text = "\0".join([entry.question, entry.answer, *phrases])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _index_before(home: Path, info: EncoderInfo) -> StoredIndex | None:
    """Return the index from which vectors can be taken over."""
    before = read_newest(home)
    return (
        before if before is not None and before.manifest.fingerprint == info.fingerprint else None
    )


def _serves(home: Path, before: Manifest, wanted: Manifest) -> bool:
    """Return whether the index before is as wanted already, and the one that serves."""
    try:
        return before == replace(wanted, checksums=before.checksums) == read_manifest(home)
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


def _gather(
    before: StoredIndex | None, taken: NDArray[np.int64], new: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the vectors of all views: those taken over, and the new ones in their order."""
    vectors = np.empty((len(taken), new.shape[1]), dtype=np.float32)
    fresh = taken < 0
    vectors[fresh] = new
    if before is not None and not fresh.all():
        vectors[~fresh] = before.dense.vectors()[taken[~fresh]]
    return vectors
