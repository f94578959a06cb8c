"""How far a person has come: by section, by day, and on the day of the interview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """What is known of a section, or of everything.

    Attributes:
        name: its path (" > " between the parts); "" for all sections.
        entries: how many it has.
        tried: of them, those with an answer that was graded.
        known: 0 to 1, mean over the entries of retrievability times the coverage at the last
            grade, 0 for one never tried.
        due: entries to practise today.
    """

    name: str
    entries: int
    tried: int
    known: float
    due: int


@dataclass(frozen=True, slots=True)
class MissedPoint:
    """A key point that answers left out or contradicted.

    Attributes:
        entry: label of its entry.
        text: of the point.
        missed: answers that left it out or contradicted it.
        asked: answers that were graded on it.
    """

    entry: str
    text: str
    missed: int
    asked: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """Proposed ratings: how many the person decided on, and changed to a lower or higher one."""

    given: int
    lowered: int
    raised: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be known on the day of the interview.

    Attributes:
        until: the day.
        a_day: answers a day, as on the days on which the person practised lately.
        known: 0 to 1, the mean over all entries as in `SectionProgress`, with so many answers on
            each of the days until then.
        low: bound of the interval in which that lies with 95% probability, by the model of memory.
        high: its other bound.
        idle: `known` if nothing is practised from now on.
        path: `known` on each day from today to `until`, which is the last.
        idle_path: `idle` on each of them.
    """

    until: date
    a_day: int
    known: float
    low: float
    high: float
    idle: float
    path: tuple[float, ...] = ()
    idle_path: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a person has come.

    Attributes:
        at: when.
        overall: all entries.
        sections: in the guides' order.
        missed: points most often missed, first those missed most often.
        reviews: so many answers a day on the last days, today last; all of them count.
        due: entries that come due on the next days, today and overdue first.
        new: entries to meet today, so that all are met before an interview.
        proposals: what became of proposed ratings.
        forecast: for the day of the interview; None where there is none to come, or nothing was
            answered yet.
        until: day of the interview; None where there is none to come.
    """

    at: datetime
    overall: SectionProgress
    sections: tuple[SectionProgress, ...]
    missed: tuple[MissedPoint, ...]
    reviews: tuple[int, ...]
    due: tuple[int, ...]
    new: int
    proposals: Proposals
    forecast: Forecast | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An entry that was answered: the day on which it comes due, and its probability of recall."""

    label: str
    question: str
    day: date
    recall: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands on the map of the guides.

    Attributes:
        label: of the entry.
        question: of it.
        section: of it.
        x: 0 to 1; entries stand near each other where their texts are alike.
        y: 0 to 1, on the same scale.
        known: 0 to 1, as in `SectionProgress`; None where it was never answered.
    """

    label: str
    question: str
    section: tuple[str, ...]
    x: float
    y: float
    known: float | None
