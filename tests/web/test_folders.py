"""Which files a page may touch: none outside the folders that the person named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ragprep.config import Config
from ragprep.errors import ConfigError, GuideError
from ragprep.web import folders
from ragprep.web.folders import named_folders, store_upload, within

GUIDE = b"## What is a cat?\n\nA small animal.\n"


def stored(folder: Path, name: str, content: bytes = GUIDE, *, replacing: bool = False) -> Path:
    """Upload a file."""
    return store_upload(name, io.BytesIO(content), folder, replacing=replacing)


def test_folders_are_those_that_the_person_named(tmp_path: Path) -> None:
    """A file that is indexed opens no folder."""
    notes, more, guides = (tmp_path / name for name in ("notes", "more", "guides"))
    notes.mkdir()
    (tmp_path / "one.md").write_bytes(GUIDE)
    config = Config(home=tmp_path, guides=guides)
    sources = ["shipped", str(notes), str(tmp_path / "one.md")]
    assert named_folders(config, sources, [more]) == (guides, notes, more)


@pytest.mark.parametrize(
    "path", ["{0}/../secret", "{0}", "{1}/../secret", "{1}x", "", "a\0b", "~nobody/x", "{1}/out"]
)
def test_a_path_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    """By what it leads to, not by what it says; whether or not there is a file."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "out").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigError, match="none of the folders"):
        within(path.format(tmp_path, notes), [notes])


def test_a_path_within_is_resolved(tmp_path: Path) -> None:
    """The folder itself is one, too."""
    assert within(f"{tmp_path}/a/../b.md", [tmp_path]) == tmp_path / "b.md"
    assert within(str(tmp_path), [tmp_path]) == tmp_path


@pytest.mark.parametrize(
    "name", ["cats.md", "../../cats.md", "C:\\Users\\me\\cats.md", "/etc/cats.md"]
)
def test_an_upload_goes_into_the_folder(tmp_path: Path, name: str) -> None:
    """Only the last part of its name counts; nothing else is left behind."""
    folder = tmp_path / "guides"
    assert stored(folder, name) == folder / "cats.md"
    assert [path.name for path in tmp_path.rglob("*")] == ["guides", "cats.md"]


@pytest.mark.parametrize(
    "name", ["", ".md", "..", ".bashrc", "cats.exe", "a\nb.md", "x" * 300 + ".md"]
)
def test_a_name_that_is_none_of_a_guide_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written."""
    with pytest.raises(ConfigError):
        stored(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_when_that_is_asked(tmp_path: Path) -> None:
    """What a symbolic link of that name leads to stays as it is."""
    outside = tmp_path / "outside.md"
    outside.write_bytes(GUIDE)
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "cats.md").symlink_to(outside)
    changed = GUIDE.replace(b"small", b"big")
    with pytest.raises(ConfigError, match="already"):
        stored(folder, "cats.md", changed)
    stored(folder, "cats.md", changed, replacing=True)
    assert (folder / "cats.md").read_bytes() == changed
    assert outside.read_bytes() == GUIDE


def test_of_two_files_of_one_name_at_once_one_is_kept(tmp_path: Path) -> None:
    """The other one came while this one was being read."""

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            (tmp_path / "cats.md").write_bytes(b"the other")
            return super().read(size)

    with pytest.raises(ConfigError, match="already"):
        store_upload("cats.md", Overtaken(GUIDE), tmp_path)
    assert (tmp_path / "cats.md").read_bytes() == b"the other"
    assert [path.name for path in tmp_path.iterdir()] == ["cats.md"]


def test_a_file_without_questions_is_not_kept(tmp_path: Path) -> None:
    """Nor one that is not what its name says; the message names the file and no folder."""
    for name, content in {"empty.md": b"\n", "cards.json": b"{", "deck.apkg": b"no zip"}.items():
        with pytest.raises(GuideError, match=name) as caught:
            stored(tmp_path, name, content)
        assert str(tmp_path) not in str(caught.value) + caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is read while it is written, whatever its sender said of its size."""
    monkeypatch.setattr(folders, "UPLOAD_BYTES", 10)
    with pytest.raises(GuideError, match="more than"):
        stored(tmp_path, "cats.md")
    assert list(tmp_path.iterdir()) == []
