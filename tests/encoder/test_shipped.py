"""The encoder that comes with ragprep, against the model that it was exported from."""

from __future__ import annotations

import importlib
import json
import re
from types import ModuleType

import pytest

from ragprep.encoder.embed import STATE_LAYERS
from ragprep.encoder.info import INFO_FILE, SHIPPED, read_info

RECIPE = json.loads((SHIPPED / INFO_FILE).read_bytes())["recipe"]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that made it; it stands outside the package."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return importlib.import_module("training.export_encoder")


@pytest.mark.model
@pytest.mark.filterwarnings("ignore")
def test_it_agrees_with_sentence_transformers_as_its_recipe_says(script: ModuleType):
    """Over the shipped guide's questions and entries.

    Processors round int8 products differently, hence a tolerance: a hundredth is what separates
    the int8 encoder from the float32 model, a tenth a wrong pooling.
    """
    recorded = RECIPE["agreement_with_sentence_transformers"]
    measured = script.agreement(SHIPPED, script.guide_texts())
    assert measured["texts"] == recorded["texts"] == 200
    assert measured["mean_cosine"] == pytest.approx(recorded["mean_cosine"], abs=0.001)
    assert measured["least_cosine"] == pytest.approx(recorded["least_cosine"], abs=0.005)


def test_the_recipe_says_what_it_was_made_of(script: ModuleType):
    """The base model, its weights and its licence; the script's own constants."""
    assert RECIPE["script"] == "training/export_encoder.py"
    assert (RECIPE["base"], RECIPE["weights"]["sha256"]) == (script.BASE, script.WEIGHTS_SHA256)
    assert RECIPE["layers"] == list(STATE_LAYERS)
    assert RECIPE["licence"].startswith("Apache-2.0")
    assert "Apache License" in (SHIPPED / "LICENSE").read_text(encoding="utf-8")


def test_no_machine_shows_in_its_files():
    """No path of the machine that made it."""
    info = read_info(SHIPPED)
    assert info is not None
    for name in (INFO_FILE, *info.checksums):
        content = (SHIPPED / name).read_bytes()
        assert not re.search(rb"/(?:home|root|Users|tmp)/|-packages", content)
