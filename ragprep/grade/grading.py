"""Grades a prepared answer: what needs no reader first, then the reader, the rules and the sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragprep.errors import ReaderError
from ragprep.grade.checks import (
    ON_TOPIC_SHARE,
    Checks,
    Similarity,
    checks,
    gives_up,
    off_topic,
)
from ragprep.grade.contradiction import contradictions
from ragprep.grade.credit import Judged, judged, statements_value
from ragprep.grade.difference import turned, unsaid
from ragprep.grade.evidence import Cosines, closest_clauses
from ragprep.grade.fitted import Constants
from ragprep.grade.flags import Flag
from ragprep.grade.left_out import first_to_fix
from ragprep.grade.prepare import Prepared
from ragprep.grade.read import read, read_statements
from ragprep.grade.reference import ReferenceSimilarity
from ragprep.grade.score import (
    Probabilities,
    answer_terms,
    point_terms,
    score_of,
    verdict_of,
    wrong_statements,
)
from ragprep.protocols import AssertionReader, Reader
from ragprep.types.grade import (
    Evidence,
    Grade,
    PointGrade,
    PointStatus,
    Rubric,
    RubricPoint,
)
from ragprep.types.guide import Entry

UNSURE = "This grade is uncertain."
TERMS = "A list of terms: explain how they are related and what each does."
RULED_OUT = 0.95
"""Confidence that a text is no answer: rules of word counts are seldom wrong, and not never. A
guess."""
CONTRADICTED = 3
"""Its place in a row of probabilities."""
MISSED = Judged(PointStatus.MISSING, 0.0)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about an answer from outside it.

    Attributes:
        is_known: whether the guides have a word.
        similarity: to the entry and the nearest other; None when it is not known.
        reference_similarity: to a reference, where no guide has the entry.
        cosines: of points and clauses; None when evidence is found by words.
        assertions: reads statements one by one; None where nobody does.
    """

    is_known: Callable[[str], bool]
    similarity: Similarity | None = None
    reference_similarity: ReferenceSimilarity | None = None
    cosines: Cosines | None = None
    assertions: AssertionReader | None = None


def grade(
    entry: Entry,
    rubric: Rubric,
    prepared: Prepared,
    reader: Reader,
    context: Context,
    constants: Constants,
) -> Grade:
    """Return the grade of an answer; the same answer twice gives the same grade.

    Raises:
        ReaderError: there is nothing to grade by, or the reader's output cannot be used.
    """
    if not rubric.points:
        raise ReaderError(
            f"{entry.label} has no key points to grade by.",
            remedy="Add some in a file beside the guide (`ragprep grade --help`).",
        )
    features = checks(prepared.text, entry.question, entry.answer, is_known=context.is_known)
    reason = _why_no_answer(prepared, features, context, constants)
    if reason:
        return _no_answer(entry, rubric, prepared, reason=reason, judge=reader.name)
    # against a reference a few right terms are often what was asked for
    is_list = (
        features.is_list
        and context.reference_similarity is None
        and not _guide_answers_by_list(entry, context)
    )
    return _by_points(entry, rubric, prepared, reader, context, constants, is_list=is_list)


def _by_points(
    entry: Entry,
    rubric: Rubric,
    prepared: Prepared,
    reader: Reader,
    context: Context,
    constants: Constants,
    *,
    is_list: bool,
) -> Grade:
    """Return the grade of what may be an answer."""
    rows, holistic = read(
        entry.question, rubric, prepared.text, reader, partial_credit=constants.partial_credit
    )
    flags = [
        flag
        for flag in contradictions([point.point.text for point in rubric.points], prepared.text)
        if flag.alone or rows[flag.point][CONTRADICTED] >= constants.agreed
    ]
    statements = None
    if context.assertions is not None:
        statements = read_statements(rubric, prepared.text, context.assertions)
    adjusted = _adjusted(rows, flags, constants.flag_weight, is_list=is_list)
    points = _points(rubric, judged(adjusted, statements, constants), flags, prepared, context)
    # a point that a rule found contradicted cannot count for the answer as a whole
    capped = min(holistic, 1 - len(flags) / len(points))
    terms = point_terms(rubric, points)
    terms += answer_terms(
        terms,
        capped,
        context.reference_similarity,
        constants,
        statements=statements_value(statements, constants.weights) if statements else None,
    )
    limit = constants.terms_limit if is_list else 100
    score = score_of(terms, limit)
    confidence = _confidence(rows, holistic, score)
    return Grade(
        entry=entry.label,
        question=entry.question,
        score=score,
        confidence=confidence,
        verdict=verdict_of(score, points),
        points=points,
        sums=terms,
        limit=limit,
        fix=first_to_fix(rubric, points),
        remarks=(
            *prepared.remarks,
            *([TERMS] if is_list else []),
            *([UNSURE] if confidence < constants.unsure else []),
        ),
        wrong=wrong_statements(points),
        judge=reader.name,
    )


