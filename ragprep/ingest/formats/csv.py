"""Tables with a separator (CSV, TSV), as cards."""

from __future__ import annotations

import re

from ragprep.ingest.convert.deck import document_of
from ragprep.ingest.convert.rows import rows_of, separator_of
from ragprep.ingest.convert.separators import suggested_separator
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_NAMED = re.compile(r"\"?sep=(.)\"?\s*$")


def read(source: str, name: str) -> Document:
    """Return a table's rows as cards: a question and an answer, or a front and a back."""
    lines = source.split("\n")
    size = len(lines)
    spans = []
    start = 0
    separator = ""
    if match := _NAMED.match(lines[0]):  # Excel's
        separator, start = match[1], 1
        spans.append(Span(1, 1, Role.METADATA, "names the separator"))
    if not separator:
        tabs = name.lower().endswith((".tsv", ".tab"))
        separator = separator_of(lines, "\t" if tabs else suggested_separator(lines))
    return document_of(list(rows_of(lines, separator, start)), spans, size, separator=separator)
