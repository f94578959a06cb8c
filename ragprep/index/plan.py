"""Which entries of an index to write are in a segment already, and which are new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.index.segment import KEY_BYTES, NewEntry
from ragprep.ingest.points import key_points
from ragprep.ingest.views import views

if TYPE_CHECKING:
    from ragprep.index.store import StoredIndex
    from ragprep.types.guide import Entry

Place = tuple[int, int]
"""Number of a segment, and of an entry in it."""


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
    entries: Sequence[Entry], aliases: Mapping[str, Sequence[str]], previous: StoredIndex | None
) -> Plan:
    """Return what becomes of `entries`.

    Args:
        entries: of all guides.
        aliases: entry id -> other ways to ask for it.
        previous: an index of the same encoder, from which unchanged entries are carried over.
    """
    places_of = _places_by_key(previous)
    corpus = hashlib.sha256()
    places: list[Place | None] = []
    new = []
    for entry in entries:
        phrases = aliases.get(entry.id, ())
        key = content_key(entry, phrases)
        where = [entry.id, entry.label, entry.guide, *entry.section, *map(str, entry.lines)]
        corpus.update(key + "\0".join(where).encode() + b"\n")
        free = places_of.get(key)
        places.append(free.pop() if free else None)
        if places[-1] is None:
            new.append(_new_entry(entry, key, phrases))
    return Plan(places, new, corpus.hexdigest())


def content_key(entry: Entry, phrases: Sequence[str]) -> bytes:
    """Return what an entry's views depend on: equal keys, equal views."""
    text = "\0".join([entry.question, entry.answer, *phrases])
    return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]


def _new_entry(entry: Entry, key: bytes, phrases: Sequence[str]) -> NewEntry:
    points = [(p.text, p.line - entry.lines[0], p.heading) for p in key_points(entry)]
    return NewEntry(entry, key, points, views(entry, phrases), phrases)


def _places_by_key(previous: StoredIndex | None) -> dict[bytes, list[Place]]:
    """Return where the previous index has entries, removed ones too: the first one comes last."""
    places: dict[bytes, list[Place]] = {}
    if previous is not None:
        for number, segment in enumerate(previous.segments.values()):
            for entry, key in enumerate(segment.keys):
                places.setdefault(key, []).insert(0, (number, entry))
    return places
