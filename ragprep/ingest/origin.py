"""The lines of a guide as lines of its file, where a reader has made Markdown of it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragprep.ingest.document import Document
from ragprep.types.guide import Entry, Guide, Role, Span

_RANK = (Role.BLANK, Role.METADATA, Role.LEFT_OUT, Role.SECTION, Role.ENTRY)


def in_file(guide: Guide, document: Document) -> Guide:
    """Return a guide read from a document's Markdown and cards with the lines of its file."""
    if not document.source and not document.cards and not document.spans:
        return guide
    source = document.source or tuple(range(1, len(document.markdown) + 1))
    read = guide.entries[: len(guide.entries) - len(document.cards)]
    ends = document.ends or source
    entries = (*(_moved(entry, source, ends) for entry in read), *guide.entries[len(read) :])
    account = _account(guide, document, source, ends, guide.entries[len(read) :])
    return replace(guide, entries=entries, account=account)


def joined(roles: Sequence[tuple[Role, str]], first: int = 1) -> list[Span]:
    """Return the spans of lines from `first` on; neighbours that count as the same are one."""
    spans: list[Span] = []
    for number, (role, reason) in enumerate(roles, first):
        if spans and (spans[-1].role, spans[-1].reason) == (role, reason):
            spans[-1] = Span(spans[-1].first, number, role, reason)
        else:
            spans.append(Span(number, number, role, reason))
    return spans


def line_in_file(source: Sequence[int], line: int) -> int:
    """Return the line of a file that a line of its Markdown came from, both 1-based."""
    return source[min(max(line, 1), len(source)) - 1] if source else line


def _moved(entry: Entry, source: Sequence[int], ends: Sequence[int]) -> Entry:
    first, last = entry.lines
    return replace(entry, lines=(line_in_file(source, first), line_in_file(ends, last)))


def _account(
    guide: Guide,
    document: Document,
    source: Sequence[int],
    ends: Sequence[int],
    cards: Sequence[Entry],
) -> tuple[Span, ...]:
    """Give each line of the file the weightiest of what its lines in Markdown count as."""
    roles: list[tuple[Role, str]] = [document.unnamed] * document.size
    ranks = [-1] * document.size

    def put(first: int, last: int, role: Role, reason: str) -> None:
        for i in range(max(first, 1) - 1, min(last, document.size)):
            if _RANK.index(role) > ranks[i]:
                roles[i], ranks[i] = (role, reason), _RANK.index(role)

    for span in document.spans:
        put(span.first, span.last, span.role, span.reason)
    for span in guide.account:
        if span.role is Role.ENTRY:
            put(
                line_in_file(source, span.first),
                line_in_file(ends, span.last),
                span.role,
                span.reason,
            )
            continue
        for line in range(span.first, min(span.last, len(source)) + 1):
            put(source[line - 1], ends[line - 1], span.role, span.reason)
    for entry in cards:
        put(*entry.lines, Role.ENTRY, entry.label)
    return tuple(joined(roles))
