"""Banks of questions in YAML, as cards; by events, so that nothing is built but text."""

from __future__ import annotations

from typing import Any

from ragprep.errors import GuideError
from ragprep.ingest.convert.bank import document_of
from ragprep.ingest.convert.lines import blank_spans
from ragprep.ingest.convert.tree import MAX_DEPTH, Items, Number, Record, Value, sound
from ragprep.ingest.document import Document

_SPACES = {0x09: "    ", 0x85: " ", 0x2028: " ", 0x2029: " "}
"""Tabs, which YAML refuses, and what it takes for line ends and nobody else does."""

_NOTHING = ("", "~", "null", "Null", "NULL")


def read(source: str, name: str) -> Document:
    """Return the questions of a bank as cards, whatever the keys are called.

    An alias stands for the text that it names and for nothing else: no file grows when it is read.

    Raises:
        GuideError: it is no YAML, or nested too deep.
    """
    import yaml

    lines = source.split("\n")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(name)
    try:
        for event in yaml.parse(source.translate(_SPACES), Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise GuideError(
            f"{name} is no YAML: {getattr(error, 'problem', None) or 'unreadable'}{where}.",
            remedy="Correct that line; texts with ': ' or '#' in them need quotes.",
        ) from error
    if not builder.root.values:
        return Document(size=len(lines))
    return document_of(builder.root, len(lines), list(blank_spans(lines)))


class _Builder:
    """Builds records from events, without recursion."""

    def __init__(self, name: str) -> None:
        self.root = Items()
        self._name = name
        self._open: list[tuple[Items | Record, int, bool]] = [(self.root, 1, False)]
        self._keys: list[tuple[str, int] | None] = [None]
        self._texts: dict[str, str] = {}
        self._last = 1

    def take(self, event: Any) -> None:
        """Take the next event."""
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._open) > MAX_DEPTH:
                raise GuideError(
                    f"{self._name} is nested more than {MAX_DEPTH} levels deep.",
                    remedy="Give a list of records, each with a question and an answer.",
                )
            value: Items | Record = Record() if kind[0] == "M" else Items()
            self._open.append((value, event.start_mark.line + 1, bool(event.flow_style)))
            self._keys.append(None)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            value, first, flow = self._open.pop()
            self._keys.pop()
            if flow:
                self._last = event.end_mark.line + 1
            self._put(value, first)
        elif kind == "ScalarEvent":
            first = event.start_mark.line + 1
            self._last = max(first, event.end_mark.line + (event.end_mark.column > 0))
            text = self._text(event)
            if event.anchor:
                self._texts[event.anchor] = text
            self._put(text, first)
        elif kind == "AliasEvent":
            self._last = event.end_mark.line + 1
            self._put(self._texts.get(event.anchor, ""), event.start_mark.line + 1)

    def _text(self, event: Any) -> str:
        text = sound(event.value)
        if not event.style and event.implicit[0]:  # plain; libyaml says so by ""
            if text in _NOTHING:
                return ""
            if text.lstrip("-").isdecimal():
                return Number(text)
        return text

    def _put(self, value: Value, first: int) -> None:
        holder = self._open[-1][0]
        if isinstance(holder, Items):
            holder.add(value, first, self._last)
            return
        if (named := self._keys[-1]) is None:
            self._keys[-1] = value if isinstance(value, str) else "", first
            return
        self._keys[-1] = None
        holder.names.append(named[0])
        holder.values.append(value)
        holder.lines.append((named[1], self._last))
