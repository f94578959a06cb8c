"""What `doctor` says of a model of one's own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder import prepare
from ragprep.encoder.info import SHIPPED, read_info, write_info
from ragprep.encoder.prepare import encoder_folder


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
