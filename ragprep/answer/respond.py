"""Answers a question from one snapshot: searches, resolves who writes, and takes the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ragprep.answer.ask import answer
from ragprep.llm.writer import NONE_RUNS, Writer
from ragprep.search.find import row_of, search_by
from ragprep.search.similarity import entry_cosines, point_cosines
from ragprep.types.answer import Answer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.snapshot import Snapshot
    from ragprep.types.guide import KeyPoint
    from ragprep.types.search import Cosines, Hit

HITS = 5
"""Entries that an answer may be taken from."""

OWN_SENTENCES = (
    "Answered from the guide's own sentences; for a written answer start Ollama "
    "(`ollama serve`, https://ollama.com)."
)


def respond(
    snapshot: Snapshot, question: str, writer: Writer, on_text: Callable[[str], None] | None = None
) -> Answer:
    """Answer a question that `clean_query` let through.

    Args:
        snapshot: of the request.
        question: as searched for.
        writer: resolved only when the guides cover the question.
        on_text: called with pieces of the answer as they come.
    """
    start, first = time.perf_counter(), 0.0

    def heard(piece: str) -> None:
        nonlocal first
        first = first or time.perf_counter() - start
        if on_text is not None:
            on_text(piece)

    vector = snapshot.embed_query(question)
    result = search_by(snapshot, question, vector, HITS)
    points, cosines = _statements(snapshot, result.hits, vector)
    llm, reason = writer.resolve() if result.covered else (None, "")
    written = answer(
        question,
        result,
        points,
        llm=llm,
        cosines=cosines,
        similarity_to=partial(similarity_to, snapshot),
        on_text=heard,
        progress=snapshot.reporter.progress,
    )
    paths = {guide.name: guide.path for guide in snapshot.index.manifest.guides}
    sources = (replace(source, path=paths.get(source.guide, "")) for source in written.sources)
    return replace(
        written,
        sources=tuple(sources),
        note=written.note or (OWN_SENTENCES if reason == NONE_RUNS else reason),
        first_s=first,
        whole_s=time.perf_counter() - start,
    )


def similarity_to(snapshot: Snapshot, text: str, label: str) -> list[float]:
    """Return the cosine of a sentence to each statement of an entry."""
    vector = snapshot.embedder.embed([text], role="passage")[0]
    return point_cosines(snapshot.index, row_of(snapshot.index, label), vector)


def _statements(
    snapshot: Snapshot, hits: Sequence[Hit], vector: NDArray[np.float32]
) -> tuple[dict[str, tuple[KeyPoint, ...]], dict[str, Cosines]]:
    """Return the key points of the hits, and how similar they are to the query, by entry id."""
    index = snapshot.index
    rows = {hit.entry.id: row_of(index, hit.entry.id) for hit in hits}
    points = {entry_id: index.points(row) for entry_id, row in rows.items()}
    cosines = {entry_id: entry_cosines(index, row, vector) for entry_id, row in rows.items()}
    return points, cosines
