"""What a command must not import: each library costs the start of every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from ragprep.cli.app import _called, whole

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
    """What embeds nothing loads neither an encoder nor numpy, nor the commands of eval."""
    unwanted = "numpy onnxruntime torch rich ragprep.cli.measuring"
    ran = spawn(f"{command}|--home|{ready_home}", unwanted, python=CHECK)
    assert (ran.code, ran.err) == (0, "")


def test_completion(spawn: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell asks for what may follow, and gets the commands."""
    monkeypatch.setenv("_RAGPREP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "ragprep s")
    monkeypatch.setenv("COMP_CWORD", "1")
    ran = spawn()
    assert ran.out.split() == ["search", "show", "status"]


@pytest.mark.parametrize("arguments", ["--help", "search --help", "eval -h"])
def test_help_needs_no_typer(spawn: Run, arguments: str) -> None:
    """The process shows what was written when ragprep was made."""
    code = (
        "import atexit, sys; from ragprep.cli import main\n"
        f"sys.argv[1:] = {arguments.split()!r}\n"
        "atexit.register(lambda: print('typer' in sys.modules, file=sys.stderr))\n"
        "main()"
    )
    ran = spawn(python=code)
    assert (ran.code, ran.err.strip()) == (0, "False")
    assert ran.out.startswith("Usage: ragprep")


def test_the_process_has_one_thread_of_blas(spawn: Run) -> None:
    """Unless its user says otherwise; a program that imports ragprep sets that for itself."""
    code = (
        "import atexit, os, sys; from ragprep.cli import main\n"
        "show = lambda: print(os.environ.get('OPENBLAS_NUM_THREADS'))\n"
        "sys.argv[1:] = ['--version']; show(); atexit.register(show); main()"
    )
    unset = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    assert spawn(python=code, env=unset).out.split()[::3] == ["None", "1"]
    ran = spawn(python=code, env=unset | {"OPENBLAS_NUM_THREADS": "3"})
    assert ran.out.split()[::3] == ["3", "3"]


@pytest.mark.parametrize(
    ("arguments", "described"),
    [(["show", "q3"], ["show"]), (["list"], ["list"]), (["shw"], None), ([], None)],
)
def test_the_called_command_alone_is_described_to_typer(
    arguments: list[str], described: list[str] | None
) -> None:
    """All are where a name is wrong, so that the message can name the right one."""
    every = list(typer.main.get_command(whole()).commands)  # type: ignore[attr-defined]
    called = typer.main.get_command(_called(arguments))
    assert list(called.commands) == (described or every)  # type: ignore[attr-defined]
