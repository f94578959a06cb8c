"""Files of the index that are truncated, altered or gone: found, said, and made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ragprep.errors import GuideError, IndexDamaged, IndexFault
from ragprep.index.generations import read_current, write_generation
from ragprep.testing.fakes import FakeEmbedder

TABLE = "table.safetensors"
FILES = ("table", "segment")
MANIFESTS = ("manifest.json", "manifest.copy.json")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def remove(path: Path) -> None:
    path.unlink()


FAULTS = pytest.mark.parametrize("fault", [truncate, empty, flip, remove])
Fault = Callable[[Path], None]


def generation(kennel: Any) -> Path:
    return kennel.home / "generations" / (kennel.home / "CURRENT").read_text()


def file_of(kennel: Any, name: str) -> Path:
    """Return the table of the generation that serves, or its only segment."""
    [segment] = (kennel.home / "segments").iterdir()
    return generation(kennel) / TABLE if name == "table" else segment


def test_these_are_all_files_of_an_index(kennel):
    """So that a new file comes with its faults."""
    assert {path.name for path in generation(kennel).iterdir()} == {TABLE, *MANIFESTS}
    assert {path.name for path in kennel.home.iterdir() if path.is_dir()} == {
        "generations",
        "segments",
    }


@FAULTS
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_noticed_and_the_index_built_again(kennel, name: str, fault: Fault):
    """Each query answers as before; the second one finds a sound index."""
    path = file_of(kennel, name)
    fault(path)
    assert kennel.first("fish") == "q3"
    assert len(kennel.notices) == 1
    assert path.name in kennel.notices[0]
    assert kennel.first("snake") == "q4"
    assert len(kennel.notices) == 1


@FAULTS
@pytest.mark.parametrize("name", MANIFESTS)
def test_one_damaged_manifest_does_no_harm(kennel, name: str, fault: Fault):
    """The other one serves."""
    fault(generation(kennel) / name)
    assert kennel.first("fish") == "q3"
    assert kennel.notices == []


@FAULTS
def test_a_damaged_pointer_costs_no_embedding(kennel, fault: Fault):
    """Guides and vectors are taken from the newest whole generation."""
    fault(kennel.home / "CURRENT")
    assert kennel.first("fish") == "q3"
    assert kennel.fake.embedded == ["fish"]
    assert kennel.open().status().sources == (str(kennel.guide),)
    assert len(kennel.notices) == 1


@FAULTS
def test_without_any_manifest_nothing_is_guessed(kennel, fault: Fault):
    """What was indexed is not known any more: the error says what to run, and that works."""
    for name in MANIFESTS:
        fault(generation(kennel) / name)
    with pytest.raises(IndexDamaged, match="no longer says") as caught:
        kennel.open().search("fish")
    assert "ragprep index PATH" in caught.value.remedy
    kennel.open().build([kennel.guide])
    assert kennel.first("fish") == "q3"


@pytest.mark.parametrize("name", ["generations", "CURRENT"])
def test_a_folder_in_place_of_a_file_or_the_reverse_is_damage(kennel, name: str):
    """It is an error of ours, never a traceback."""
    path = kennel.home / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_text("?")
    else:
        path.unlink()
        path.mkdir()
    with pytest.raises(IndexFault):
        kennel.open().search("fish")


def test_a_damaged_index_whose_guide_is_gone_names_both(kennel):
    """The person needs to know why it is not built again."""
    flip(file_of(kennel, "segment"))
    kennel.guide.unlink()
    with pytest.raises(IndexDamaged, match=r"damaged.*pets\.md is no longer there") as caught:
        kennel.open().search("fish")
    assert "Put it back" in caught.value.remedy


def test_an_index_of_another_format_is_built_again(kennel):
    """From the same guides, with a notice."""
    manifest, files = read_current(kennel.home)
    write_generation(
        kennel.home, {TABLE: files[TABLE]}, replace(manifest, format=manifest.format + 1)
    )
    assert kennel.first("fish") == "q3"
    assert "format" in kennel.notices[0]
    assert kennel.open().status().format == manifest.format


def test_an_index_of_another_model_is_built_again(kennel):
    """Its vectors mean nothing to the new model: all are made anew."""
    kennel.fake = FakeEmbedder(("fish", "snake"))
    assert kennel.first("fish") == "q3"
    assert "another model" in kennel.notices[0]
    assert len(kennel.fake.embedded) == kennel.open().status().views + len(["fish"])


def test_no_index_is_built_by_the_first_query(kennel):
    """From the shipped guides."""
    shutil.rmtree(kennel.home)
    assert kennel.open().search("fish").hits
    assert kennel.notices == ["Building the index (once)."]
    assert kennel.open().status().sources == ("shipped",)


def test_a_build_without_its_guide_leaves_the_old_index(kennel):
    """The error names the guide."""
    with pytest.raises(GuideError, match=r"missing\.md"):
        kennel.open().build([kennel.guide.with_name("missing.md")])
    assert kennel.first("fish") == "q3"
    assert kennel.notices == []
