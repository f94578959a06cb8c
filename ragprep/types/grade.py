"""What an answer is graded by, and the grade."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.types.guide import KeyPoint


class PointStatus(StrEnum):
    """What an answer makes of a key point."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What a reader makes of an answer.

    Attributes:
        probabilities: a row a point: of covered, partial, missing, contradicted; they add up to 1.
        holistic: score of the answer as a whole, 0 to 1.
    """

    probabilities: tuple[tuple[float, float, float, float], ...]
    holistic: float


@dataclass(frozen=True, slots=True)
class StatementReading:
    """What a statement of an answer asserts, held against the point closest to it.

    Attributes:
        point: its place.
        entailed: probability that the point says so.
        contradicted: probability that it says the opposite.
    """

    point: int
    entailed: float
    contradicted: float


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """A key point with what it counts.

    Attributes:
        point: the statement; its line is 0 when it was added beside the guide.
        weight: how much it counts; 1 by default.
        accepted: other wordings that cover it.
        group: place of its group in `Rubric.groups`; None when it is needed by itself.
    """

    point: KeyPoint
    weight: float = 1.0
    accepted: tuple[str, ...] = ()
    group: int | None = None


@dataclass(frozen=True, slots=True)
class PointGroup:
    """Points of which only some are required for full credit: their heading, and how many."""

    name: str
    required: int


@dataclass(frozen=True, slots=True)
class Rubric:
    """What an answer to an entry is graded by.

    Attributes:
        points: in the guide's order, added ones last.
        groups: points of which only some are required.
        warnings: what the file beside the guide says of points that are no longer there.
    """

    points: tuple[RubricPoint, ...]
    groups: tuple[PointGroup, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person's own words: `text` stands in their answer from `start` to `end`, verbatim."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """A language model's opinion on a point, and its quote: "" where none was verified."""

    status: PointStatus
    quote: str
    changed: bool


@dataclass(frozen=True, slots=True)
class PointGrade:
    """What an answer makes of one key point.

    Attributes:
        point: text of the key point.
        line: 1-based line in the guide; 0 when the point was added beside it.
        heading: that it stands under, "" when there is none.
        status: the likeliest.
        credit: 0 to 1, in steps of 0.05.
        weight: what the point counts.
        evidence: the person's words about it; None when there are none.
        note: why a rule finds it contradicted ("names are swapped"), "" if none does.
        difference: how the person's words differ from it where they do in part ("not said: depth").
        opinion: the language model's; None when none was asked or it was of no use.
    """

    point: str
    line: int
    heading: str
    status: PointStatus
    credit: float
    weight: float = 1.0
    evidence: Evidence | None = None
    note: str = ""
    difference: str = ""
    opinion: Opinion | None = None


class TermKind(StrEnum):
    """What a term of a score stands for."""

    POINT = "point"
    GROUP = "group"
    STATEMENTS = "statements"
    HOLISTIC = "holistic"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a score.

    Attributes:
        kind: whether it is a point, a group of points, how far the statements are so, the holistic
            score of the answer, or a similarity to a reference.
        text: for people.
        earned: 0 to `needed`.
        needed: for full marks.
    """

    kind: TermKind
    text: str
    earned: float
    needed: float


@dataclass(frozen=True, slots=True)
class Grade:
    """A person's answer, graded point by point.

    Attributes:
        entry: label of the entry.
        question: of the entry.
        score: 0 to 100; what `sums` add up to.
        confidence: 0 to 1, how sure the grade is.
        verdict: in words.
        points: in the guide's order.
        sums: how the score adds up: 100 * all earned / all needed, at most `limit`.
        limit: the highest score that a text of this kind can have: 100 for most, 0 for no answer.
        fix: the one thing to fix first, in words; "" where there is none.
        remarks: on the answer as a whole ("This restates the question and adds nothing.").
        wrong: the person's statements that contradict the guide.
        read_next: entries to read, label and question.
        judge: name of the reader.
        second: the language model that gave a second opinion; None without one.
        note: what the person should know about how it came about, "" if nothing.
    """

    entry: str
    question: str
    score: int
    confidence: float
    verdict: str
    points: tuple[PointGrade, ...]
    sums: tuple[Term, ...] = ()
    limit: int = 100
    fix: str = ""
    remarks: tuple[str, ...] = ()
    wrong: tuple[Evidence, ...] = ()
    read_next: tuple[tuple[str, str], ...] = ()
    judge: str = ""
    second: str | None = None
    note: str = ""
