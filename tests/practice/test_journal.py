"""What is recorded stays, in order, once; what follows from it can be derived again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ragprep.errors import (
    JournalBusy,
    JournalDamaged,
    JournalNewer,
    JournalUnwritable,
    PracticeError,
)
from ragprep.practice import database
from ragprep.practice.database import FILE
from ragprep.practice.following import content_of
from ragprep.practice.journal import Journal
from ragprep.types.grade import PointStatus
from ragprep.types.guide import Entry
from ragprep.types.practice import PointReview, Rating, Review, Settings

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def entry(name: str = "a", answer: str = "So.") -> Entry:
    return Entry(name, name, f"Why {name}?", answer, ("S",), "notes", (1, 2))


def review(key: str, of: Entry, at: datetime = NOON, **more) -> Review:
    points = (PointReview("So", PointStatus.PARTIAL, 0.5),)
    base = Review(
        *(key, at, at.date(), of.id, of.question, content_of(of).hash, "Well.", points, 80, 0.9),
        *(Rating.GOOD, Rating.GOOD),
    )
    return replace(base, **more)


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.open(tmp_path) as opened:
        yield opened


def sound(journal: Journal) -> bool:
    """Whether the file is, and what is kept is what the log says."""
    return journal.database.faults() == [] and journal.states() == journal.replayed(date.max)


def test_a_review_is_there_after_reopening(journal: Journal, tmp_path: Path):
    """Each value as it was given, text that is no Unicode excepted."""
    kept = review("r1", entry(), said="Süß\0 \N{PILE OF POO}", proposed=None)
    journal.record(kept, entry())
    journal.record(review("r2", entry(), NOON + timedelta(1), said="a\udcffb"), entry())
    journal.close()
    with Journal.open(tmp_path) as again:
        assert again.reviews()[0] == kept
        assert again.reviews()[1].said == "a?b"
        assert (again.states()["a"].reviews, again.states()["a"].last) == (2, date(2026, 3, 11))
        assert sound(again)


def test_a_review_is_recorded_once(journal: Journal):
    journal.record(review("r1", entry()), entry())
    with pytest.raises(PracticeError, match="there already"):
        journal.record(review("r1", entry()), entry())
    assert len(journal.reviews()) == 1


def test_a_time_without_a_zone_is_refused(journal: Journal):
    """And nothing is recorded; one of Tokyo is kept as UTC."""
    with pytest.raises(PracticeError, match="no time zone"):
        journal.record(review("r1", entry(), datetime(2026, 3, 10, 12)), entry())
    assert journal.reviews() == ()
    tokyo = datetime(2026, 3, 10, 21, tzinfo=ZoneInfo("Asia/Tokyo"))
    journal.record(review("r1", entry(), tokyo), entry())
    assert journal.reviews()[0].at == NOON


def test_the_log_takes_no_changes(journal: Journal):
    """Of what was recorded nothing can be altered."""
    journal.record(review("r1", entry()), entry())
    with pytest.raises(PracticeError, match="only added to"):
        journal.database.run("UPDATE review SET score = 100")


def test_an_undone_review_leaves_the_state_before_it(journal: Journal):
    """What followed it goes with it; undone twice is an error."""
    journal.record(review("r1", entry()), entry())
    before = journal.states()
    later = NOON + timedelta(days=2)
    journal.record(review("r2", entry(), later, rating=Rating.AGAIN), entry())
    journal.record(review("r3", entry(), later, follows="r2", rating=None), entry())
    journal.undo("r2", later)
    assert journal.states() == before
    assert [kept.id for kept in journal.reviews()] == ["r1"]
    with pytest.raises(PracticeError, match="no review r2"):
        journal.undo("r2", later)
    journal.undo("r1", later)
    assert journal.states() == {}
    assert len(journal.database.rows("review")) == 3


def test_drafts_and_settings(journal: Journal):
    journal.keep_draft("a", "So far", NOON)
    journal.keep_draft("a", "So far, so good", NOON)
    draft = journal.draft("a")
    assert draft is not None
    assert (draft.text, draft.at) == ("So far, so good", NOON)
    journal.keep_draft("a", "", NOON)
    assert journal.draft("a") is None
    assert journal.settings() == Settings()
    wanted = Settings(until=date(2026, 12, 20), retention=0.95, transcript=False)
    journal.keep_settings(wanted)
    assert journal.settings() == wanted


def test_two_journals_on_one_file_see_each_other(tmp_path: Path):
    with Journal.open(tmp_path) as first, Journal.open(tmp_path) as second:
        first.record(review("r1", entry()), entry())
        second.record(review("r2", entry(), NOON + timedelta(1)), entry())
        assert first.states()["a"].reviews == second.states()["a"].reviews == 2


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path):
    with Journal.open(tmp_path) as first, Journal.open(tmp_path) as second:
        second.database.run("PRAGMA busy_timeout=1")
        with first.database.writing(), pytest.raises(JournalBusy, match="Another process"):
            second.record(review("r1", entry()), entry())


def test_a_full_disk_records_nothing(journal: Journal):
    """SQLite's limit of pages stands for the disk; what was there stays, and more fits later."""
    journal.record(review("r1", entry()), entry())
    [[pages]] = journal.database.run("PRAGMA page_count")
    journal.database.run(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalUnwritable, match="full: nothing was recorded"):
        journal.record(review("r2", entry(), said="long " * 10_000), entry())
    assert [kept.id for kept in journal.reviews()] == ["r1"]
    journal.database.run("PRAGMA max_page_count=1000000")
    journal.record(review("r2", entry(), said="long " * 10_000), entry())
    assert sound(journal)


