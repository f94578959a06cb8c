"""What a search finds: hits with their evidence, and related entries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ragprep.types.guide import Entry


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an entry is among the hits: one retriever's evidence.

    Attributes:
        retriever: "dense" or "lexical".
        view: kind of the closest view, or "words" for BM25.
        text: the view's text, or the query's words that occur in the entry.
        score: as the retriever scores it, higher is better (cosine, BM25).
        rank: 1-based, of the entry in that retriever's own list.
    """

    retriever: Literal["dense", "lexical"]
    view: str
    text: str
    score: float
    rank: int


class Strength(StrEnum):
    """A relevance in a word, which means the same on every guide; `calibrate.strength` chooses."""

    STRONG = "strong"
    LIKELY = "likely"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a query.

    Attributes:
        entry: the entry.
        relevance: calibrated probability, 0 to 1, that the entry answers the query.
        strength: the same in a word.
        score: fused score, higher is better; comparable within one result only.
        matched: the part of the entry that matched best, verbatim but for Markdown marks.
        trace: evidence of each retriever, best first.
    """

    entry: Entry
    relevance: float
    strength: Strength
    score: float
    matched: str
    trace: tuple[Trace, ...] = ()


class Reason(StrEnum):
    """Why an entry is worth looking at after another one."""

    NEAR_DUPLICATE = "near-duplicate"
    CONTRAST = "contrast"
    NEXT_STEP = "next step"
    BASICS = "basics"
    ELSEWHERE = "same idea elsewhere"
    POINTS = "shared key points"
    SUBJECT = "same subject"


@dataclass(frozen=True, slots=True)
class Related:
    """An entry to look at after another one.

    Attributes:
        entry: the entry.
        score: higher is better; comparable within one result only.
        reason: why it is worth looking at.
        detail: what makes it so ("implements it from scratch", or the key point they share).
        near_duplicate: says much the same as the other; also set where `reason` says more.
    """

    entry: Entry
    score: float
    reason: Reason
    detail: str
    near_duplicate: bool


@dataclass(frozen=True, slots=True)
class Cosines:
    """How similar an entry is to a query: its question, and each of its key points in order."""

    question: float
    statements: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits for a query, best first, and whether the guides cover it at all."""

    query: str
    covered: bool
    hits: tuple[Hit, ...]
