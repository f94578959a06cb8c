"""Lines of a conversation that begin with a slash; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ragprep.errors import ConfigError

Name = Literal["sources", "new", "save", "help", "quit"]

HELP: dict[Name, str] = {
    "sources": "where the last answer comes from",
    "new": "forget what was said and begin anew",
    "save": "FILE: write the conversation to a new file; nothing is kept otherwise",
    "help": "this list",
    "quit": "leave (also Ctrl-D)",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what stands behind it."""

    name: Name
    argument: str = ""


def read_command(line: str) -> Command | None:
    """Return the command that `line` is, None when it is a question.

    Raises:
        ConfigError: it begins with a slash and is no command, or lacks what it needs.
    """
    line = line.strip()
    if not line.startswith("/"):
        return None
    name, _, argument = line[1:].partition(" ")
    for known in HELP:
        if name.lower() == known:
            if known == "save" and not argument.strip():
                raise ConfigError("/save needs the name of a file.", remedy="/save talk.md")
            return Command(known, argument.strip())
    raise ConfigError(f'There is no command "/{name}".', remedy="/help lists them.")
