"""What an answer to an entry is graded by: its key points, and the amendments to them; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ragprep.grade.amendments import Amendment
from ragprep.text.content import content_words
from ragprep.types.grade import PointGroup, Rubric, RubricPoint
from ragprep.types.guide import Entry, KeyPoint

_ALL_ASKED = re.compile(
    r"\b(?:list|name|give|explain|describe) (?:all|every|each)\b|\ball (?:of )?(?:the|its)\b"
    r"|\bwhat are (?:all )?the (?:\w+ )?(?:types|kinds|steps|stages|phases|parts|variants)\b",
    re.IGNORECASE,
)

_MATTERS = re.compile(
    r"\b(?:is|are) (?:an? |one of the )?(?:very |most )?"
    r"(?:fundamental|important|key|central|core|essential|crucial|basic|common|popular|useful) "
    r"(?:concept|idea|topic|notion|part|problem|technique|tool|method|question|term)s?\b",
    re.IGNORECASE,
)
OF_FIELD = 2
"""Content words that may name the field in a point that says nothing else. A guess."""


def default_rubric(entry: Entry, points: Sequence[KeyPoint], *, required_share: float) -> Rubric:
    """Return the rubric of an entry without amendments.

    Of the items under a common heading a share is required, rounded up: nobody must list all six
    ways to regularise. Points without a heading are all required, and so are all points where the
    question asks for all.
    """
    weights = {point: 0.0 if is_empty(point.text, entry.question) else 1.0 for point in points}
    if not any(weights.values()):
        weights = dict.fromkeys(points, 1.0)
    if _ALL_ASKED.search(entry.question):
        return Rubric(tuple(RubricPoint(point, weights[point]) for point in points))
    rubric_points: list[RubricPoint] = []
    groups: list[PointGroup] = []
    for heading, run in groupby(points, key=lambda point: point.heading):
        members = list(run)
        if not heading or len(members) < 2:
            rubric_points += [RubricPoint(point, weights[point]) for point in members]
            continue
        rubric_points += [RubricPoint(point, group=len(groups)) for point in members]
        groups.append(PointGroup(heading, math.ceil(round(required_share * len(members), 9))))
    return Rubric(tuple(rubric_points), tuple(groups))


def is_empty(point: str, question: str) -> bool:
    """Return whether a point says nothing but that its subject matters.

    "The bias-variance tradeoff is a fundamental concept in machine learning" does not.
    """
    match = _MATTERS.search(point)
    if match is None:
        return False
    rest = set(content_words(f"{point[: match.start()]} {point[match.end() :]}"))
    return len(rest - set(content_words(question))) <= OF_FIELD


def amended(rubric: Rubric, entry: Entry, amendments: Sequence[Amendment]) -> Rubric:
    """Return `rubric` with the amendments to `entry`; stale ones become warnings."""
    label = entry.label.rpartition("/")[2].casefold()
    names = {label, entry.label.casefold(), entry.id.casefold()}
    for kind, apply in (("point", _weigh), ("add", _add), ("enough", _group)):
        for amendment in amendments:
            if amendment.kind == kind and amendment.values["entry"].casefold() in names:
                rubric = apply(rubric, amendment)
    return rubric


def _weigh(rubric: Rubric, amendment: Amendment) -> Rubric:
    place = _place(rubric, amendment.values["point"])
    if place is None:
        return _stale(rubric, amendment, amendment.values["point"])
    points = list(rubric.points)
    if amendment.values.get("leave_out"):
        left = points.pop(place)
        groups = list(rubric.groups)
        if left.group is not None:
            size = sum(point.group == left.group for point in points)
            group = groups[left.group]
            groups[left.group] = replace(group, required=min(group.required, size))
        return replace(rubric, points=tuple(points), groups=tuple(groups))
    points[place] = replace(
        points[place],
        weight=float(amendment.values.get("weight", 1)),
        accepted=tuple(amendment.values.get("accept", ())),
    )
    return replace(rubric, points=tuple(points))


def _add(rubric: Rubric, amendment: Amendment) -> Rubric:
    heading = amendment.values.get("heading", "")
    names = [group.name for group in rubric.groups]
    added = RubricPoint(
        KeyPoint(amendment.values["point"], 0, heading),
        float(amendment.values.get("weight", 1)),
        tuple(amendment.values.get("accept", ())),
        names.index(heading) if heading in names else None,
    )
    return replace(rubric, points=(*rubric.points, added))


def _group(rubric: Rubric, amendment: Amendment) -> Rubric:
    places = [_place(rubric, text) for text in amendment.values["points"]]
    if None in places:
        return _stale(rubric, amendment, amendment.values["points"][places.index(None)])
    number = len(rubric.groups)
    points = [
        replace(point, group=number) if i in places else point
        for i, point in enumerate(rubric.points)
    ]
    groups = [
        replace(group, required=min(group.required, sum(point.group == i for point in points)))
        for i, group in enumerate(rubric.groups)
    ]
    group = PointGroup(
        f'"{amendment.values["points"][0]}" and the like', amendment.values["number"]
    )
    return replace(rubric, points=tuple(points), groups=(*groups, group))


def _place(rubric: Rubric, text: str) -> int | None:
    wanted = " ".join(text.split()).casefold()
    texts = [" ".join(point.point.text.split()).casefold() for point in rubric.points]
    return texts.index(wanted) if wanted in texts else None


def _stale(rubric: Rubric, amendment: Amendment, text: str) -> Rubric:
    why = "the guide has changed, or the text is misspelled."
    warning = f'{amendment.where}: the entry has no point "{text}"; {why}'
    return replace(rubric, warnings=(*rubric.warnings, warning))
