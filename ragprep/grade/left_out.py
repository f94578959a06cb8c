"""What an answer left out: the one thing to fix first, and a second question about it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragprep.types.grade import PointGrade, PointStatus, Rubric, RubricPoint

ASKED = 2
"""Points or groups that one question is about: what one or two sentences can say. A guess."""

_NAME_WORDS, _FIRST_WORDS = 6, 5
"""Words of a point's name before its colon, and words that stand for a point without a name."""


def left_out(rubric: Rubric, points: Sequence[PointGrade]) -> Rubric:
    """Return the points that an answer left out as a rubric of their own.

    Those whose points would raise the score most, at most `ASKED` single points or groups, in the
    guide's order. Of a group as many points are required as the answer is short of.

    Args:
        rubric: that the answer was graded by.
        points: as graded.
    """
    missing = [
        (point, graded.weight)
        for point, graded in zip(rubric.points, points, strict=True)
        if graded.status is PointStatus.MISSING and graded.weight
    ]
    short = [_short_of(rubric, points, place) for place in range(len(rubric.groups))]
    losses: dict[int | str, float] = {}
    for point, weight in missing:
        key = _term(point)
        if point.group is None:
            losses[key] = weight
        elif short[point.group]:
            losses[key] = min(losses.get(key, 0.0) + weight, weight * short[point.group])
    chosen = sorted(losses, key=lambda key: -losses[key])[:ASKED]  # stable: equals as in the guide
    asked = tuple(point for point, _ in missing if _term(point) in chosen)
    sizes = [sum(point.group == place for point in asked) for place in range(len(short))]
    groups = tuple(
        replace(group, required=min(number, size))
        for group, number, size in zip(rubric.groups, short, sizes, strict=True)
    )
    return Rubric(asked, groups)


def question_about(rubric: Rubric) -> str:
    """Return the question for what was left out, which does not give it away; "" for nothing."""
    single = [f'"{name_of(point)}"' for point in rubric.points if point.group is None]
    each = "it" if len(single) == 1 else "each"
    asked = [f"You left out {' and '.join(single)}: say {each} in a sentence."] if single else []
    asked += [f"Name {more}." for more in _more_of_groups(rubric)]
    return " ".join(asked)


def first_to_fix(rubric: Rubric, points: Sequence[PointGrade]) -> str:
    """Return the one thing to fix first, "" where there is none.

    What contradicts the guide comes before what was left out, and that before what is said in part.
    """
    for status in (PointStatus.CONTRADICTED, PointStatus.MISSING, PointStatus.PARTIAL):
        of_status = [point for point in points if point.status is status and point.weight]
        if status is PointStatus.MISSING:
            missed = left_out(rubric, points)
            single = [f'"{name_of(point)}"' for point in missed.points if point.group is None]
            if missed.points:
                return f"Left out: {'; '.join([*single, *_more_of_groups(missed)])}."
        elif of_status:
            point = max(of_status, key=lambda point: point.weight)
            if status is PointStatus.PARTIAL:
                return f"Said in part: {_quoted(point.point)}."
            quote = f"You said {_quoted(point.evidence.text)}. " if point.evidence else ""
            return f"{quote}The guide: {_quoted(point.point)}."
    return ""


def _quoted(text: str) -> str:
    """Return a text on one line in quotation marks, without the full stop that ends it."""
    return f'"{" ".join(text.split()).removesuffix(".")}"'


def _more_of_groups(rubric: Rubric) -> list[str]:
    """Return of each group with points how many more of it are required: '2 more of "Food"'."""
    used = {point.group for point in rubric.points}
    return [
        f'{group.required} more of "{group.name}"'
        for place, group in enumerate(rubric.groups)
        if place in used
    ]


def name_of(point: RubricPoint) -> str:
    """Return what names a point without saying it: "Variance" of "Variance: Error due to ..."."""
    name, colon, _ = point.point.text.partition(": ")
    words = point.point.text.split()
    if colon and len(name.split()) <= _NAME_WORDS:
        return name
    if len(words) <= _FIRST_WORDS:
        return point.point.text
    return f"{' '.join(words[:_FIRST_WORDS])} ..."


def _term(point: RubricPoint) -> int | str:
    """Return what stands for a point in the sum of a score: its group, or itself."""
    return point.point.text if point.group is None else point.group


def _short_of(rubric: Rubric, points: Sequence[PointGrade], group: int) -> int:
    """Return how many points of a group are still required."""
    named = sum(
        graded.status in {PointStatus.COVERED, PointStatus.PARTIAL}
        for point, graded in zip(rubric.points, points, strict=True)
        if point.group == group
    )
    return max(0, rubric.groups[group].required - named)
