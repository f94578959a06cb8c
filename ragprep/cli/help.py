"""The help of each command as `docs/generate_cli.py` wrote it to help.txt: shown without typer.

To import typer and describe all commands to it takes eight times as long as to start Python.
"""

from __future__ import annotations

import os
import sys

HEADER = "\n=== "
"""Before the name of a command, on the line above its help."""

WIDTH = 80
"""Columns that the text is made for; typer uses no more."""


def show_help(arguments: list[str]) -> bool:
    """Print the help that a command line asks for; return whether it asks for nothing else.

    On a terminal that is too narrow, and where nothing can be printed, it is left to typer.
    """
    if not arguments or arguments[-1] not in {"--help", "-h"} or _columns() < WIDTH:
        return False
    path = f"{os.path.dirname(__file__)}/help.txt"  # noqa: PTH120 - pathlib takes 7 ms to import
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        sections = file.read().split(HEADER)
    text = dict(section.split("\n", 1) for section in sections).get(" ".join(arguments[:-1]))
    if text is None or sys.stdout is None:
        return False
    try:  # not by way of a buffer, which would still hold the text when typer meets the same error
        os.write(1, text.encode(sys.stdout.encoding, "replace"))
    except OSError:
        return False
    return True


def _columns() -> int:
    """Return the width of the terminal, `WIDTH` where there is none; as shutil, a slow import."""
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return WIDTH
