"""A model file: run in a process of its own, and clear about what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ragprep.errors import LLMTimeout, LLMUnavailable
from ragprep.llm.connect import Timeouts
from ragprep.llm.gguf import GgufLLM, free_cores

pytest.importorskip("xllamacpp", reason="runs GGUF files: pip install xllamacpp")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read: No such file"), (b"", "not a GGUF"), (b"MZ\x90\0 hi", "not a GGUF")],
)
def test_a_file_that_is_no_model_is_refused_before_anything_starts(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """With the way to name one."""
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LLMUnavailable, match=message) as caught:
        GgufLLM(path)
    assert "gguf:PATH" in caught.value.remedy


@pytest.mark.parametrize("size", [100, 5_000, 2_000_000])
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, tiny_model: Path, size: int) -> None:
    """It may end the process that loads it, which is not this one."""
    path = tmp_path / "model.gguf"
    with tiny_model.open("rb") as file:
        path.write_bytes(file.read(size))
    llm = GgufLLM(path)
    with pytest.raises(LLMUnavailable, match="could not be loaded"):
        llm.complete("hi")


def test_its_process_runs_no_code_of_the_current_folder(tmp_path: Path, monkeypatch) -> None:
    """Though PYTHONPATH leads there."""
    for module in ("xllamacpp", "json", "os", "sitecustomize"):
        (tmp_path / f"{module}.py").write_text("open('ran', 'w')\n")
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ".")
    with pytest.raises(LLMUnavailable, match="could not be loaded"):
        GgufLLM(Path("model.gguf")).complete("hi")
    assert not Path("ran").exists()


def test_loading_has_a_time_limit(tiny_model: Path) -> None:
    """And leaves no process behind."""
    llm = GgufLLM(tiny_model, timeouts=Timeouts(first_s=0.01))
    with pytest.raises(LLMTimeout, match="to load"):
        llm.complete("hi")
    process = llm._process
    assert process is not None
    assert process.wait(60) != 0


def test_it_leaves_cores_to_other_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never none for itself."""
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.2, 0, 0))
    assert free_cores() == 4
    monkeypatch.setattr(os, "getloadavg", lambda: (2.6, 0, 0))
    assert free_cores() == 1
    monkeypatch.setattr(os, "getloadavg", lambda: (9, 0, 0))
    assert free_cores() == 1
