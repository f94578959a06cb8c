"""Recipes: what fitted files say of how they were made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import training.recipe
from ragprep.encoder.info import SHIPPED, read_info
from ragprep.recipe import Recipe
from training.recipe import ROOT, recipe, stale_data, write

PACKAGE = ROOT / "ragprep"
FITTED = [
    PACKAGE / "search" / "fitted.json",
    PACKAGE / "search" / "related.json",
    PACKAGE / "grade" / "fitted.json",
    PACKAGE / "grade" / "statements.json",
    PACKAGE / "reader" / "assertion.json",
    PACKAGE / "reader" / "model.json",
]
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""FIPS 180-2, appendix B.1."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one data file."""
    (tmp_path / "data.txt").write_text("abc")
    monkeypatch.setattr(training.recipe, "ROOT", tmp_path)
    return tmp_path


def test_data_are_recorded_by_their_sha256(root: Path):
    """By their path in the repository."""
    written = recipe("training/x.py", [root / "data.txt"], encoder="e1")
    assert written.data == {"data.txt": SHA256_OF_ABC}


def test_a_written_recipe_reads_back(root: Path):
    """Beside the content, figures to four digits."""
    written = recipe("training/x.py", [], encoder="e1", seed=7, measured={"r": 0.123456})
    write(root / "fitted.json", {"weight": 2.0}, written)
    record = json.loads((root / "fitted.json").read_text())
    assert record["weight"] == 2.0
    assert Recipe(**record["recipe"]) == written
    assert written.measured == {"r": 0.1235}


def test_changed_and_missing_data_are_found(root: Path):
    """And data as they were are not."""
    written = recipe("training/x.py", [root / "data.txt"], encoder="e1")
    assert stale_data(written) == []
    (root / "data.txt").write_text("abcd")
    assert stale_data(written) == ["data.txt"]
    (root / "data.txt").unlink()
    assert stale_data(written) == ["data.txt"]


@pytest.mark.parametrize("path", FITTED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_fitted_file_stands_on_what_ships(path: Path):
    """Its script is in the repository, its data are as they were, its encoder is the shipped one.

    When this fails, make the file again (training/README.md).
    """
    written = Recipe(**json.loads(path.read_bytes())["recipe"])
    shipped = read_info(SHIPPED)
    assert shipped is not None
    assert (ROOT / written.script).is_file()
    assert stale_data(written) == []
    assert written.encoder == shipped.fingerprint
