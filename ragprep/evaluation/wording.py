"""How far a grade moves when only the wording of an answer does: case, marks, typos, dictation."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ragprep.errors import EvaluationError, RagprepError
from ragprep.evaluation.graded import GradedAnswer
from ragprep.evaluation.report import Table, cell
from ragprep.protocols import Progress
from ragprep.types.grade import Grade

FAR = 10
"""Points of 100 by which a grade may move."""
_EVERY = 8
"""Words to one slip of the keys, or to one filler."""
_SPOKEN = {"=": " equals ", "/": " over ", "+": " plus ", "%": " percent ", "&": " and "}
_FILLERS = ("um", "you know", "like", "so", "I mean")
_MARKS = re.compile(r"[.,;:!?\"“”…]+(?=\s|$)|(?<!\S)[\"“”]+")


@dataclass(frozen=True, slots=True)
class Moved:
    """How one change of wording moves grades.

    Attributes:
        n: answers that it changes.
        shift: mean of the score after minus before, in points of 100.
        moved: share of them whose score moves by more than `FAR` points.
    """

    n: int
    shift: float
    moved: float


@dataclass(frozen=True, slots=True)
class WordingReport:
    """What `evaluate_wording` measured.

    Attributes:
        n: answers that were graded.
        overall: over all changes of all answers.
        changes: by name of the change.
        errors: answers that could not be graded: id and message.
    """

    n: int
    overall: Moved
    changes: Mapping[str, Moved]
    errors: tuple[tuple[str, str], ...]


def evaluate_wording(
    answers: Sequence[GradedAnswer],
    grade: Callable[[GradedAnswer, str], Grade],
    *,
    progress: Progress | None = None,
) -> WordingReport:
    """Grade every answer as it is and in each other wording.

    Args:
        answers: at least one.
        grade: called with the answer and the text in its place.
        progress: told while it goes on.

    Raises:
        EvaluationError: no answer could be graded, or no change changes any.
    """
    shifts: dict[str, list[int]] = {name: [] for name in CHANGES}
    errors: list[tuple[str, str]] = []
    for done, answer in enumerate(answers, start=1):
        try:
            before = grade(answer, answer.answer).score
            for name, change in CHANGES.items():
                reworded = change(answer.answer)
                if reworded != answer.answer:
                    shifts[name].append(grade(answer, reworded).score - before)
        except RagprepError as exc:
            errors.append((answer.id, str(exc)))
        if progress is not None:
            progress("wording", done, len(answers))
    every = [shift for of_change in shifts.values() for shift in of_change]
    if not every:
        why = f"the first: {errors[0][1]}" if errors else "they have no letters"
        raise EvaluationError(f"No answer could be reworded and graded; {why}", remedy="Fix that.")
    return WordingReport(
        n=len(answers) - len(errors),
        overall=_moved(every),
        changes={name: _moved(of_change) for name, of_change in shifts.items() if of_change},
        errors=tuple(errors),
    )


def wording_tables(report: WordingReport) -> list[Table]:
    """Return what the terminal shows: a row for all changes, then one for each."""
    rows = {"overall": report.overall, **report.changes}
    title = f"Other wordings of {report.n} answers ({len(report.errors)} errors)"
    columns = ("", "n", "points up", f"moved more than {FAR}")
    cells = ((name, str(m.n), f"{m.shift:+.1f}", cell(m.moved)) for name, m in rows.items())
    return [Table(title, columns, tuple(cells))]


def other_case(text: str) -> str:
    """Return a text in lower case, or one that is so already with capitals at its sentences."""
    if text != text.lower():
        return text.lower()
    return re.sub(r"(?:^|[.!?]\s+)[a-z]", lambda match: match[0].upper(), text)


def without_marks(text: str) -> str:
    """Return a text without punctuation between its words; marks within a word stay."""
    return " ".join(_MARKS.sub(" ", text).split())


def with_typos(text: str) -> str:
    """Return a text with one word of eight mistyped: letters swapped, left out or doubled.

    The same text is always mistyped in the same way. Words of less than five letters, and first
    letters, are spared.
    """
    rng = np.random.default_rng(zlib.crc32(text.encode()))
    words = list(re.finditer(r"\b[A-Za-z]{5,}\b", text))
    slips = min(len(words), max(1, len(text.split()) // _EVERY))
    chosen = sorted(rng.choice(len(words), slips, replace=False), reverse=True) if slips else []
    for place in chosen:
        at = int(rng.integers(words[place].start() + 1, words[place].end() - 1))
        a, b = text[at], text[at + 1]
        text = text[:at] + (b + a, b, a + a + b)[rng.integers(3)] + text[at + 2 :]
    return text


def dictated(text: str) -> str:
    """Return a text as a phone would write it: no capitals or marks, signs as words, fillers."""
    rng = np.random.default_rng(zlib.crc32(text.encode()))
    for sign, word in _SPOKEN.items():
        text = text.replace(sign, word)
    words = without_marks(re.sub(r"[()]", " ", text)).lower().split()
    for place in range(len(words) - 1, 0, -1):
        if place % _EVERY == 0:
            words.insert(place, _FILLERS[rng.integers(len(_FILLERS))])
    return " ".join(("so", *words)) if words else text


CHANGES: Mapping[str, Callable[[str], str]] = {
    "case": other_case,
    "no marks": without_marks,
    "typos": with_typos,
    "dictated": dictated,
}


def _moved(shifts: Sequence[int]) -> Moved:
    values = np.array(shifts)
    return Moved(len(shifts), float(values.mean()), float((np.abs(values) > FAR).mean()))
