"""Builds an index from guides, embedding only what the index before does not have."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.errors import IndexFault
from ragprep.retrieve.checkpoint import Checkpoint
from ragprep.retrieve.dense import DenseIndex, index_type_for
from ragprep.retrieve.lexical import LexicalIndex
from ragprep.retrieve.store import (
    FORMAT,
    KINDS,
    Content,
    StoredIndex,
    building,
    read_index,
    unwritable,
    write_index,
)
from ragprep.types import BuildReport, Entry, GuideFile, KeyPoint, Manifest, View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import Embedder, Progress
    from ragprep.retrieve.embed import EncoderInfo

CHUNK = 512
"""Views embedded between two reports of progress: a few seconds' work on two cores."""


def build_index(
    home: Path,
    entries: Sequence[Entry],
    guides: Sequence[GuideFile],
    *,
    sources: Sequence[str],
    points: Callable[[Entry], Sequence[KeyPoint]],
    views: Callable[[Entry], Sequence[View]],
    info: EncoderInfo,
    embedder: Callable[[], Embedder],
    progress: Progress,
) -> BuildReport:
    """Build or update the index in `home` and let it serve.

    Entries whose question and answer are unchanged keep their views and vectors. Interrupted, it
    leaves the old index in place, and the vectors made so far for the next build.

    Args:
        home: folder of the index.
        entries: of all guides, labels and ids unique.
        guides: the files they came from.
        sources: what the person asked to be indexed; kept in the manifest.
        points: gives an entry's key points, and `views` its views; called for new and changed
            entries alone.
        info: the encoder's description.
        embedder: opens the encoder; called only if something must be embedded.
        progress: told about every stage.

    Raises:
        IndexBusy, IndexUnwritable: see `store`.
    """
    began = time.monotonic()
    with building(home):
        before = _index_before(home, info)
        kept = _rows_by_content(before)
        entry_lines: list[bytes] = []
        view_lines: list[bytes] = []
        owners: list[int] = []
        kinds: list[int] = []
        sources: list[int] = []  # row of the view in the index before, -1 when new
        fresh: list[str] = []
        for row, entry in enumerate(entries):
            key = content_key(entry)
            if before is not None and key in kept:
                old = before.views_of(kept[key])
                own = json.loads(before.entry_lines[kept[key]])["points"]
                view_lines += before.view_lines[old]
                kinds += before.kinds[old].tolist()
                sources += range(old.start, old.stop)
            else:
                made = views(entry)
                own = [(p.text, p.line - entry.lines[0], p.heading) for p in points(entry)]
                view_lines += [
                    json.dumps({"text": view.text, "shown": view.shown}).encode() for view in made
                ]
                kinds += [KINDS.index(view.kind) for view in made]
                sources += [-1] * len(made)
                fresh += [view.text for view in made]
            record = asdict(entry) | {"content": key, "points": own}
            entry_lines.append(json.dumps(record).encode())
            owners += [row] * (len(view_lines) - len(owners))
        new = _embed(home, fresh, info, embedder, progress)
        progress("writing the index", 0, 1)
        content = Content(
            entry_lines=entry_lines,
            view_lines=view_lines,
            owners=np.array(owners, dtype=np.int32),
            kinds=np.array(kinds, dtype=np.uint8),
            dense=DenseIndex.build(_gather(before, np.array(sources), new, info.dim)),
            lexical=LexicalIndex.build([f"{e.question}\n{e.answer}" for e in entries]),
        )
        manifest = write_index(
            home,
            content,
            Manifest(
                format=FORMAT,
                model=info.model,
                fingerprint=info.fingerprint,
                dim=info.dim,
                index_type=index_type_for(len(view_lines)),
                sources=tuple(sources),
                guides=tuple(guides),
                entries=len(entries),
                views=len(view_lines),
                corpus_sha256=hashlib.sha256(b"\n".join(entry_lines)).hexdigest(),
            ),
        )
        Checkpoint.remove_all(home)
        progress("writing the index", 1, 1)
    return BuildReport(
        manifest=manifest,
        embedded=len(fresh),
        reused=len(view_lines) - len(fresh),
        seconds=time.monotonic() - began,
    )


def content_key(entry: Entry) -> str:
    """Return what an entry's views depend on: equal keys, equal views."""
    return hashlib.sha256(f"{entry.question}\0{entry.answer}".encode()).hexdigest()[:32]


def _index_before(home: Path, info: EncoderInfo) -> StoredIndex | None:
    """Return the index that serves, if its vectors can be taken over."""
    try:
        before = read_index(home)
    except IndexFault:
        return None
    return before if before.manifest.fingerprint == info.fingerprint else None


def _rows_by_content(index: StoredIndex | None) -> dict[str, int]:
    if index is None:
        return {}
    return {json.loads(line)["content"]: row for row, line in enumerate(index.entry_lines)}


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
        done = len(texts) - len(missing)
        encoder = embedder() if missing else None
        for start in range(0, len(missing), CHUNK):
            progress("embedding", done + start, len(texts))
            chunk = missing[start : start + CHUNK]
            assert encoder is not None
            try:
                checkpoint.add(chunk, encoder.embed(chunk, role="passage"))
            except OSError as exc:
                raise unwritable(home, exc) from exc
        progress("embedding", len(texts), len(texts))
        return np.stack([checkpoint[text] for text in texts])


def _gather(
    before: StoredIndex | None,
    sources: NDArray[Any],
    new: NDArray[np.float32],
    dim: int,
) -> NDArray[np.float32]:
    vectors = np.empty((len(sources), dim), dtype=np.float32)
    fresh = sources < 0
    vectors[fresh] = new
    if before is not None and not fresh.all():
        vectors[~fresh] = before.dense.vectors()[sources[~fresh]]
    return vectors
