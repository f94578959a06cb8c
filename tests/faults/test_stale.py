"""Guides that changed since they were indexed: the next query sees it, in an open service too."""

from __future__ import annotations

import json
import os
import time

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.index.models import Models
from ragprep.index.snapshot import CHECK_EVERY_S, RETRY_S, Patience, Snapshots
from ragprep.locks import building
from ragprep.protocols import Reporter
from ragprep.testing.fakes import FakeEmbedder

WORDS = ("cat", "dog", "fish", "snake")


def test_an_edited_entry_alone_is_embedded_again(kennel):
    """By the next query, with a notice."""
    text = kennel.guide.read_text().replace("A dog eats.", "A dog eats cat food.")
    kennel.guide.write_text(text)
    assert kennel.first("fish") == "q3"
    assert kennel.notices == ["pets changed; index updated."]
    edited = [text for text in kennel.fake.embedded if text != "fish"]
    assert edited
    assert all("dog" in text for text in edited)


def test_an_edit_during_a_build_is_seen_by_the_next_query(kennel):
    """However soon it comes after the guide was read, and though its size is the same."""

    class EditedMeanwhile(FakeEmbedder):
        def embed(self, texts, *, role):
            if role == "passage":
                kennel.write("dog")
            return super().embed(texts, role=role)

    fake = EditedMeanwhile(WORDS)
    for n in range(20):
        config = Config(home=kennel.home / str(n))
        kennel.write("cat")
        Prep(config, encoder=(fake.info, fake)).build([kennel.guide])
        [entry] = Prep(config, encoder=(fake.info, kennel.fake)).entries()
        assert entry.question == "What does a dog eat?"


def test_a_guide_that_was_only_touched_changes_nothing(kennel):
    """No notice, no embedding; the query after it does not look again."""
    os.utime(kennel.guide, (1, 1))
    assert kennel.first("fish") == "q3"
    assert (kennel.notices, kennel.fake.embedded) == ([], ["fish"])
    before = kennel.generations()
    assert kennel.first("fish") == "q3"
    assert kennel.generations() == before


def test_entries_that_moved_keep_their_vectors(kennel):
    """Their labels and lines are the new ones."""
    kennel.write("snake", "cat", "dog", "fish")
    prep = kennel.open()
    assert prep.search("fish").hits[0].entry.label == "q4"
    assert kennel.fake.embedded == ["fish"]
    lines = kennel.guide.read_text().splitlines()
    assert "fish" in lines[prep.entry("q4").lines[0] - 1]
    assert [lines[point.line - 1] for point in prep.points("q4")] == [
        "**A:** A fish eats.",
        "- Dinner: fish food",
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text(""),
        lambda path: path.write_text("<!-- to do -->"),
        lambda path: path.write_bytes(bytes(range(256)) * 9),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["gone", "empty", "no-questions", "binary", "a-folder"],
)
def test_the_old_index_serves_when_its_guide_is_no_guide_any_more(kennel, spoil):
    """With a notice that says what to do, once a query."""
    spoil(kennel.guide)
    for told in (1, 2):
        assert kennel.first("fish") == "q3"
        assert len(kennel.notices) == told
        assert "not up to date" in kennel.notices[-1]
    assert len(kennel.open().entries()) == 4


def test_a_folder_of_guides_is_looked_through_again(kennel, tmp_path):
    """New guides come in, removed ones go, and files that are no guides do no harm."""
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "notes.md").write_text("Buy milk.")
    kennel.guide = folder / "one.md"
    kennel.write("cat")
    kennel.open().build([folder])

    kennel.guide = folder / "two.md"
    kennel.write("dog")
    assert kennel.open().search("dog").hits[0].entry.guide == "two"
    assert kennel.notices == ["two changed; index updated."]

    kennel.guide.unlink()
    assert [entry.guide for entry in kennel.open().entries()] == ["one"]
    assert kennel.notices[1:] == ["two changed; index updated."]


def test_one_file_by_two_paths_is_indexed_once(kennel, tmp_path):
    """Through a link, through "..", and in a folder that is given too."""
    link = tmp_path / "link.md"
    link.symlink_to(kennel.guide)
    (tmp_path / "sub").mkdir()
    kennel.open().build([kennel.guide, link, tmp_path / "sub" / ".." / "pets.md"])
    assert len(kennel.open().entries()) == 4
    assert kennel.notices == []


def test_an_update_builds_from_what_was_asked_for_last(kennel, tmp_path):
    """The manifest keeps the sources word for word (it once kept row numbers)."""
    assert kennel.open().status().sources == (str(kennel.guide),)
    kennel.write("dog")
    kennel.open().build()
    assert kennel.open().status().sources == (str(kennel.guide),)


def test_new_aliases_are_seen_by_the_next_query(kennel):
    """They stand beside the guide, in a file of their own; the guide itself is not embedded."""
    aliases = kennel.guide.with_name("pets.aliases.jsonl")
    line = {"entry": "q3", "phrase": "goldfish menu", "kind": "everyday", "source": "hand"}
    aliases.write_text(json.dumps(line | {"content": ""}) + "\n")
    assert kennel.first("goldfish") == "q3"
    assert "goldfish menu" in kennel.fake.embedded
    aliases.write_text("{}")
    assert kennel.first("goldfish") == "q3"
    assert "not an alias" in kennel.notices[-1]


