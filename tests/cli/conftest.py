"""Two ways to run a command: in this process, or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ragprep.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine's own: no RAGPREP_*, no ragprep.toml, no Ollama."""
    for name in list(os.environ):
        if name.startswith("RAGPREP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RAGPREP_OLLAMA_HOST", "http://127.0.0.1:9")  # the discard port: refuses
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stdin that a person could type into."""
    monkeypatch.setattr(sys, "stdin", _Terminal())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Ran:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def spawn() -> Run:
    """Run a command, or with `python=` some code, in a process of its own."""

    def spawn(*arguments: str | Path, python: str = "", **options: Any) -> Ran:
        start = ["-c", python] if python else ["-m", "ragprep"]
        done = subprocess.run(
            [sys.executable, *start, *map(str, arguments)],
            **{"capture_output": True, "text": True, "timeout": 120, **options},
        )
        return Ran(done.returncode, done.stdout or "", done.stderr or "")

    return spawn
