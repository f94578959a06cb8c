"""Markdown: the file itself, line by line; what its lines are is seen by `ingest.blocks`."""

from __future__ import annotations

from ragprep.ingest.convert.dialects import translated
from ragprep.ingest.document import Document


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return the lines of a Markdown file; what its dialects add to Markdown is translated."""
    lines = tuple(source.split("\n"))
    return translated(lines, source) or Document(size=len(lines), markdown=lines)
