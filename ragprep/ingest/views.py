"""The texts that stand for an entry in the index; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragprep.ingest.points import key_points, plain_text
from ragprep.types.guide import Entry
from ragprep.types.index import View, ViewKind


def views(entry: Entry, phrases: Sequence[str] = ()) -> tuple[View, ...]:
    """Return an entry's views: question, whole entry, each key point alone and with it, aliases.

    A point alone carries the heading it stands under ("Prevention methods: Early stopping"), which
    is all the context it has; a point with the question does not need it. No text is empty and
    none occurs twice, whatever its case and spaces; the first of equals stays.
    """
    by_key: dict[str, View] = {}
    for view in (*_all(entry), *_aliases(entry, phrases)):
        key = " ".join(view.text.casefold().split())
        if key:
            by_key.setdefault(key, view)
    return tuple(by_key.values())


def _aliases(entry: Entry, phrases: Sequence[str]) -> Iterator[View]:
    for phrase in phrases:  # what is shown is the guide's own text, never an alias
        yield View(entry.id, ViewKind.ALIAS, phrase, entry.question)


def _all(entry: Entry) -> Iterator[View]:
    points = key_points(entry)
    whole = plain_text(entry.answer)
    first = points[0].text if points else whole.partition("\n")[0] or entry.question
    yield View(entry.id, ViewKind.QUESTION, entry.question, entry.question)
    yield View(entry.id, ViewKind.ENTRY, f"{entry.question}\n{whole}", first)
    for point in points:
        text = f"{point.heading}: {point.text}" if point.heading else point.text
        yield View(entry.id, ViewKind.POINT, text, point.text)
    for point in points:
        text = f"{entry.question} {point.text}"
        yield View(entry.id, ViewKind.QUESTION_POINT, text, point.text)
