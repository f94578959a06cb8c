"""What a command must not import: each library costs the start of every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

HEAVY = ["torch", "transformers", "sentence_transformers", "onnxruntime", "faiss", "numpy", "rich"]

CHECK = """
import sys
from ragprep.cli import main

arguments, unwanted = sys.argv[1].split("|"), sys.argv[2].split()
code = main(arguments) if arguments != [""] else 0
found = [name for name in unwanted if name in sys.modules]
assert not found, found
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", ["", "--help", "--version", "search|--help", "eval|--help"])
def test_help_is_light(spawn: Run, arguments: str) -> None:
    """Neither importing the shell nor showing help loads anything but typer."""
    ran = spawn(arguments, " ".join([*HEAVY, "ragprep.service"]), python=CHECK)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("command", ["search|what is dropout", "ask|what is dropout|--llm|none"])
def test_a_query_never_imports_torch(spawn: Run, ready_home: Path, command: str) -> None:
    """With an index ready; nor Rich, where stdout is no terminal."""
    unwanted = "torch transformers sentence_transformers rich pydantic scipy httpx ollama"
    ran = spawn(f"{command}|--home|{ready_home}", unwanted, python=CHECK)
    assert (ran.code, ran.err) == (0, "")
    assert "q15" in ran.out


def test_a_query_without_a_model_loads_none_of_their_adapters(spawn: Run, ready_home: Path) -> None:
    """What is not chosen costs nothing; a conversation asks no more than a question does."""
    adapters = "ragprep.llm.choose httpx ollama xllamacpp pydantic torch rich"
    for command in ("ask|what is dropout|--llm|none", "chat|--llm|none"):
        ran = spawn(
            f"{command}|--home|{ready_home}", adapters, python=CHECK, input="what is dropout\n"
        )
        assert (ran.code, ran.err) == (0, "")
        assert "q15" in ran.out
    ran = spawn(
        f"ask|what is dropout|--home|{ready_home}",
        "ragprep.llm.openai ragprep.llm.gguf ragprep.chat httpx ollama xllamacpp",
        python=CHECK,
    )
    assert ran.code == 0


@pytest.mark.parametrize("command", ["show|q3", "list", "status"])
def test_reading_needs_no_encoder(spawn: Run, ready_home: Path, command: str) -> None:
    """What embeds nothing loads neither an encoder nor numpy."""
    ran = spawn(f"{command}|--home|{ready_home}", "numpy onnxruntime torch rich", python=CHECK)
    assert (ran.code, ran.err) == (0, "")


def test_completion(spawn: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell asks for what may follow, and gets the commands."""
    monkeypatch.setenv("_RAGPREP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "ragprep s")
    monkeypatch.setenv("COMP_CWORD", "1")
    ran = spawn()
    assert ran.out.split() == ["search", "show", "status"]
