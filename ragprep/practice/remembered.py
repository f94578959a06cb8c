"""What is remembered of the entries there are: read from the history once, for what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ragprep.practice.backups import back_up
from ragprep.practice.journal import Journal
from ragprep.practice.schedule import Calendar
from ragprep.protocols import Notice
from ragprep.types.guide import Entry
from ragprep.types.practice import EntryState, Review

FOLLOWED = (
    'What you answered before counts for "{question}" now; if that is wrong, run '
    "`ragprep history undo {move}`."
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The history as it is now.

    Attributes:
        states: of entries that were answered, by the id that they have now.
        reviews: oldest first, each with the id that its entry has now.
        calendar: of now.
    """

    states: Mapping[str, EntryState]
    reviews: Sequence[tuple[str, Review]]
    calendar: Calendar


def remembered(
    folder: Path, entries: Sequence[Entry], *, now: datetime, notice: Notice
) -> Remembered:
    """Return the history in a folder, once each part of it has followed its entry.

    Args:
        folder: of the history; it is made where there is none.
        entries: all there are.
        now: with a time zone.
        notice: told where a history follows an entry that was renamed or moved.

    Raises:
        PracticeError: the history cannot be used; see `Journal.open`.
    """
    with Journal.open(folder) as journal:
        for move in journal.follow(entries, now):
            notice(FOLLOWED.format(question=move.question, move=move.id))
        reviews = [(entry, review) for entry, kept in journal.by_entry().items() for review in kept]
        reviews.sort(key=lambda pair: (pair[1].at, pair[1].id))
        calendar = Calendar(journal.settings(), now)
        back_up(journal, calendar.today)
        return Remembered(journal.states(), reviews, calendar)


def history_folder(practice: Path | None) -> Path:
    """Return the folder of the history: `practice`, else the platform's, apart from any index."""
    if practice is not None:
        return practice
    from platformdirs import user_data_path

    return user_data_path("ragprep-practice", appauthor=False)
