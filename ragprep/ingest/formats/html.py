"""HTML pages, as Markdown."""

from __future__ import annotations

from ragprep.ingest.convert.hypertext import markdown_of
from ragprep.ingest.convert.lines import blank_spans
from ragprep.ingest.document import Document


def read(source: str, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Return what a page says, without scripts, navigation and footers."""
    lines, spans = markdown_of(source)
    rows = source.split("\n")
    return lines.document(len(rows), [*blank_spans(rows), *spans])
