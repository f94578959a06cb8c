"""Grades a prepared answer: what needs no judge first, then the judge, the flags and the sums."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ragprep.errors import ReaderError
from ragprep.grade.checks import OWN_SHARE, Checks, Similarity, checks, off_topic
from ragprep.grade.clauses import Span, clauses
from ragprep.grade.contradiction import contradictions
from ragprep.grade.fitted import Constants, fitted
from ragprep.grade.prepare import Prepared
from ragprep.grade.reference import ReferenceSimilarity
from ragprep.grade.score import (
    Probabilities,
    credit_of,
    score_of,
    status_of,
    sums_of,
    verdict_of,
    with_whole,
)
from ragprep.grade.words import FILLERS, content, spelled_out
from ragprep.protocols import Reader
from ragprep.types.grade import (
    Evidence,
    Grade,
    PointGrade,
    PointStatus,
    ReaderOutput,
    Rubric,
    RubricPoint,
)
from ragprep.types.guide import Entry

_COVERED, _PARTIAL, _MISSING, _CONTRADICTED = range(4)
MANY_CLAUSES = 40
"""Embedding a clause takes some 5 ms; evidence of a longer answer is found by its words."""
ALIKE = 0.25
"""Least cosine of a clause that is shown as evidence for a point. A guess."""
UNSURE = "The judge is unsure of this grade."


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about an answer from outside it.

    Attributes:
        known: whether the guides have a word.
        similarity: to the entry and the nearest other; None when it is not known.
        reference_similarity: to a reference, where no guide has the entry.
        cosines: of points and clauses, float (points, clauses); None when words decide.
    """

    known: Callable[[str], bool]
    similarity: Similarity | None = None
    reference_similarity: ReferenceSimilarity | None = None
    cosines: Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]] | None = None


def grade(
    entry: Entry, rubric: Rubric, prepared: Prepared, judge: Reader, context: Context
) -> Grade:
    """Return the grade of an answer; the same answer twice gives the same grade.

    Raises:
        ReaderError: there is nothing to grade by, or the judge said what cannot be used.
    """
    constants = fitted()
    if not rubric.points:
        raise ReaderError(
            f"{entry.label} has no key points to grade by.",
            remedy="Add some in a file beside the guide (`ragprep grade --help`).",
        )
    seen = checks(prepared.text, entry.question, entry.answer, known=context.known)
    reason = _no_answer(prepared, seen, context, constants)
    if reason:
        return _nothing(entry, rubric, prepared, reason, judge.name)
    terms = seen.terms and not _is_list(entry, context)
    probabilities, holistic = _judged(entry, rubric, prepared.text, judge)
    flags = {
        flag.point: flag
        for flag in contradictions([p.point.text for p in rubric.points], prepared.text)
    }
    evidence = _evidence(rubric, prepared.text, context)
    points = []
    for i, (wanted, row) in enumerate(zip(rubric.points, probabilities, strict=True)):
        if terms:
            row = (0.0, row[_COVERED] + row[_PARTIAL], row[_MISSING], row[_CONTRADICTED])
        if i in flags:
            row = _towards_contradicted(row, constants.flag_weight)
        clause = flags[i].clause if i in flags else evidence[i]
        points.append(_point(wanted, row, clause, flags[i].why if i in flags else "", prepared))
    remarks = list(prepared.remarks)
    if terms:
        remarks.append("A list of terms: say how they belong together and what each does.")
    made = Grade(
        entry=entry.label,
        question=entry.question,
        score=0,
        confidence=sum(max(row) for row in probabilities) / len(probabilities),
        verdict="",
        points=tuple(points),
        limit=constants.terms_limit if terms else 100,
        remarks=tuple(remarks),
        # what a rule found turned round cannot impress
        whole=_whole(min(holistic, 1 - len(flags) / len(points)), context, constants),
        judge=judge.name,
    )
    made = added_up(made, rubric)
    apart = abs(holistic - made.score / 100) / 2  # a guess: half a score apart costs a quarter
    confidence = round(max(0.0, made.confidence - apart), 2)
    unsure = (UNSURE,) if confidence < constants.unsure else ()
    return replace(made, confidence=confidence, remarks=(*made.remarks, *unsure))


