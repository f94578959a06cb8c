"""What `doctor` says of a model of one's own."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder import prepare
from ragprep.encoder.info import SHIPPED, read_info, write_info
from ragprep.encoder.prepare import encoder_folder, weights_path
from ragprep.errors import ModelError
from ragprep.search.fuse import FILE, weights_file


def model_check(config: Config) -> str:
    return next(check.message for check in Prep.open(config).doctor() if check.name == "model")


def test_another_model_is_told_that_relevance_was_not_fitted_for_it(tmp_path: Path):
    """By the fingerprint in the recipe of the search's weights."""
    folder = encoder_folder(tmp_path, "my-model")
    shutil.copytree(SHIPPED, folder)
    info = read_info(SHIPPED)
    assert info is not None
    write_info(folder, replace(info, model="my-model", fingerprint="0123456789abcdef"))
    message = model_check(Config(home=tmp_path, model="my-model"))
    assert message.startswith("my-model: sound")
    assert "relevance was fitted for all-MiniLM-L6-v2" in message


def test_weights_fitted_for_another_model_serve_it(tmp_path: Path):
    """As training.fit_search writes them; for yet another version of the model they do not."""
    folder = encoder_folder(tmp_path, "my-model")
    shutil.copytree(SHIPPED, folder)
    info = read_info(SHIPPED)
    assert info is not None
    fingerprint = "0123456789abcdef"
    write_info(folder, replace(info, model="my-model", fingerprint=fingerprint))
    record = json.loads(FILE.read_bytes())
    record["recipe"]["encoder"] = fingerprint
    weights = weights_path(tmp_path, "my-model")
    weights.write_text(json.dumps(record), encoding="utf-8")
    assert "fitted" not in model_check(Config(home=tmp_path, model="my-model"))
    assert weights_file(weights, fingerprint) == weights
    assert weights_file(weights, "fedcba9876543210") == FILE


def test_weights_that_cannot_be_read_are_named(tmp_path: Path):
    """With what to do about them."""
    weights = tmp_path / "x.search.json"
    weights.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"x\.search\.json cannot be read"):
        weights_file(weights, "0123456789abcdef")


def test_a_model_that_cannot_be_prepared_fails_the_check(tmp_path: Path, monkeypatch):
    """Not only at the first query: its folder is not there, or a package is missing."""
    config = Config(home=tmp_path, model=f"{tmp_path}/none")
    assert model_check(config) == f"There is no folder {tmp_path}/none to prepare a model from."
    monkeypatch.setattr(prepare, "PACKAGES", ("no_such_package",))
    config = Config(home=tmp_path, model="org/name")
    assert model_check(config).endswith("cannot be prepared without no_such_package.")


def test_the_model_that_ships_is_the_one_that_was_fitted_for(tmp_path: Path):
    """Nothing is to be said."""
    assert "fitted" not in model_check(Config(home=tmp_path))
