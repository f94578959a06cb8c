"""What .gitignore and .ragprepignore say is to be passed over, by Git's rules (gitignore(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

IGNORE_FILES = (".gitignore", ".ragprepignore")
_MAX_BYTES = 1_000_000


class Rule(NamedTuple):
    """One line of such a file.

    Attributes:
        pattern: of paths below the file's folder, with "/" between names.
        keeps: it is a "!" line: what matches is not passed over after all.
        folders: it is of folders only.
    """

    pattern: re.Pattern[str]
    keeps: bool
    folders: bool


def rules_in(folder: Path) -> list[Rule]:
    """Return the rules that the files in a folder give for what is in it; none when unreadable."""
    rules: list[Rule] = []
    for name in IGNORE_FILES:
        try:
            file = folder / name
            if not file.is_file() or file.stat().st_size > _MAX_BYTES:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        rules += (rule for line in text.split("\n") if (rule := rule_of(line)))
    return rules


def rule_of(line: str) -> Rule | None:
    r"""Read one line: "*.tmp", "/build/", "!keep.md", "a/**/b", "\#literal"; None for a comment."""
    line = re.sub(r"(?<!\\)\s+$", "", line)
    if not line or line.startswith("#"):
        return None
    keeps = line.startswith("!")
    line = line.removeprefix("!")
    folders = line.endswith("/")
    line = line.rstrip("/")
    if not line:
        return None
    anchor = "" if "/" in line else "(?:.*/)?"
    try:
        pattern = re.compile(anchor + "".join(_parts(line.lstrip("/"))))
    except re.error:  # such as a class "[z-a]": Git matches nothing either
        return None
    return Rule(pattern, keeps, folders)


def is_ignored(
    path: Path, *, is_folder: bool, rules: Sequence[tuple[Path, Sequence[Rule]]]
) -> bool:
    """Whether the rules say to pass a path over; of those that match, the last one counts.

    Args:
        path: of a file or folder.
        is_folder: it is a folder.
        rules: with the folder that each list stands in, from the outermost.
    """
    ignored = False
    for folder, here in rules:
        below = path.relative_to(folder).as_posix()
        for rule in here:
            if (is_folder or not rule.folders) and rule.pattern.fullmatch(below):
                ignored = not rule.keeps
    return ignored


def _parts(line: str) -> Iterator[str]:
    """Yield a pattern of Git's as parts of a regular expression."""
    pieces = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)
    for piece in pieces.findall(line):
        match piece[0]:
            case "*":
                yield "(?:.*/)?" if piece == "**/" else "[^/]*"
            case "/" if piece != "/":
                yield "/.*"
            case "?":
                yield "[^/]"
            case "[" if len(piece) > 1:
                inner = piece[1:-1].replace("\\", r"\\")
                yield f"[^{inner[1:]}]" if inner[:1] == "!" else f"[{inner}]"
            case _:
                yield re.escape(piece[-1])
