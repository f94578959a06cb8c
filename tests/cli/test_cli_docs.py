"""docs/cli.md is generated, and current."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from ragprep.cli.app import whole

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "generate_cli.py"


@pytest.fixture(scope="module")
def generator() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("generate_cli", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_current(generator: Any) -> None:
    """Otherwise run `python docs/generate_cli.py`."""
    assert generator.PATH.read_text(encoding="utf-8") == generator.page()


def test_help_text_is_current(generator: Any) -> None:
    """Otherwise run `python docs/generate_cli.py`."""
    assert generator.HELP.read_text(encoding="utf-8") == generator.help_text()


@pytest.mark.parametrize("command", ["", "eval", "export", "search", "eval retrieval"])
def test_the_process_shows_the_help_of_typer(run: Any, spawn: Any, command: str) -> None:
    """In 80 columns or more the written one, in fewer typer's own, in either's order of options."""
    ran = spawn(*command.split(), "-h", env=os.environ | {"COLUMNS": "120"})
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == run(*command.split(), "--help").out
    narrow = spawn(*command.split(), "--help", env=os.environ | {"COLUMNS": "60"})
    assert max(map(len, narrow.out.splitlines())) <= 60


def test_every_command_is_on_the_page(generator: Any) -> None:
    """A new command has to be given its place there."""
    top = typer.main.get_command(whole()).commands  # type: ignore[attr-defined]
    groups = {"eval", "export", "history"}
    names = [name for name in top if name not in groups]
    names += [f"{group} {name}" for group in groups for name in top[group].commands]
    assert sorted(generator.COMMANDS) == sorted(names)


def test_every_command_has_an_example(generator: Any, run: Callable[..., Any]) -> None:
    """In its help, on a line of its own."""
    for command in generator.COMMANDS:
        lines = run(*command.split(), "--help").out.splitlines()
        assert any(line.startswith(f"  Example: ragprep {command}") for line in lines), command