def test_a_file_that_cannot_be_written_says_so(journal: Journal):
    journal.database.run("PRAGMA query_only=ON")
    with pytest.raises(JournalUnwritable, match="cannot be written"):
        journal.record(review("r1", entry()), entry())


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnwritable):
        Journal.open(tmp_path / "file" / "practice")


def test_a_newer_version_is_left_alone(journal: Journal, tmp_path: Path):
    journal.database.run("PRAGMA user_version=2")
    journal.database.add("setting", ("version", "2"), instead=True)
    journal.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(JournalNewer, match="newer ragprep"):
        Journal.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_without_content_is_not_taken_for_an_empty_history(tmp_path: Path):
    (tmp_path / FILE).touch()
    with pytest.raises(JournalDamaged, match="empty"):
        Journal.open(tmp_path)


def test_a_damaged_page_is_never_read_as_if_it_were_sound(tmp_path: Path):
    """Each page flipped in turn, and bytes of it: what can be read is what was written."""
    with Journal.open(tmp_path) as journal:
        for n in range(12):
            of = entry(f"e{n}", "So. " * 40 * n)
            journal.record(review(f"r{n}", of, NOON + timedelta(n), said="x" * 500), of)
        journal.keep_draft("e1", "begun", NOON)
        journal.keep_settings(Settings(until=date(2026, 12, 20)))
        written = {table: journal.database.rows(table) for table in database.COLUMNS}
    data = (tmp_path / FILE).read_bytes()
    spots = [(0, 4096), (0, 16), (100, 20), (2048, 1), (4000, 1), (4090, 1)]
    for page in range(len(data) // 4096):
        for place, size in spots:
            start = page * 4096 + place
            flipped = bytearray(data)
            flipped[start : start + size] = bytes(b ^ 0xFF for b in data[start : start + size])
            (tmp_path / FILE).write_bytes(flipped)
            try:
                with Journal.open(tmp_path) as journal:
                    assert size < 4096, f"page {page} is lost and nothing is said"
                    read = {table: journal.database.rows(table) for table in written}
            except JournalDamaged as exc:
                assert "history restore" in exc.remedy
            else:
                assert read == written, f"page {page} at {place}"
