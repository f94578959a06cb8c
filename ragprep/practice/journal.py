"""The memory of practice: a log of reviews that is only added to, and what follows from it.

What is derived (`EntryState`) is written in the transaction of what it is derived from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from ragprep.errors import JournalDamaged, PracticeError
from ragprep.practice import rows
from ragprep.practice.database import BUSY_S, FILE, Database, errors_of, make
from ragprep.practice.following import Content, answers_alike, content_of, follow
from ragprep.practice.holders import Holders
from ragprep.practice.schedule import replay
from ragprep.types.guide import Entry
from ragprep.types.practice import Draft, EntryState, Move, Review, Settings

BACKUPS = "backups"


class Journal:
    """The history in a folder. What a method recorded is on the disk when it returns.

    Every method may raise what `open` does.
    """

    def __init__(self, database: Database) -> None:
        """Use an open file; `open` is the way in."""
        self.database = database

    @classmethod
    def open(cls, folder: Path, *, wait_s: float = BUSY_S) -> Journal:
        """Open the history in a folder, made when there is none.

        Args:
            folder: of the history.
            wait_s: how long a method waits for another process that writes.

        Raises:
            JournalDamaged: it cannot be read, or is gone while its backups are there.
            JournalNewer, JournalBusy, JournalUnwritable: it cannot be used.
        """
        path = folder / FILE
        if not path.exists():
            if any((folder / BACKUPS).glob("*.db")):
                raise JournalDamaged(
                    f"{path} is gone, and its backups are there.",
                    remedy="`ragprep history restore` brings back the last backup.",
                )
            _make(path)
        return cls(Database(path, wait_s=wait_s))

    def close(self) -> None:
        """Close it; twice does no harm."""
        self.database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # -- reviews

    def record(self, review: Review, entry: Entry) -> None:
        """Keep a review for good.

        Args:
            review: of an answer to `entry`.
            entry: as it stood.

        Raises:
            PracticeError: its time has no time zone, or there is a review with its id.
        """
        with self.database.writing():
            if self.database.rows("review", "WHERE id = ?", [review.id]):
                raise PracticeError(
                    f"The review {review.id} is there already.", remedy="Record it once."
                )
            self._add_content(content_of(entry))
            self.database.add("review", rows.review_row(review))
            self._derive([review.entry], review.day)

    def reviews(self, entry: str | None = None) -> tuple[Review, ...]:
        """Return reviews that were not undone, oldest first.

        Args:
            entry: only those of this one, also from when it had another id; all when None.
        """
        return self._of_entry(entry, self._holders()) if entry else self._reviews()

    def by_entry(self) -> dict[str, list[Review]]:
        """Return all reviews that were not undone, oldest first, by the id of their entry now."""
        return self._by_entry(self._holders())

    def states(self) -> dict[str, EntryState]:
        """Return the state of each entry that was reviewed, by the id that it has now."""
        return {row[0]: rows.state_of(row) for row in self.database.rows("state")}

    def undo(self, review: str, now: datetime) -> None:
        """Take a review back, and what followed it; the log keeps both.

        Raises:
            PracticeError: there is no such review, or it was undone before.
        """
        with self.database.writing():
            matching = [kept for kept in self.reviews() if kept.id == review]
            if not matching:
                raise PracticeError(
                    f"There is no review {review} to undo.", remedy="See `ragprep history`."
                )
            self.database.add("undo", (_new_id(), rows.stamp(now), review, None))
            holder = self._holders().of(matching[0].entry, matching[0].at)
            self._derive([holder], max(matching[0].day, now.date()))

    # -- entries that change

    def follow(self, entries: Sequence[Entry], now: datetime) -> tuple[Move, ...]:
        """Let each history follow its entry; return those that have another id now, told once.

        Args:
            entries: all there are today.
            now: when they are.
        """
        with self.database.writing():
            known = self._last_contents()
            undone = {row[3] for row in self.database.rows("undo")}
            moves = self._moves()
            rejected = {(move.old, move.new) for move in moves if move.id in undone}
            at = max([now, *(move.at + timedelta(microseconds=1) for move in moves)])
            at = max(
                [at, *(datetime.fromisoformat(row[1]) for row in self.database.rows("review"))]
            )
            changed = []
            present = {entry.id for entry in entries}
            for match in follow(known, entries, rejected):
                content = content_of(match.entry) if match.entry else known[match.known]
                key, new = _new_id(), match.entry.id if match.entry else match.known
                if match.entry is None and new in present:  # another entry has its id now
                    new = f"{new}~{key[:8]}"
                if (new, content.hash) != (match.known, known[match.known].hash):
                    self._add_content(content)
                    row = (key, rows.stamp(at), match.known, new, content.hash, match.similarity)
                    self.database.add("move", row)
                    changed.append(rows.move_of(row, content.question))
            ids = {key for move in changed for key in (move.old, move.new)}
            self._derive(ids, now.date())
        return tuple(move for move in changed if move.old != move.new and move.new in present)

    def undo_move(self, move: str, now: datetime) -> None:
        """Take back that a history followed its entry: it is not offered again.

        Raises:
            PracticeError: there is no such move, or it was undone before.
        """
        with self.database.writing():
            undone = {row[3] for row in self.database.rows("undo")}
            matching = [kept for kept in self._moves() if kept.id == move and move not in undone]
            if not matching:
                raise PracticeError(
                    f"There is no move {move} to undo.", remedy="See `ragprep history`."
                )
            self.database.add("undo", (_new_id(), rows.stamp(now), None, move))
            self._derive([matching[0].old, matching[0].new], now.date())

    # -- drafts and settings

    def draft(self, entry: str) -> Draft | None:
        """Return an answer that was begun, None where there is none."""
        kept = self.database.rows("draft", "WHERE entry = ?", [entry])
        return Draft(entry, datetime.fromisoformat(kept[0][1]), kept[0][2]) if kept else None

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        """Keep an answer that was begun in place of the one before; "" for none."""
        with self.database.writing():
            if text:
                row = (entry, rows.stamp(now), rows.clean(text))
                self.database.add("draft", row, instead=True)
            else:
                self.database.run("DELETE FROM draft WHERE entry = ?", [entry])

    def settings(self) -> Settings:
        """Return the settings."""
        return rows.settings_of(dict(self.database.rows("setting")))

    def keep_settings(self, settings: Settings) -> None:
        """Keep settings."""
        with self.database.writing():
            for row in rows.settings_rows(settings):
                self.database.add("setting", row, instead=True)

    # -- what is derived

    def derive_all(self, day: date) -> None:
        """Derive all states again, inside `Database.writing`."""
        self.database.run("DELETE FROM state")
        for state in self.replayed(day).values():
            self.database.add("state", rows.state_row(state, day))

    def is_derived(self) -> bool:
        """Return whether the states are what the log says, each as of the day it was derived on."""
        kept = {row[0]: row for row in self.database.rows("state")}
        days = {date.fromisoformat(row[-1]) for row in kept.values()} or {date.max}
        replayed = {day: self.replayed(day) for day in days}
        return all(set(states) == set(kept) for states in replayed.values()) and all(
            rows.state_of(row) == replayed[date.fromisoformat(row[-1])][entry]
            for entry, row in kept.items()
        )

    def remove(self, entry: str | None, day: date) -> int:
        """Remove all that was recorded of an entry, of all when None; return how many reviews."""
        database, holders = self.database, self._holders()
        ids = [
            row[0]
            for row in database.rows("review")
            if entry in (None, holders.of(row[3], datetime.fromisoformat(row[1])))
        ]
        moves = [move.id for move in self._moves() if entry in (None, holders.ends.get(move.id))]
        drafts = [row[0] for row in database.rows("draft")] if entry is None else [entry]
        with database.writing():
            database.run("PRAGMA defer_foreign_keys=ON")
            for table, column, keys in (
                *(("undo", "review", ids), ("review", "id", ids)),
                *(("undo", "move", moves), ("move", "id", moves), ("draft", "entry", drafts)),
            ):
                for key in keys:
                    database.run(f"DELETE FROM {table} WHERE {column} = ?", [key])  # noqa: S608  # names of ours
            database.run(
                "DELETE FROM content WHERE hash NOT IN (SELECT content FROM review)"
                " AND hash NOT IN (SELECT content FROM move)"
            )
            self.derive_all(day)
        database.run("VACUUM")
        return len(ids)

    def replayed(self, day: date) -> dict[str, EntryState]:
        """Return all states as the log says, on a day."""
        holders = self._holders()
        states = [
            self._state(entry, reviews, holders, day)
            for entry, reviews in self._by_entry(holders).items()
        ]
        return {state.entry: state for state in states if state is not None}

    def _derive(self, entries: Iterable[str], day: date) -> None:
        holders = self._holders()
        for entry in set(entries):
            self.database.run("DELETE FROM state WHERE entry = ?", [entry])
            state = self._state(entry, self._of_entry(entry, holders), holders, day)
            if state is not None:
                self.database.add("state", rows.state_row(state, day))

    def _state(
        self, entry: str, reviews: Sequence[Review], holders: Holders, day: date
    ) -> EntryState | None:
        state = replay(reviews, day, entry)
        if state is None:
            return state
        now = holders.content(entry, reviews)
        if now == reviews[-1].content:
            return state
        alike = answers_alike(self._content(reviews[-1].content), self._content(now))
        return replace(state, unchanged=alike)

    def _of_entry(self, entry: str, holders: Holders) -> tuple[Review, ...]:
        ids = sorted(holders.before(entry))
        kept = self._reviews(f"WHERE entry IN ({', '.join('?' * len(ids))})", ids)
        return tuple(review for review in kept if holders.of(review.entry, review.at) == entry)

    def _reviews(self, where: str = "", values: Sequence[str] = ()) -> tuple[Review, ...]:
        undone = {row[2] for row in self.database.rows("undo")}
        kept = [
            row
            for row in self.database.rows("review", where, values)
            if not {row[0], row[11]} & undone - {None}
        ]
        questions = {key: self._content(key).question for key in {row[4] for row in kept}}
        reviews = [rows.review_of(row, questions[row[4]]) for row in kept]
        return tuple(sorted(reviews, key=lambda review: (review.at, review.id)))

    def _by_entry(self, holders: Holders) -> dict[str, list[Review]]:
        """Return all reviews, by the id that their entry has now."""
        by_entry: dict[str, list[Review]] = {}
        for review in self.reviews():
            by_entry.setdefault(holders.of(review.entry, review.at), []).append(review)
        return by_entry

    def _last_contents(self) -> dict[str, Content]:
        """Return of each entry that was reviewed, by its id now, what it was when last seen."""
        holders = self._holders()
        texts = {row[0]: Content(*row) for row in self.database.rows("content")}
        return {
            entry: texts[holders.content(entry, reviews)]
            for entry, reviews in self._by_entry(holders).items()
        }

    def _holders(self) -> Holders:
        undone = {row[3] for row in self.database.rows("undo")}
        return Holders([move for move in self._moves() if move.id not in undone])

    def _moves(self) -> list[Move]:
        return [rows.move_of(row, "") for row in self.database.rows("move")]

    def _content(self, key: str) -> Content:
        return Content(*self.database.rows("content", "WHERE hash = ?", [key])[0])

    def _add_content(self, content: Content) -> None:
        if not self.database.rows("content", "WHERE hash = ?", [content.hash]):
            texts = rows.clean(content.question), rows.clean(content.answer)
            self.database.add("content", (content.hash, *texts))


def _make(path: Path) -> None:
    """Make a history, unless another process does so at the same time."""
    from filelock import FileLock

    with errors_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name("history.lock")):
            if not path.exists():
                make(path)


def _new_id() -> str:
    return uuid4().hex
