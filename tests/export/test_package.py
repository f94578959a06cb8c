"""Packages, imported by Anki itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from ragprep import Prep
from ragprep.export.notes import Note
from ragprep.export.package import NOTE_TYPE, package
from ragprep.ingest.corpus import read_guide

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CAT = Note("cat", "ragprep::pets", ("Pets",), ("What is a cat?", "A cat.", "", "pets:1-2"))
DOG = CAT._replace(guid="dog", fields=("What is a dog?", "A dog.", "", "pets:3-4"))

Import = Callable[[bytes | Path], tuple[int, int, int]]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """An empty one."""
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


@pytest.fixture
def imported(collection: Collection, tmp_path: Path) -> Import:
    """Import a package as Anki does by default; return how many are new, updated, unchanged."""

    def imported(source: bytes | Path) -> tuple[int, int, int]:
        path = tmp_path / "import.apkg"
        path.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
        options = ImportAnkiPackageOptions(with_scheduling=True)
        request = ImportAnkiPackageRequest(package_path=str(path), options=options)
        log = collection.import_anki_package(request).log
        return len(log.new), len(log.updated), len(log.duplicate)

    return imported


def test_the_shipped_guide_is_100_new_notes_and_none_again(
    prep: Prep, imported: Import, collection: Collection, tmp_path: Path
):
    path = tmp_path / "guide.apkg"
    assert prep.export_anki(path).entries == 100
    assert imported(path) == (100, 0, 0)
    prep.export_anki(path, force=True)
    new, updated, unchanged = imported(path)
    assert (new, updated + unchanged) == (0, 100)
    assert collection.card_count() == 100


def test_a_changed_answer_updates_its_note(imported: Import, collection: Collection):
    assert imported(package([CAT, DOG], NOW)) == (2, 0, 0)
    changed = DOG._replace(fields=("What is a dog?", "Barks.", "", "pets:3-4"), tags=("Dogs",))
    assert imported(package([CAT, changed], LATER)) == (0, 2, 0)
    [note_id] = collection.find_notes("dog")
    assert collection.get_note(note_id).fields == list(changed.fields)
    assert collection.get_note(note_id).tags == ["Dogs"]
    assert collection.note_count() == 2


def test_what_was_reviewed_stays_when_imported_again(imported: Import, collection: Collection):
    imported(package([CAT], NOW))
    [card] = collection.find_cards("")
    collection.sched.set_due_date([card], "7")
    due = collection.get_card(card).due
    imported(package([CAT], LATER))
    assert (collection.get_card(card).due, collection.get_card(card).ivl) == (due, 7)


def test_a_changed_style_stays_when_imported_again(imported: Import, collection: Collection):
    """The note type is replaced by a newer version of ragprep alone."""
    imported(package([CAT], NOW))
    kind = collection.models.get(NOTE_TYPE)
    kind["css"] = "body { color: red }"
    collection.models.update_dict(kind)
    imported(package([CAT], LATER))
    assert collection.models.get(NOTE_TYPE)["css"] == "body { color: red }"


def test_a_card_shows_the_question_then_the_answer(imported: Import, collection: Collection):
    points = DOG._replace(fields=("What is a dog?", "Barks.", "<ul><li>Barks</li></ul>", "pets:3"))
    imported(package([CAT, points], NOW))
    [cat], [dog] = (collection.find_cards(name) for name in ("cat", "dog"))
    assert "A cat." not in collection.get_card(cat).question()
    assert "A cat." in collection.get_card(cat).answer()
    assert "<details>" not in collection.get_card(cat).answer()
    assert "<details>" in collection.get_card(dog).answer()


def test_cards_come_in_the_order_of_the_guide(imported: Import, collection: Collection):
    imported(package([DOG, CAT], NOW))
    queued = collection.find_cards("", order="c.due")
    assert [collection.get_card(card).note().guid for card in queued] == ["dog", "cat"]
    assert {deck.name for deck in collection.decks.all_names_and_ids()} == {
        *("Default", "ragprep", "ragprep::pets")
    }


def test_ragprep_reads_its_own_package(tmp_path: Path):
    """Question, answer and deck."""
    path = tmp_path / "pets.apkg"
    path.write_bytes(package([CAT, DOG], NOW))
    first, second = read_guide(path).entries
    assert (first.question, second.question) == ("What is a cat?", "What is a dog?")
    assert first.answer.startswith("A cat.")
    assert first.section == ("ragprep", "pets")


def test_the_same_at_the_same_time_is_the_same_file():
    assert package([CAT, DOG], NOW) == package([CAT, DOG], NOW)
