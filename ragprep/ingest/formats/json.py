"""Banks of questions in JSON and JSON Lines, as cards."""

from __future__ import annotations

import json
import re

from ragprep.errors import GuideError
from ragprep.ingest.convert.bank import document_of
from ragprep.ingest.convert.tree import MAX_DEPTH, Items, Number, Record, Value, sound
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([\[\]{}:,])|([^\s\[\]{}:,"]+)', re.DOTALL)
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
        json.loads(source, strict=False)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in source.strip():
            return _read_lines(lines, name)
        raise GuideError(
            f"{name} is no JSON: {error.msg.lower()} in line {error.lineno}.",
            remedy="Correct that line; an editor that knows JSON shows what is wrong.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise _too_deep(name) from error
    return document_of(_tree(source, name), size)


def _read_lines(lines: list[str], name: str) -> Document:
    """Read a value on each line; lines that hold none are named."""
    items = Items()
    spans = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            spans.append(Span(number, number, Role.BLANK))
            continue
        try:
            json.loads(line, strict=False)
        except (ValueError, RecursionError):
            spans.append(Span(number, number, Role.LEFT_OUT, "a line that is no JSON"))
            continue
        items.add(_tree(line, name, number), number, number)
    wrong = [span for span in spans if span.role is Role.LEFT_OUT]
    if len(wrong) > len(items.values):
        raise GuideError(
            f"{name} is no JSON: line {wrong[0].first} has no value of its own.",
            remedy="Write one record a line, or the whole file as one list.",
        )
    return document_of(items, len(lines), spans)


def _tree(source: str, name: str, line: int = 1) -> Value:
    """Return sound JSON as records with their lines, without recursion."""
    root = Items()
    open_values: list[tuple[Items | Record, int]] = [(root, line)]
    keys: list[tuple[str, int]] = []
    at = 0
    key = False  # the next text names a value
    for match in _TOKEN.finditer(source):
        line += source.count("\n", at, match.start())
        at = match.start()
        first = line
        text, sign, bare = match.groups()
        holder = open_values[-1][0]
        if sign in ("{", "["):
            if len(open_values) > MAX_DEPTH:
                raise _too_deep(name)
            open_values.append((Record() if sign == "{" else Items(), line))
            key = sign == "{"
            continue
        if sign in ("}", "]"):
            value: Value
            value, first = open_values.pop()
            holder = open_values[-1][0]
        elif sign:
            key = sign == "," and isinstance(holder, Record)
            continue
        elif bare is not None:
            value = _scalar(bare)
        else:
            value = sound(json.loads(f'"{text}"', strict=False) if "\\" in text else text)
            if key:
                keys.append((value, line))
                continue
        line += source.count("\n", at, match.end())
        at = match.end()
        if isinstance(holder, Record):
            named, first = keys.pop()
            holder.names.append(named)
            holder.values.append(value)
            holder.lines.append((first, line))
        else:
            holder.add(value, first, line)
    return root.values[0]


def _scalar(bare: str) -> str:
    if bare == "null":
        return ""
    return Number(bare) if bare[:1] in "-0123456789" else bare


def _too_deep(name: str) -> GuideError:
    return GuideError(
        f"{name} is nested more than {MAX_DEPTH} levels deep.",
        remedy="Give a list of records, each with a question and an answer.",
    )
