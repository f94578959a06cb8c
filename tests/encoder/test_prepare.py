"""Where prepared encoders stand."""

from __future__ import annotations

from pathlib import Path

from ragprep.config import DEFAULT_MODEL
from ragprep.encoder.embed import read_info
from ragprep.encoder.prepare import (
    check_default_weights,
    encoder_folder,
    is_sound,
    prepare,
)


def test_each_model_has_a_folder_of_its_own(tmp_path: Path):
    """Two models of one name too; none outside of the home."""
    names = [DEFAULT_MODEL, "org/m", "other/m", "../../m", "m/", "C:\\m", "ü ü", "/abs/m"]
    folders = [encoder_folder(tmp_path, name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.parent == tmp_path / "models" for folder in folders)


def test_the_installed_weights_are_the_published_ones():
    """By their sha256."""
    assert (check_default_weights() / "model.safetensors").is_file()


def test_a_prepared_encoder_is_not_prepared_again(ready_home: Path):
    """Another process may just have done it."""
    folder = encoder_folder(ready_home, DEFAULT_MODEL)
    before = (folder / "encoder.onnx").stat().st_mtime_ns
    said: list[str] = []
    info = prepare(DEFAULT_MODEL, ready_home, lambda stage, done, total: said.append(stage))
    assert info == read_info(folder)
    assert (folder / "encoder.onnx").stat().st_mtime_ns == before
    assert is_sound(folder)


def test_a_folder_without_an_encoder_is_not_sound(tmp_path: Path):
    """Nor one that is not there."""
    assert not is_sound(tmp_path)
    assert not is_sound(tmp_path / "none")
