"""Guides that changed since they were indexed: the next query sees it."""

from __future__ import annotations

import json
import os

import pytest


def test_an_edited_entry_alone_is_embedded_again(kennel):
    """By the next query, with a notice."""
    text = kennel.guide.read_text().replace("A dog eats.", "A dog eats cat food.")
    kennel.guide.write_text(text)
    assert kennel.first("fish") == "q3"
    assert kennel.notices == ["pets changed; index updated."]
    edited = [text for text in kennel.fake.embedded if text != "fish"]
    assert edited
    assert all("dog" in text for text in edited)


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
    assert all("fish" in lines[point.line - 1] for point in prep.points("q4"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text(""),
        lambda path: path.write_text("No questions here."),
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