def test_an_open_service_and_conversation_see_an_edited_guide(kennel):
    """A second after they looked last; lines and answers are the new ones."""
    prep = kennel.open()
    chat = prep.chat()
    assert prep.entry("q1").question == "What does a cat eat?"
    assert "[q3]" in chat.ask("What does a fish eat?").answer.text
    kennel.write("fish", "dog")
    time.sleep(CHECK_EVERY_S)
    assert "[q1]" in chat.ask("What does a fish eat?").answer.text
    assert prep.entry("q1").question == "What does a fish eat?"
    assert kennel.notices == ["pets changed; index updated."]


class Watched:
    """What serves the kennel, by a clock that the test moves."""

    def __init__(self, kennel) -> None:
        self.now = 0.0
        self.notices: list[str] = []
        self.patience: Patience | None = None
        config = Config(home=kennel.home)
        models = Models(config, encoder=(kennel.fake.info, kennel.fake))
        self._snapshots = Snapshots(config, models, clock=lambda: self.now)

    def labels(self, at: float) -> list[str]:
        """Return what the entries of the snapshot at a time are about: "cat", "dog"."""
        self.now = at
        reporter = Reporter(notice=self.notices.append)
        snapshot = self._snapshots.current(reporter, patience=self.patience)
        return [entry.question.split()[3] for entry in snapshot.index.entries]


FOUR = ["cat", "dog", "fish", "snake"]


def test_guides_are_looked_at_once_a_second(kennel):
    """Not at every request."""
    watched = Watched(kennel)
    assert watched.labels(at=0) == FOUR
    kennel.write("dog")
    assert watched.labels(at=CHECK_EVERY_S - 0.1) == FOUR
    assert watched.labels(at=CHECK_EVERY_S) == ["dog"]


def test_an_index_that_another_process_built_is_served(kennel):
    """Of other guides, too."""
    watched = Watched(kennel)
    assert watched.labels(at=0) == FOUR
    other_guide = kennel.guide.with_name("other.md")
    other_guide.write_text("### Q1. What does a bird eat?\n\nA bird eats.\n")
    kennel.open().build([other_guide])
    assert watched.labels(at=1) == ["bird"]
    assert watched.notices == []


def test_an_index_that_another_model_built_is_not_served(kennel):
    """Its vectors are no match for this model's: the index there is goes on, and says so once."""
    watched = Watched(kennel)
    assert watched.labels(at=0) == FOUR
    fake = FakeEmbedder(("bird",))
    Prep(Config(home=kennel.home), encoder=(fake.info, fake)).build()
    assert [watched.labels(at=at) for at in (1, 2, 3)] == [FOUR] * 3
    [notice] = watched.notices
    assert "another process built it with the model fake" in notice


def test_what_hinders_an_update_is_told_once(kennel):
    """Until it is over; then the guide is served as it is, and the next hindrance is told anew."""
    watched = Watched(kennel)
    watched.labels(at=0)
    kennel.guide.unlink()
    assert [watched.labels(at=at) for at in (1, 2, 30)] == [FOUR] * 3
    [notice] = watched.notices
    assert "pets.md is no longer there. Put it back, or run `ragprep index`" in notice
    kennel.write("dog")
    assert watched.labels(at=31) == ["dog"]
    kennel.guide.unlink()
    assert watched.labels(at=32) == ["dog"]
    assert watched.notices == [notice, "pets changed; index updated.", notice]


def test_an_update_that_failed_is_tried_again_later_or_after_the_next_edit(kennel):
    """Not at every look: it may fail only after minutes of embedding."""
    watched = Watched(kennel)
    watched.labels(at=0)
    kennel.write("dog")
    with building(kennel.home):
        assert watched.labels(at=1) == FOUR
    assert watched.labels(at=2) == FOUR
    assert watched.labels(at=1 + RETRY_S) == ["dog"]
    kennel.write("cat", "dog")
    with building(kennel.home):
        assert watched.labels(at=20) == ["dog"]
    kennel.write("snake")
    assert watched.labels(at=21) == ["snake"]


def test_a_missing_index_of_an_open_service_is_told(kennel):
    """It goes on from memory, and finds the index when it is built again."""
    watched = Watched(kennel)
    watched.labels(at=0)
    (kennel.home / "CURRENT").unlink()
    assert watched.labels(at=1) == FOUR
    [notice] = watched.notices
    assert "There is no index" in notice
    kennel.write("dog")
    kennel.open().build([kennel.guide])
    assert watched.labels(at=2) == ["dog"]


def test_who_has_little_patience_goes_on_without_the_update(kennel):
    """The update goes on, told to whom the service tells; the requests after it see it."""
    watched = Watched(kennel)
    watched.labels(at=0)
    kennel.write("dog")
    kennel.fake.delay_s = 0.1
    watched.patience = Patience(0.01, Reporter(notice=watched.notices.append))
    assert watched.labels(at=1) == FOUR
    for _ in range(500):
        if watched.labels(at=1) == ["dog"]:
            break
        time.sleep(0.01)
    assert watched.labels(at=1) == ["dog"]
    assert watched.notices == ["pets changed; index updated."]


def test_who_has_patience_enough_sees_the_update(kennel):
    """The one request, too, that finds the guide edited."""
    watched = Watched(kennel)
    watched.patience = Patience(60, Reporter())
    watched.labels(at=0)
    kennel.write("dog")
    assert watched.labels(at=1) == ["dog"]
