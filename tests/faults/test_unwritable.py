"""Read-only folders and full disks: what serves goes on serving, what cannot be done is said."""

from __future__ import annotations

import pytest

from ragprep.errors import IndexDamaged, IndexUnwritable


def test_search_needs_no_write(kennel, make_read_only):
    """A good index in a read-only folder serves without a word."""
    make_read_only(kennel.home)
    assert kennel.first("fish") == "q3"
    assert kennel.notices == []


def test_an_update_of_a_read_only_index_is_declined_with_a_notice(kennel, make_read_only):
    """The old index serves."""
    kennel.write("snake")
    make_read_only(kennel.home)
    assert kennel.first("fish") == "q3"
    assert len(kennel.notices) == 1
    assert "cannot be written" in kennel.notices[0]
    assert "RAGPREP_HOME" in kennel.notices[0]


def test_a_build_in_a_read_only_folder_is_an_error_with_a_remedy(kennel, make_read_only):
    """Whether there is an index or not."""
    make_read_only(kennel.home)
    with pytest.raises(IndexUnwritable, match=r"Read-only|Permission") as caught:
        kennel.open().build()
    assert "RAGPREP_HOME" in caught.value.remedy


def test_no_index_in_a_read_only_folder_is_an_error_with_a_remedy(kennel, tmp_path, make_read_only):
    """The home itself cannot be made."""
    parent = tmp_path / "locked"
    parent.mkdir()
    make_read_only(parent)
    kennel.home = parent / "home"
    with pytest.raises(IndexUnwritable) as caught:
        kennel.open().search("fish")
    assert "RAGPREP_HOME" in caught.value.remedy


def test_a_damaged_index_in_a_read_only_folder_says_both(kennel, make_read_only):
    """What is wrong, and why it stays so."""
    path = next(kennel.home.glob("segments/*"))
    path.write_bytes(path.read_bytes()[:-1])
    make_read_only(kennel.home)
    with pytest.raises(IndexDamaged, match=r"damaged.*cannot be written"):
        kennel.open().search("fish")


def test_a_home_that_is_a_file_is_an_error_with_a_remedy(kennel, tmp_path):
    """Not a traceback."""
    kennel.home = tmp_path / "file"
    kennel.home.write_text("")
    with pytest.raises(IndexDamaged) as caught:
        kennel.open().search("fish")
    assert "RAGPREP_HOME" in caught.value.remedy


@pytest.mark.parametrize("free_kib", [0, 4, 8, 16, 24, 32, 40, 44, 48])
def test_a_full_disk_leaves_the_old_index_and_nothing_of_the_new(kennel, small_disk, free_kib: int):
    """Wherever the space ends: at the lock, the checkpoint, any file of the generation."""
    kennel.home = small_disk / "home"
    kennel.open().build([kennel.guide])
    before, segments_before = kennel.generations(), segments(kennel)
    fill(small_disk / "filler", free_kib)
    kennel.write("snake", "cat", "dog", "fish", *(f"pet{n}" for n in range(30)))
    with pytest.raises(IndexUnwritable, match="full") as caught:
        kennel.open().build()
    assert "Free some space" in caught.value.remedy
    assert kennel.generations() == before
    assert segments(kennel) == segments_before
    assert kennel.first("fish") == "q3"
    assert "full" in kennel.notices[-1]

    (small_disk / "filler").unlink()
    assert kennel.first("fish") == "q4"
    assert not list(kennel.home.glob("embedding-*"))


def segments(kennel) -> list[str]:
    return sorted(path.name for path in (kennel.home / "segments").iterdir())


def fill(path, free_kib: int) -> None:
    """Write zeros until the disk is full, then leave some room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - 1024 * free_kib)


def test_space_taken_by_a_killed_build_is_reclaimed(kennel):
    """Its unfinished generation, and its segments, go before the new ones are written."""
    left = kennel.home / "generations" / "0123456789abcdef-left"
    left.mkdir()
    (left / "table.safetensors").write_text("half")
    segment = kennel.home / "segments" / "0123456789abcdef.safetensors"
    segment.write_text("half")
    kennel.write("snake")
    kennel.open().build()
    assert left.name not in kennel.generations()
    assert not segment.exists()
