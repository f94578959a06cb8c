"""What an answer to an entry is graded by: its key points, as a file beside the guide amends them.

`interview.md` may have `interview.points.toml`:

    [[point]]                  # what a point counts
    entry = "q3"               # label or id
    point = "Early stopping"   # its text, as `ragprep show q3 --points` prints it
    weight = 2                 # 1 if not said
    accept = ["stop when the validation loss rises"]
    leave_out = false

    [[add]]                    # a point that the guide does not have
    entry = "q3"
    point = "Ensembling"
    heading = "Prevention methods"

    [[enough]]                 # any so many of these are enough
    entry = "q3"
    points = ["Early stopping", "Data augmentation", "Ensembling"]
    number = 2

A point is named by its text, so when the guide's text changes the amendment no longer applies:
it is passed over, with a warning.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from ragprep.errors import GuideError
from ragprep.types.grade import PointGroup, Rubric, RubricPoint
from ragprep.types.guide import Entry, KeyPoint

_ALL_ASKED = re.compile(
    r"\b(?:list|name|give|explain|describe) (?:all|every|each)\b|\ball (?:of )?(?:the|its)\b"
    r"|\bwhat are (?:all )?the (?:\w+ )?(?:types|kinds|steps|stages|phases|parts|variants)\b",
    re.IGNORECASE,
)
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
    """One table of the file beside a guide, valid in itself: its kind, place and values."""

    kind: str
    where: str
    values: dict[str, Any]


def points_path(guide: Path) -> Path:
    """Return where the amendments of a guide file stand."""
    return guide.with_name(f"{guide.stem}.points.toml")


def default_rubric(entry: Entry, points: Sequence[KeyPoint], *, required_share: float) -> Rubric:
    """Return the rubric of an entry without amendments.

    Of the items under a common heading a share is enough, rounded up: nobody must list all six
    ways to regularise. Points without a heading are all needed, and so are all where the question
    asks for all.
    """
    if _ALL_ASKED.search(entry.question):
        return Rubric(tuple(RubricPoint(point) for point in points))
    made: list[RubricPoint] = []
    groups: list[PointGroup] = []
    for heading, run in groupby(points, key=lambda point: point.heading):
        members = list(run)
        if not heading or len(members) < 2:
            made += [RubricPoint(point) for point in members]
            continue
        made += [RubricPoint(point, group=len(groups)) for point in members]
        groups.append(PointGroup(heading, math.ceil(round(required_share * len(members), 9))))
    return Rubric(tuple(made), tuple(groups))


def read_amendments(guide: Path) -> tuple[Amendment, ...]:
    """Return what the file beside a guide says, none without one.

    Raises:
        GuideError: it is not TOML, or a table has a key or value that cannot be used; by line.
    """
    path = points_path(guide)
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise GuideError(f"{path} cannot be read: {exc}.", remedy="Mend or remove it.") from exc
    lines = text.split("\n")
    found = []
    for kind, records in tables.items():
        head = re.compile(rf"\s*\[\[\s*{re.escape(kind)}\s*\]\]")
        heads = [i for i, line in enumerate(lines, 1) if head.match(line)]
        if kind not in _KEYS or not isinstance(records, list) or len(heads) != len(records):
            raise GuideError(
                f'{path}: "{kind}" is no table of amendments.',
                remedy="The tables are [[point]], [[add]] and [[enough]], each in double brackets.",
            )
        for line, record in zip(heads, records, strict=True):
            found.append(
                Amendment(kind, f"{path}:{line}", _checked(f"{path}:{line}", kind, record))
            )
    return tuple(found)


def amended(rubric: Rubric, entry: Entry, amendments: Sequence[Amendment]) -> Rubric:
    """Return `rubric` with the amendments that are of `entry`; stale ones become warnings."""
    label = entry.label.rpartition("/")[2].casefold()
    names = {label, entry.label.casefold(), entry.id.casefold()}
    own = [one for one in amendments if one.values["entry"].casefold() in names]
    for kind, apply in (("point", _weigh), ("add", _add), ("enough", _group)):
        for one in own:
            if one.kind == kind:
                rubric = apply(rubric, one)
    return rubric


def _weigh(rubric: Rubric, one: Amendment) -> Rubric:
    place = _place(rubric, one.values["point"])
    if place is None:
        return _stale(rubric, one, one.values["point"])
    points = list(rubric.points)
    if one.values.get("leave_out"):
        left = points.pop(place)
        groups = list(rubric.groups)
        if left.group is not None:
            size = sum(point.group == left.group for point in points)
            group = groups[left.group]
            groups[left.group] = replace(group, required=min(group.required, size))
        return replace(rubric, points=tuple(points), groups=tuple(groups))
    points[place] = replace(
        points[place],
        weight=float(one.values.get("weight", 1)),
        accepted=tuple(one.values.get("accept", ())),
    )
    return replace(rubric, points=tuple(points))


def _add(rubric: Rubric, one: Amendment) -> Rubric:
    heading = one.values.get("heading", "")
    names = [group.name for group in rubric.groups]
    added = RubricPoint(
        KeyPoint(one.values["point"], 0, heading),
        float(one.values.get("weight", 1)),
        tuple(one.values.get("accept", ())),
        names.index(heading) if heading in names else None,
    )
    return replace(rubric, points=(*rubric.points, added))


def _group(rubric: Rubric, one: Amendment) -> Rubric:
    places = [_place(rubric, text) for text in one.values["points"]]
    if None in places:
        return _stale(rubric, one, one.values["points"][places.index(None)])
    number = len(rubric.groups)
    points = [
        replace(point, group=number) if i in places else point
        for i, point in enumerate(rubric.points)
    ]
    groups = [
        replace(group, required=min(group.required, sum(point.group == i for point in points)))
        for i, group in enumerate(rubric.groups)
    ]
    made = PointGroup(f'"{one.values["points"][0]}" and the like', one.values["number"])
    return replace(rubric, points=tuple(points), groups=(*groups, made))


def _place(rubric: Rubric, text: str) -> int | None:
    wanted = " ".join(text.split()).casefold()
    texts = [" ".join(point.point.text.split()).casefold() for point in rubric.points]
    return texts.index(wanted) if wanted in texts else None


def _stale(rubric: Rubric, one: Amendment, text: str) -> Rubric:
    warning = f'{one.where}: the entry has no point "{text}"; the guide has changed, or a misprint.'
    return replace(rubric, warnings=(*rubric.warnings, warning))


def _checked(where: str, kind: str, record: object) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise GuideError(f"{where}: not a table.", remedy=f"Write it as [[{kind}]].")
    keys = _KEYS[kind]
    for key in sorted(_NEEDED[kind] - record.keys()):
        raise GuideError(f'{where}: "{key}" is missing.', remedy=f"Give [[{kind}]] its {key}.")
    for key, value in record.items():
        if key not in keys:
            raise GuideError(
                f'{where}: "{key}" is not known.', remedy=f"[[{kind}]] has {', '.join(keys)}."
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
