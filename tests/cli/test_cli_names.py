"""What a message tells a person to type exists: options, variables and commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import ragprep
from ragprep.cli.app import whole
from ragprep.config import Config, load_config

PACKAGE = Path(ragprep.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
COMMANDS = typer.main.get_command(whole()).commands  # type: ignore[attr-defined]
COMMANDS |= {f"eval {name}": command for name, command in COMMANDS["eval"].commands.items()}
OPTIONS = {option for c in COMMANDS.values() for p in c.params for option in p.opts}
OPTIONS |= {"--help", "--version"}


def strings(path: Path) -> Iterator[str]:
    """Yield the strings of a module; of an f-string all its text, "{}" for what is put in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in inner:
            yield str(node.value)


STRINGS = {path: list(strings(path)) for path in MODULES}
SETTINGS = {f"RAGPREP_{name.upper()}" for name in {*Config.__slots__} - {"notices"}}
LOOKED_UP = {text for texts in STRINGS.values() for text in texts if text.isupper()}
"""Strings that are a name alone, such as that of a variable which the package reads."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_a_message_names_exists(path: Path) -> None:
    """A remedy that names an option, a variable or a command is one that can be followed."""
    for text in STRINGS[path]:
        ours = re.sub(r"`pip [^`]*`", "", text)
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours)) <= OPTIONS
        variables = set(re.findall(r"\bRAGPREP_[A-Z_]*[A-Z]\b", ours))
        assert variables <= SETTINGS | LOOKED_UP
        for command in re.findall(r"`ragprep ((?:eval )?[a-z]+)", text):
            assert command in COMMANDS


def test_every_setting_has_its_variable(tmp_path: Path) -> None:
    """What the page of the command line says of them."""
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    for variable in SETTINGS:
        assert f"`{variable}`" in page
        name = variable.removeprefix("RAGPREP_").lower()
        value = "none" if name == "llm" else "x"
        assert str(getattr(load_config(environ={variable: value}, cwd=tmp_path), name)) == value
