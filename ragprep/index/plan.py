"""Which entries of an index to write are in a segment already, and which are new."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.index.segment import KEY_BYTES
from ragprep.ingest.points import key_points
from ragprep.ingest.views import views

if TYPE_CHECKING:
    from ragprep.index.store import StoredIndex
    from ragprep.types.guide import Entry
    from ragprep.types.index import View

Place = tuple[int, int]
"""Number of a segment, and of an entry in it."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry whose views are new, with what is stored of it.

    Attributes:
        entry: the entry.
        key: of `KEY_BYTES`; equal keys, equal views.
        points: text, line after the entry's first, and heading of each key point.
        views: its views.
        phrases: other ways to ask for it.
    """

    entry: Entry
    key: bytes
    points: Sequence[tuple[str, int, str]]
    views: Sequence[View]
    phrases: Sequence[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each entry of an index to write.

    Attributes:
        places: of each entry in the segments of the previous index; None where it is in none.
        new: the entries that are in none, in their order.
        corpus_sha256: of all entries.
    """

    places: list[Place | None]
    new: list[NewEntry]
    corpus_sha256: str


def plan_of(
    entries: Sequence[Entry],
    aliases: Mapping[str, Sequence[str]],
    previous: StoredIndex | None,
    unchanged: Mapping[str, Place],
) -> Plan:
    """Return what becomes of `entries`.

    Args:
        entries: of all guides.
        aliases: entry id -> other ways to ask for it.
        previous: an index of the same encoder, from which entries are carried over.
        unchanged: entry id -> its place there, of entries that are known to be as they were.
    """
    keys = [segment.keys for segment in previous.segments.values()] if previous else []
    places_of = _places_by_key(keys, set(unchanged.values()))
    corpus = hashlib.sha256()
    places: list[Place | None] = []
    new = []
    for entry in entries:
        phrases = aliases.get(entry.id, ())
        place = unchanged.get(entry.id)
        key = content_key(entry, phrases) if place is None else keys[place[0]][place[1]]
        where = [entry.id, entry.label, entry.guide, *entry.section, *map(str, entry.lines)]
        corpus.update(key + "\0".join(where).encode() + b"\n")
        if place is None and (free := places_of.get(key)):
            place = free.pop()
        places.append(place)
        if place is None:
            new.append(_new_entry(entry, key, phrases))
    return Plan(places, new, corpus.hexdigest())


def content_key(entry: Entry, phrases: Sequence[str]) -> bytes:
    """Return what an entry's views depend on: equal keys, equal views."""
    text = "\0".join([entry.question, entry.answer, *phrases])
    return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]


def _new_entry(entry: Entry, key: bytes, phrases: Sequence[str]) -> NewEntry:
    points = [(p.text, p.line - entry.lines[0], p.heading) for p in key_points(entry)]
    return NewEntry(entry, key, points, views(entry, phrases), phrases)


def _places_by_key(
    keys: Sequence[Sequence[bytes]], taken: Collection[Place]
) -> dict[bytes, list[Place]]:
    """Return where there are entries with a key, removed ones too: the first one comes last.

    Args:
        keys: of the entries of each segment.
        taken: places to leave out.
    """
    places: dict[bytes, list[Place]] = {}
    for number, some in enumerate(keys):
        for entry, key in enumerate(some):
            if (number, entry) not in taken:
                places.setdefault(key, []).insert(0, (number, entry))
    return places