def added_up(made: Grade, rubric: Rubric) -> Grade:
    """Return a grade with score, sums, verdict and wrong statements as its points have them."""
    sums = with_whole(sums_of(rubric, made.points, fitted().penalty), made.whole)
    score = score_of(sums, made.limit)
    contradicted = [p for p in made.points if p.status is PointStatus.CONTRADICTED and p.evidence]
    wrong = dict.fromkeys(p.evidence for p in contradicted if p.evidence)
    verdict = f"{verdict_of(score)}: {_counts(made.points)}."
    return replace(made, sums=sums, score=score, verdict=verdict, wrong=tuple(wrong))


def _whole(
    holistic: float, context: Context, constants: Constants
) -> tuple[tuple[str, float, float], ...]:
    """Return what counts beside the points: text, value 0 to 1, and share of the score."""
    text = "impression of the whole answer"
    if context.reference_similarity is None:
        return ((text, holistic, constants.holistic),)
    alike = context.reference_similarity
    _, holistic_share, share = constants.reference_shares
    return (
        (text, holistic, holistic_share),
        ("how much of the reference is said", alike.recall, share),
        ("how much of what is said is the reference's", alike.precision, share),
        ("likeness of meaning", alike.meaning, share),
        ("likeness of letters", alike.letters, share),
    )


def named(point: RubricPoint) -> str:
    """Return a point as a judge reads it: its heading in front."""
    heading, text = point.point.heading, point.point.text
    return f"{heading}: {text}" if heading else text


def _no_answer(prepared: Prepared, seen: Checks, context: Context, constants: Constants) -> str:
    """Return why a text is no answer to its question, "" if it may be one."""
    if seen.empty:
        return "Nothing is left to grade." if prepared.given.strip() else "The answer is empty."
    if seen.gibberish:
        return "These are hardly words of the guide's language."
    if (
        seen.restated and context.reference_similarity is None
    ):  # a right short answer may be in the question
        return "You restate the question and add nothing to it."
    thresholds = constants.far, constants.middling, constants.gap
    similarity = context.similarity
    if seen.own < OWN_SHARE and off_topic(similarity, thresholds):
        assert similarity is not None
        nearer = similarity.other > similarity.own
        where = f'; it is nearer to {similarity.label} "{similarity.question}"' if nearer else ""
        return f"This is about something else{where}."
    return ""


def _nothing(entry: Entry, rubric: Rubric, prepared: Prepared, reason: str, judge: str) -> Grade:
    missing: Probabilities = (0.0, 0.0, 1.0, 0.0)
    points = tuple(_point(wanted, missing, None, "", prepared) for wanted in rubric.points)
    made = Grade(
        entry=entry.label,
        question=entry.question,
        score=0,
        confidence=0.95,  # a guess: rules of word counts are seldom wrong, and not never
        verdict="",
        points=points,
        limit=0,
        remarks=(reason, *prepared.remarks),
        judge=judge,
    )
    return replace(added_up(made, rubric), verdict=f"No answer: {reason[0].lower()}{reason[1:]}")


def _is_list(entry: Entry, context: Context) -> bool:
    """Whether the guide's own answer is but a list of terms; then one is an answer."""
    return checks(entry.answer, entry.question, entry.answer, known=context.known).terms


def _judged(
    entry: Entry, rubric: Rubric, text: str, judge: Reader
) -> tuple[list[Probabilities], float]:
    """Return the odds of each point, of its wordings those that speak best for it."""
    asked, owner = [], []
    for i, wanted in enumerate(rubric.points):
        for wording in (named(wanted), *wanted.accepted):
            asked.append(wording)
            owner.append(i)
    reading = judge.read(entry.question, asked, spelled_out(text))
    _check(reading, len(asked), judge.name)
    softened = [_softened(row, fitted().temperature) for row in reading.probabilities]
    best: list[Probabilities] = [(0.0, 0.0, 0.0, 1.0)] * len(rubric.points)
    partial = fitted().partial_credit
    for i, row in zip(owner, softened, strict=True):
        if _worth(row, partial) > _worth(best[i], partial):
            best[i] = row
    return best, reading.holistic