def _why_no_answer(
    prepared: Prepared, features: Checks, context: Context, constants: Constants
) -> str:
    """Return why a text is no answer to its question, "" if it may be one."""
    if features.empty:
        return "Nothing is left to grade." if prepared.answer.strip() else "The answer is empty."
    if gives_up(prepared.text):
        return "This says that you do not know."
    if features.gibberish:
        return "Most of these are not words of the guide's language."
    # by a reference, a short right answer may consist of words of the question
    if features.restated and context.reference_similarity is None:
        return "This restates the question and adds nothing."
    similarity = context.similarity
    thresholds = constants.far, constants.middling, constants.gap
    if features.entry_share < ON_TOPIC_SHARE and similarity and off_topic(similarity, thresholds):
        if similarity.nearest <= similarity.entry:
            return "This is about something else."
        return (
            "This is about something else; it is closer to "
            f'{similarity.label} "{similarity.question}".'
        )
    return ""


def _no_answer(
    entry: Entry,
    rubric: Rubric,
    prepared: Prepared,
    *,
    reason: str,
    judge: str,
) -> Grade:
    points = tuple(_point(point, MISSED) for point in rubric.points)
    return Grade(
        entry=entry.label,
        question=entry.question,
        score=0,
        confidence=RULED_OUT,
        verdict=f"No answer: {reason[0].lower()}{reason[1:]}",
        points=points,
        sums=point_terms(rubric, points),
        limit=0,
        fix=first_to_fix(rubric, points),
        remarks=prepared.remarks,
        judge=judge,
    )


def _guide_answers_by_list(entry: Entry, context: Context) -> bool:
    """Whether the guide's own answer is only a list of terms; then a list is an answer."""
    return checks(entry.answer, entry.question, entry.answer, is_known=context.is_known).is_list


def _adjusted(
    rows: Sequence[Probabilities], flags: Sequence[Flag], weight: float, *, is_list: bool
) -> list[Probabilities]:
    """Return probabilities after the rules: a list of terms covers points in part only.

    Args:
        rows: one of each point.
        flags: contradictions that a rule found.
        weight: how far one moves the row of its point towards contradicted, 0 to 1.
        is_list: whether the answer is a list of terms.
    """
    adjusted = list(rows)
    if is_list:
        adjusted = [(0.0, a + b, c, d) for a, b, c, d in rows]
    for flag in flags:
        covered, partial, missing, contradicted = (v * (1 - weight) for v in adjusted[flag.point])
        adjusted[flag.point] = covered, partial, missing, contradicted + weight
    return adjusted


def _points(
    rubric: Rubric,
    judged: Sequence[Judged],
    flags: Sequence[Flag],
    prepared: Prepared,
    context: Context,
) -> tuple[PointGrade, ...]:
    clauses = closest_clauses(rubric, prepared.text, context.cosines)
    # another reader may have found that the point is said after all
    stated = [flag for flag in flags if judged[flag.point].status is PointStatus.CONTRADICTED]
    notes = {flag.point: flag.why for flag in stated}
    for flag in stated:
        clauses[flag.point] = flag.clause
    return tuple(
        _point(
            point,
            of_point,
            evidence=prepared.evidence(clause) if clause is not None else None,
            note=notes.get(place, ""),
            text=prepared.text,
        )
        for place, (point, of_point, clause) in enumerate(
            zip(rubric.points, judged, clauses, strict=True)
        )
    )


def _point(
    point: RubricPoint,
    judged: Judged,
    *,
    evidence: Evidence | None = None,
    note: str = "",
    text: str = "",
) -> PointGrade:
    differs = {PointStatus.PARTIAL: unsaid, PointStatus.CONTRADICTED: turned}.get(judged.status)
    return PointGrade(
        point=point.point.text,
        line=point.point.line,
        heading=point.point.heading,
        status=judged.status,
        credit=judged.credit,
        weight=point.weight,
        evidence=None if judged.status is PointStatus.MISSING else evidence,
        note=note,
        difference=differs(point.point.text, text) if differs else "",
    )


def _confidence(rows: Sequence[Probabilities], holistic: float, score: int) -> float:
    """Return how sure a grade is, 0 to 1: the mean greatest probability of a point.

    A holistic score half a score away from the final one costs a quarter: a guess.
    """
    certainty = sum(max(row) for row in rows) / len(rows)
    return round(max(0.0, certainty - abs(holistic - score / 100) / 2), 2)
