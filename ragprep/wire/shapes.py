"""The shapes of what `--json` prints of entries and reviews, from which schemas are made.

What the keys mean stands in the docstrings of the functions of `wire` that fill them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from ragprep.types.answer import Sentence, Source
from ragprep.types.grade import Evidence, PointGrade, Term
from ragprep.types.guide import KeyPoint
from ragprep.types.practice import RatingName
from ragprep.types.progress import DueEntry
from ragprep.types.search import Reason, Strength


@dataclass(frozen=True, slots=True)
class HitJson:
    """A hit without its trace."""

    label: str
    id: str
    question: str
    section: str
    relevance: float
    strength: Strength
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class SearchJson:
    """What `wire.search` returns without --explain."""

    query: str
    covered: bool
    hits: list[HitJson]


@dataclass(frozen=True, slots=True)
class SecondsJson:
    """What an answer took."""

    first: float
    whole: float


@dataclass(frozen=True, slots=True)
class AnswerJson:
    """What `wire.answer` returns."""

    question: str
    text: str
    refused: bool
    sentences: tuple[Sentence, ...]
    omitted: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    model: str | None
    verdict: Literal["answered", "extractive", "refused", "asked back"]
    note: str
    seconds: SecondsJson


@dataclass(frozen=True, slots=True)
class EntryJson:
    """An entry without its text."""

    label: str
    id: str
    question: str
    section: str
    guide: str
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WholeEntryJson:
    """An entry with its answer and key points."""

    label: str
    id: str
    question: str
    section: str
    guide: str
    lines: tuple[int, int]
    answer: str
    points: list[KeyPoint]


@dataclass(frozen=True, slots=True)
class EntriesJson:
    """What `wire.entries_shown` returns with key points and without rubrics."""

    entries: list[WholeEntryJson]


@dataclass(frozen=True, slots=True)
class NamedEntryJson:
    """The label and question of an entry."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class GradeJson:
    """What `wire.grade` returns."""

    entry: str
    question: str
    score: int
    confidence: float
    verdict: str
    points: tuple[PointGrade, ...]
    sums: tuple[Term, ...]
    limit: int
    fix: str
    remarks: tuple[str, ...]
    wrong: tuple[Evidence, ...]
    read_next: list[NamedEntryJson]
    judge: str
    second: str | None
    note: str


@dataclass(frozen=True, slots=True)
class RelatedEntryJson:
    """An entry to look at next."""

    label: str
    id: str
    question: str
    section: str
    score: float
    reason: Reason
    detail: str
    near_duplicate: bool


@dataclass(frozen=True, slots=True)
class RelatedJson:
    """What `wire.related` returns."""

    entry: EntryJson | None
    covered: bool
    related: list[RelatedEntryJson]


@dataclass(frozen=True, slots=True)
class DueJson:
    """What `wire.due` returns."""

    entries: list[DueEntry]
    new: int


@dataclass(frozen=True, slots=True)
class ReviewJson:
    """What `wire.reviewed` returns."""

    review: str
    entry: str
    rating: RatingName
    due: date


def plain(shape: Any) -> dict[str, Any]:
    """Return a dataclass as an object of JSON: those in it too, and days as ISO 8601."""
    return asdict(shape, dict_factory=_object)


def _object(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in items}
