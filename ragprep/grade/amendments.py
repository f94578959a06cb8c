"""Reads the file beside a guide that amends what its entries are graded by.

`interview.md` may have `interview.points.toml`:

    [[point]]                  # what a point counts
    entry = "q3"               # label or id
    point = "Early stopping"   # its text, as `ragprep show q3 --points` prints it
    weight = 2                 # 1 by default
    accept = ["stop when the validation loss rises"]
    leave_out = false

    [[add]]                    # a point that the guide does not have
    entry = "q3"
    point = "Ensembling"
    heading = "Prevention methods"

    [[enough]]                 # any `number` of these are enough
    entry = "q3"
    points = ["Early stopping", "Data augmentation", "Ensembling"]
    number = 2

A point is named by its text, so when the guide's text changes the amendment no longer applies:
it is skipped, with a warning.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragprep.errors import GuideError
from ragprep.ingest.beside import read_beside

_KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "point": {
        "entry": str,
        "point": str,
        "weight": (int, float),
        "accept": list,
        "leave_out": bool,
    },
    "add": {"entry": str, "point": str, "heading": str, "weight": (int, float), "accept": list},
    "enough": {"entry": str, "points": list, "number": int},
}
_NEEDED = {"point": {"entry", "point"}, "add": {"entry", "point"}, "enough": set(_KEYS["enough"])}


@dataclass(frozen=True, slots=True)
class Amendment:
    """One valid table of the file: its kind, its place (file:line) and its values."""

    kind: str
    where: str
    values: dict[str, Any]


def points_path(guide: Path) -> Path:
    """Return the file of amendments of a guide file."""
    return guide.with_name(f"{guide.stem}.points.toml")


def read_amendments(guide: Path) -> tuple[Amendment, ...]:
    """Return the amendments beside a guide; none without a file.

    Raises:
        GuideError: it is not TOML, or a table has a key or value that cannot be used; by line.
    """
    path = points_path(guide)
    text = read_beside(path) or ""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise GuideError(f"{path} cannot be read: {exc}.", remedy="Fix or remove it.") from exc
    lines = text.split("\n")
    amendments = []
    for kind, records in tables.items():
        head = re.compile(rf"\s*\[\[\s*{re.escape(kind)}\s*\]\]")
        heads = [i for i, line in enumerate(lines, 1) if head.match(line)]
        if kind not in _KEYS or not isinstance(records, list) or len(heads) != len(records):
            raise GuideError(
                f'{path}: "{kind}" is not a table of amendments.',
                remedy="The tables are [[point]], [[add]] and [[enough]], each in double brackets.",
            )
        for line, record in zip(heads, records, strict=True):
            where = f"{path}:{line}"
            amendments.append(Amendment(kind, where, _checked(where, kind, record)))
    return tuple(amendments)


def _checked(where: str, kind: str, record: object) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise GuideError(f"{where}: not a table.", remedy=f"Write it as [[{kind}]].")
    keys = _KEYS[kind]
    for key in sorted(_NEEDED[kind] - record.keys()):
        raise GuideError(f'{where}: "{key}" is missing.', remedy=f"Give [[{kind}]] its {key}.")
    for key, value in record.items():
        if key not in keys:
            raise GuideError(
                f'{where}: "{key}" is not a known key.', remedy=f"[[{kind}]] has {', '.join(keys)}."
            )
        if not isinstance(value, keys[key]) or (isinstance(value, bool) != (keys[key] is bool)):
            raise GuideError(
                f'{where}: "{key}" is {value!r}.', remedy="See `ragprep grade --help`."
            )
        if isinstance(value, list) and not (value and all(isinstance(v, str) and v for v in value)):
            raise GuideError(f'{where}: "{key}" is {value!r}.', remedy="Give it a list of texts.")
    weight, number = record.get("weight", 1), record.get("number", 1)
    if not (math.isfinite(weight) and 0 < weight <= 100):
        raise GuideError(
            f"{where}: the weight is {weight}.", remedy="Give a number above 0, to 100."
        )
    among = len(set(record.get("points", ["a point"])))
    if not 1 <= number <= among:
        raise GuideError(
            f"{where}: any {number} of {among} points.",
            remedy="Ask for at least one of them, and at most all.",
        )
    return record