def _softened(row: Probabilities, temperature: float) -> Probabilities:
    """Return odds at a temperature.

    Guo et al. 2017, "On Calibration of Modern Neural Networks".
    """
    powers = [max(0.0, value) ** (1 / temperature) for value in row]
    covered, partial, missing, contradicted = (value / sum(powers) for value in powers)
    return covered, partial, missing, contradicted


def _worth(row: Probabilities, partial: float) -> float:
    return row[_COVERED] + partial * row[_PARTIAL] - row[_CONTRADICTED]


def _check(reading: ReaderOutput, count: int, judge: str) -> None:
    rows = [(*row, reading.holistic) for row in reading.probabilities]
    sound = all(math.isfinite(v) and -1e-6 <= v <= 1 + 1e-6 for row in rows for v in row)
    summed = all(abs(sum(row) - 1) < 1e-3 for row in reading.probabilities)
    if len(rows) != count or not sound or not summed:
        raise ReaderError(
            f"The judge {judge} gave no probabilities for {count} points.",
            remedy="This is a fault of the judge; `ragprep doctor` says whether it is whole.",
        )


def _towards_contradicted(row: Probabilities, weight: float) -> Probabilities:
    covered, partial, missing, contradicted = (value * (1 - weight) for value in row)
    return covered, partial, missing, contradicted + weight


def _point(
    wanted: RubricPoint, row: Probabilities, clause: Span | None, note: str, prepared: Prepared
) -> PointGrade:
    status = status_of(row)
    evidence = None
    if clause is not None and status is not PointStatus.MISSING:
        start, end = prepared.kept.place(clause.start, clause.end)
        evidence = Evidence(prepared.given[start:end], start, end)
    return PointGrade(
        point=wanted.point.text,
        line=wanted.point.line,
        heading=wanted.point.heading,
        status=status,
        credit=credit_of(row, fitted().partial_credit),
        weight=wanted.weight,
        evidence=evidence,
        note=note,
    )


def _evidence(rubric: Rubric, text: str, context: Context) -> list[Span | None]:
    """Return for each point the clause that comes closest to it, by meaning or else by words."""
    said = clauses(text)
    if not said:
        return [None] * len(rubric.points)
    if context.cosines is None or len(said) > MANY_CLAUSES:
        return [_shares_most(wanted, said) for wanted in rubric.points]
    wanted = [named(point) for point in rubric.points]
    rows = context.cosines(wanted, [clause.text for clause in said])
    best = [list(row).index(max(row)) for row in rows]
    return [said[i] if row[i] >= ALIKE else None for i, row in zip(best, rows, strict=True)]


def _shares_most(wanted: RubricPoint, said: Sequence[Span]) -> Span | None:
    """Return the clause that shares most words with a point, the shortest of equals."""
    theirs = {w for t in (wanted.point.text, *wanted.accepted) for w in content(t)} - FILLERS
    shared = [(len(theirs & set(content(c.text))), -len(c.text), c) for c in said]
    best = max(shared, key=lambda item: item[:2])
    return best[2] if best[0] else None


def _counts(points: Sequence[PointGrade]) -> str:
    number = {status: sum(p.status is status for p in points) for status in PointStatus}
    said = [f"{number[PointStatus.COVERED]} of {len(points)} points covered"]
    if number[PointStatus.PARTIAL]:
        said.append(f"{number[PointStatus.PARTIAL]} in part")
    if number[PointStatus.CONTRADICTED]:
        said.append(f"{number[PointStatus.CONTRADICTED]} contradicted")
    return ", ".join(said)
