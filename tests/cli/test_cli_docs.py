"""docs/cli.md is generated, and current."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from ragprep.cli.commands import app

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


def test_every_command_is_on_the_page(generator: Any) -> None:
    """A new command has to be given its place there."""
    top = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    names = [name for name in top if name != "eval"]
    names += [f"eval {name}" for name in top["eval"].commands]
    assert sorted(generator.COMMANDS) == sorted(names)


def test_every_command_has_an_example(generator: Any, run: Callable[..., Any]) -> None:
    """In its help, on a line of its own."""
    for command in generator.COMMANDS:
        lines = run(*command.split(), "--help").out.splitlines()
        assert any(line.startswith(f"  Example: ragprep {command}") for line in lines), command
