"""Banks of questions in JSON and JSON Lines, as cards."""

from __future__ import annotations

import json

from ragprep.errors import GuideError
from ragprep.ingest.convert.bank import document_of
from ragprep.ingest.convert.json_tree import tree_of
from ragprep.ingest.convert.tree import Items
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_LINE_SUFFIXES = (".jsonl", ".ndjson")


def read(source: str, name: str) -> Document:
    """Return the questions of a bank as cards, whatever the keys are called.

    Raises:
        GuideError: it is no JSON, or nested too deep.
    """
    lines = source.split("\n")
    size = len(lines)
    if not source.strip():
        return Document(size=size)
    if name.lower().endswith(_LINE_SUFFIXES):
        return _read_lines(lines, name)
    try:
        return document_of(tree_of(source, name), size)
    except GuideError as error:
        cause = error.__cause__
        if isinstance(cause, json.JSONDecodeError) and cause.msg == "Extra data":
            return _read_lines(lines, name)
        raise


def _read_lines(lines: list[str], name: str) -> Document:
    """Read a value on each line; lines that hold none are named."""
    items = Items()
    spans = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            spans.append(Span(number, number, Role.BLANK))
            continue
        try:
            items.add(tree_of(line, name, number), number, number)
        except GuideError:
            spans.append(Span(number, number, Role.LEFT_OUT, "a line that is no JSON"))
    wrong = [span for span in spans if span.role is Role.LEFT_OUT]
    if len(wrong) > len(items.values):
        raise GuideError(
            f"{name} is no JSON: line {wrong[0].first} has no value of its own.",
            remedy="Write one record a line, or the whole file as one list.",
        )
    return document_of(items, len(lines), spans)
