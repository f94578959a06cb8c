"""A guide as it was read: entries, key points, aliases, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One statement of an answer that can be made, cited or missed on its own.

    Attributes:
        text: plain text, Markdown marks removed ("Bias: Error due to ...").
        line: 1-based line in the guide where it starts.
        heading: the line or item it stands under ("Prevention methods"); "" when there is none.
    """

    text: str
    line: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a guide with its answer: the unit of results, citations and grades.

    Attributes:
        id: stable; made of the guide's name and the question, so an edited answer keeps it.
        label: what people type ("q76"); unique in an index.
        question: plain text, without its number.
        answer: Markdown as the guide has it, without the leading "**A:**".
        section: path from the outermost heading ("Deep Learning",).
        guide: name of the guide (its file name without suffix).
        lines: first and last line in the guide, 1-based, both included.
    """

    id: str
    label: str
    question: str
    answer: str
    section: tuple[str, ...]
    guide: str
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another way to ask for an entry; never shown as the guide's text, and never cited.

    Attributes:
        entry_id: the entry it asks for.
        phrase: what a person might type.
        kind: "everyday", "description", "symptom", "detail" and so on.
        source: who wrote it ("hand", or a model's name).
        content: `ingest.aliases.entry_hash` of the entry it was written for.
    """

    entry_id: str
    phrase: str
    kind: str
    source: str
    content: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something `lint` says about a guide: where, how serious, and what to do."""

    line: int
    level: Literal["info", "warning", "error"]
    message: str


class Role(StrEnum):
    """What a line of a guide counts as."""

    ENTRY = "entry"
    SECTION = "section"
    METADATA = "metadata"
    LEFT_OUT = "left out"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a guide that count as one thing.

    Attributes:
        first: 1-based.
        last: 1-based, included.
        role: what they are.
        reason: the entry's label, the section's title, or why they are in no entry.
    """

    first: int
    last: int
    role: Role
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """One parsed document.

    Attributes:
        name: file name without suffix.
        path: where it was read, as given.
        entries: in the guide's order.
        diagnostics: repairs made, text outside entries, entries without an answer.
        aliases: other ways to ask for its entries, from the file beside it.
        account: every line of the file in exactly one span, in order.
        missed: lines that look like questions and are in no entry.
        skipped: why a file found in a folder has no entries; "" when it has.
    """

    name: str
    path: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    aliases: tuple[Alias, ...] = ()
    account: tuple[Span, ...] = ()
    missed: int = 0
    skipped: str = ""
