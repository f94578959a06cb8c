"""Building an index: what is embedded, what is taken over, what is written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ragprep.index.generations import read_manifest
from ragprep.index.store import read_index
from ragprep.types.index import ViewKind


def test_every_view_is_embedded_once_and_stands_with_its_entry(build, pets, fake, tmp_path):
    """The vector of a row is that of the view's text."""
    report = build(pets)
    index = read_index(tmp_path)
    assert report.embedded == report.manifest.views == len(index.owners) == len(fake.embedded)
    for row, entry in enumerate(pets):
        for view_row in index.view_rows(row):
            view = index.view(view_row)
            assert view.entry_id == entry.id
            vector = index.dense.vectors(np.array([view_row]))[0]
            np.testing.assert_array_equal(vector, fake.embed([view.text], role="passage")[0])


def test_what_was_put_in_comes_out(index, pets):
    """Entries, their key points with lines, the kinds of their views."""
    assert list(index.entries) == pets
    assert [(p.text, p.line) for p in index.points(1)] == [("A dog.", 21), ("Breeds: many", 22)]
    kinds = [index.view(row).kind for row in index.view_rows(1)]
    assert kinds[:2] == [ViewKind.QUESTION, ViewKind.ENTRY]
    assert [index.view(row).kind for row in index.view_rows(1, ViewKind.ENTRY)] == [ViewKind.ENTRY]


def test_a_second_build_of_the_same_writes_nothing(build, pets, fake, tmp_path):
    """Not even a generation."""
    first = build(pets)
    fake.embedded.clear()
    generations = sorted((tmp_path / "generations").iterdir())
    second = build(pets)
    assert (second.manifest, second.embedded) == (first.manifest, 0)
    assert second.reused == first.embedded
    assert fake.embedded == []
    assert sorted((tmp_path / "generations").iterdir()) == generations


def test_an_edited_entry_alone_is_embedded(build, pets, fake, tmp_path):
    """The others keep their vectors, though rows and labels move."""
    build(pets)
    fake.embedded.clear()
    edited = replace(pets[1], answer="A snake.")
    entries = [pets[3], edited, pets[0]]
    report = build(entries)
    assert report.embedded == len(fake.embedded) > 0
    assert not any("cat" in text for text in fake.embedded)
    index = read_index(tmp_path)
    assert list(index.entries) == entries
    for view in np.flatnonzero(index.owners >= 0).tolist():
        expected = fake.embed([index.view(view).text], role="passage")
        np.testing.assert_array_equal(index.dense.vectors(np.array([view])), expected)


def test_equal_texts_are_embedded_once(build, pets, fake):
    """Two entries may share a key point."""
    duplicate = replace(pets[0], id="id9", label="q9")
    report = build([pets[0], duplicate])
    assert report.embedded == 2 * len(fake.embedded)


def test_vectors_of_another_encoder_are_not_taken_over(build, pets, fake):
    """Its fingerprint differs."""
    build(pets)
    fake.vocabulary = ("cat", "dog")
    report = build(pets)
    assert report.reused == 0
    assert report.manifest.dim == 3


def test_the_manifest_says_what_was_asked_for_and_found(build, pets, tmp_path):
    """And is what can be read back."""
    manifest = build(pets).manifest
    assert manifest == read_manifest(tmp_path)
    assert manifest.sources == ("pets.md",)
    assert (manifest.entries, manifest.dim, manifest.index_type) == (4, 5, "flat")


def test_an_index_without_entries_can_be_built_and_read(build, tmp_path):
    """Nothing is found in it."""
    assert build([]).manifest.entries == 0
    index = read_index(tmp_path)
    assert (index.entries, len(index.dense), index.row("q1")) == ((), 0, None)
    assert index.lexical.scores("cat").tolist() == []


@pytest.mark.parametrize("text", ["\u2028line\u0085\x0b\x1c", '"\\\n', "🔥 ü", "\r\n \r"])
def test_any_text_comes_back_as_it_was(build, pets, tmp_path, text):
    """Line ends of every kind do not cut a record."""
    build([replace(pets[0], answer=f"A {text} cat.")])
    assert read_index(tmp_path).entries[0].answer == f"A {text} cat."
