"""Beginning a session or an interview: the history opened, and what is to be asked of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from ragprep.errors import ConfigError
from ragprep.practice.backups import back_up
from ragprep.practice.journal import Journal
from ragprep.practice.keeping import Keeping
from ragprep.practice.mock import MINUTES_EACH, Interview, choose
from ragprep.practice.queue import queue
from ragprep.practice.remembered import FOLLOWED
from ragprep.practice.schedule import Calendar
from ragprep.practice.session import Guides, Session
from ragprep.protocols import Notice
from ragprep.types.guide import Entry
from ragprep.types.practice import Settings


def begin_session(
    guides: Guides,
    journal: Journal,
    entries: Sequence[Entry],
    *,
    clock: Callable[[], datetime],
    new: int | None,
    questions: int | None,
    minutes: float | None,
    until: date | None,
    transcript: bool,
) -> Session:
    """Return a session over entries, and close the history; see `Prep.practice`."""
    now = clock()
    with journal:
        if until is not None:
            keep_interview(journal, until, now)
        settings, states = journal.settings(), journal.states()
    asked = queue(entries, states, Calendar(settings, now), new=new, limit=questions)
    ends = None if minutes is None else now + timedelta(minutes=minutes)
    return Session(guides, keeping(journal, settings, transcript=transcript), asked, clock, ends)


def keep_interview(journal: Journal, until: date | None, now: datetime) -> None:
    """Keep the day of the interview, None for none; see `Prep.set_interview`."""
    settings = journal.settings()
    if until is not None and until <= Calendar(settings, now).today:
        raise ConfigError(f"The day {until} has come.", remedy="Name a later day.")
    journal.keep_settings(replace(settings, until=until))


def begin_interview(
    guides: Guides,
    journal: Journal,
    entries: Sequence[Entry],
    *,
    clock: Callable[[], datetime],
    minutes: float,
    questions: int | None,
    transcript: bool,
) -> Interview:
    """Return a mock interview over entries, and close the history; see `Prep.mock`."""
    with journal:
        settings = journal.settings()
    askable = [entry for entry in entries if guides.rubric(entry.id).points]
    number = questions or max(1, int(minutes / MINUTES_EACH))
    chosen = choose(askable, number, random.Random(clock().timestamp()))  # noqa: S311  # no secret
    remembering = keeping(journal, settings, transcript=transcript)
    return Interview(guides, remembering, chosen, minutes, clock)


def keeping(journal: Journal, settings: Settings, *, transcript: bool) -> Keeping:
    """Return what remembers answers in a history; words only where its settings keep them."""
    return Keeping(journal.database.path.parent, transcript and settings.transcript)


def opened_journal(
    folder: Path, entries: Sequence[Entry], now: datetime, notice: Notice
) -> Journal:
    """Open the history, each part of it following its entry, and back it up once a day.

    Raises:
        PracticeError: it cannot be used; see `Journal.open`.
    """
    journal = Journal.open(folder)
    if journal.reviews():
        back_up(journal, Calendar(journal.settings(), now).today)
    for move in journal.follow(entries, now):
        notice(FOLLOWED.format(question=move.question, move=move.id))
    return journal
