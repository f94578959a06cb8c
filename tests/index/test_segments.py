"""Segments: what an edit writes, when they are merged, and that nobody can tell from outside."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from ragprep.index.merging import SEGMENT_ENTRIES, group_to_merge
from ragprep.index.store import StoredIndex, read_index
from ragprep.types.index import ViewKind

ANIMALS = ("cat", "dog", "fish", "snake", "cat and dog", "fish or cat", "dogs", "snakes, cats")


def segments(home) -> list[str]:
    return sorted(path.name for path in (home / "segments").iterdir())


def test_an_edit_writes_a_segment_of_its_own(build, pets, tmp_path):
    """The file with the other entries stays as it is, and keeps the entry that was edited."""
    build(pets)
    [first] = segments(tmp_path)
    written = (tmp_path / "segments" / first).stat().st_mtime_ns
    build([replace(pets[0], answer="A snake."), *pets[1:]])
    assert len(segments(tmp_path)) == 2
    assert (tmp_path / "segments" / first).stat().st_mtime_ns == written
    index = read_index(tmp_path)
    assert [len(segment) for segment in index.segments.values()] == [4, 1]
    assert index.dense.living == index.manifest.views < len(index.dense)


def test_an_edit_that_is_undone_costs_no_embedding(build, pets, fake):
    """The entry is still in its segment."""
    build(pets)
    build([replace(pets[0], answer="A snake."), *pets[1:]])
    fake.embedded.clear()
    assert build(pets).embedded == 0
    assert fake.embedded == []


def test_a_segment_without_entries_goes(build, pets, tmp_path):
    """With the generation that named it."""
    build(pets)
    for answer in ("A snake.", "A dog.", "A fish."):
        build([replace(pets[0], answer=answer)])
    assert len(read_index(tmp_path).segments) == 1
    assert len(segments(tmp_path)) == 2  # of this generation and the one before


def test_a_build_that_fails_leaves_no_segment(build, pets, tmp_path, monkeypatch):
    """Here at the last moment, when CURRENT is replaced."""
    build(pets)
    before = segments(tmp_path)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("ragprep.index.build.write_generation", fail)
        build([replace(pets[0], answer="A snake.")])
    assert segments(tmp_path) == before


@pytest.mark.parametrize(
    ("living", "sizes", "expected"),
    [
        ([1] * 7, [1] * 7, []),
        ([1] * 8, [1] * 8, [0, 1, 2, 3, 4, 5, 6, 7]),
        ([5000, *[15] * 8, 16], [5000, *[15] * 8, 16], [1, 2, 3, 4, 5, 6, 7, 8]),
        ([127] * 8, [127] * 8, [0, 1, 2, 3, 4, 5, 6, 7]),
        ([1024] * 20, [1024] * 20, []),
        ([50, 49], [100, 100], [1]),
        ([], [], []),
    ],
)
def test_eight_segments_of_a_size_are_merged_and_one_that_is_mostly_removed(
    living: list[int], sizes: list[int], expected: list[int]
):
    """Sizes are below 16, below 128, below 1,024, or final."""
    assert group_to_merge(living, sizes, SEGMENT_ENTRIES) == expected


def test_what_is_merged_at_once_has_a_bound():
    """A query copies 1,000 entries at most: 8 segments of 128 wait for `ragprep index`."""
    assert group_to_merge([125] * 8, [125] * 8, 1000) == list(range(8))
    assert group_to_merge([126] * 8, [126] * 8, 1000) == []
    assert group_to_merge([1001], [5000], 1000) == []


def test_of_too_many_to_merge_at_once_the_smallest_are():
    """Twenty of 500 entries are 10,000: sixteen of them have room in a segment of 8,192."""
    assert group_to_merge([510, *[500] * 19], [510, *[500] * 19], 8192) == list(range(1, 17))


@pytest.mark.parametrize("seed", range(3))
def test_an_index_of_many_edits_is_as_one_built_anew(build, pets, tmp_path, monkeypatch, seed: int):
    """Forty builds with entries added, edited, moved, removed, repeated: scores are the same."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # 200 of them take a minute
    chance = random.Random(seed)
    entries = list(pets)
    aliases: dict[str, list[str]] = {}
    for n in range(40):
        answer = f"A {chance.choice(ANIMALS)}.\n- Food: {chance.choice(ANIMALS)} {n % 7}"
        new = replace(pets[n % 4], id=f"n{n}", label=f"n{n}", answer=answer, lines=(n, n + 2))
        entries.insert(chance.randrange(len(entries) + 1), new)
        if n % 3 == 0:
            entries.pop(chance.randrange(len(entries)))
        chance.shuffle(entries)
        aliases[new.id] = [f"{chance.choice(ANIMALS)} {n}"] * (n % 2)
        build(entries, aliases=aliases)
    after_edits = read_index(tmp_path)
    assert 2 <= len(after_edits.segments) <= 14
    anew = tmp_path / "anew"
    anew.mkdir()
    build(entries, aliases=aliases, home=anew)
    assert_same(after_edits, read_index(anew))


def assert_same(index: StoredIndex, anew: StoredIndex) -> None:
    assert index.entries == anew.entries
    assert index.manifest.views == anew.manifest.views
    for row in range(len(anew.ids)):
        assert index.points(row) == anew.points(row)
        assert index.words([row]) == anew.words([row])
        for kinds in ((), (ViewKind.POINT, ViewKind.ALIAS)):
            views, expected = index.view_rows(row, *kinds), anew.view_rows(row, *kinds)
            assert [index.view(n) for n in views] == [anew.view(n) for n in expected]
            np.testing.assert_array_equal(index.dense.vectors(views), anew.dense.vectors(expected))
    for query in ("cat", "dog food", "fishes and snaks 3", "nothing"):
        np.testing.assert_array_equal(index.lexical.scores(query), anew.lexical.scores(query))
        asked = index.asked(query)
        assert asked == anew.asked(query)
        overlap, expected = (some.lexical.overlap_of(asked) for some in (index, anew))
        np.testing.assert_array_equal(overlap, expected)
