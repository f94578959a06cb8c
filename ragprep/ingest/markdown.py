"""A guide's text as entries and remarks; pure, reads no file.

`marks` sees what stands out, `outline` decides what of it are questions and where their answers
end, `diagnostics` says what a person should look at; here they become entries with labels and ids.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.diagnostics import diagnostics_of
from ragprep.ingest.marks import scan
from ragprep.ingest.outline import Question, questions_of
from ragprep.types.guide import Entry, Guide

_EXAMPLE = (
    "Write each question as a heading with its answer below, such as "
    "'### Q1. What is overfitting?' and, on the next lines, '**A:** The model ...'."
)


def parse(text: str, *, name: str, path: str = "") -> Guide:
    r"""Read a guide's entries and remarks from its text.

    A question without an answer is a remark, not an entry. Only when most questions have none is
    the guide a list of questions: then all of them are entries.

    Args:
        text: sound Unicode with "\n" line ends.
        name: of the guide; part of every entry's id.
        path: as people know the file; for messages.

    Raises:
        GuideError: it is empty, or says the same "Q12." twice.
        NoQuestions: nothing in it looks like a question.
    """
    path = path or name
    if not text.strip():
        raise GuideError(f"{path} is empty.", remedy=_EXAMPLE)
    lines = text.split("\n")
    marks, unclosed = scan(lines)
    questions = questions_of(lines, marks)
    if not questions:
        raise NoQuestions(f"No questions found in {path}.", remedy=_EXAMPLE)
    labels = _labels(questions, path)
    answered = [bool(question.answer) for question in questions]
    is_list = 2 * sum(answered) < len(questions)
    kept = [i for i, has_answer in enumerate(answered) if has_answer or is_list]
    return Guide(
        name=name,
        path=path,
        entries=_entries([questions[i] for i in kept], [labels[i] for i in kept], guide=name),
        diagnostics=diagnostics_of(lines, marks, questions, unclosed=unclosed, is_list=is_list),
    )


def _labels(questions: Sequence[Question], path: str) -> list[str]:
    """Return a label for each question: its own number where that says something, else its place.

    Places count questions without an answer too, so that a label survives their answering.
    """
    numbers = [_number(question.mark.number) for question in questions]
    explicit = questions[0].mark.explicit
    lines: dict[str, int] = {}
    for question, number in zip(questions, numbers, strict=True):
        if number and explicit and number in lines:
            raise GuideError(
                f"Lines {lines[number]} and {question.lines[0]} of {path} are both Q{number}.",
                remedy="Give one of them another number.",
            )
        lines[number] = question.lines[0]
    if len(lines) == len(numbers) and "" not in lines:
        return [f"q{number}" for number in numbers]
    if not explicit:  # numbers that start again in each section say nothing
        return [f"q{place}" for place in range(1, len(numbers) + 1)]
    free = (str(n) for n in range(1, 2 * len(numbers) + 1) if str(n) not in lines)
    return [f"q{number or next(free)}" for number in numbers]


def _number(number: str) -> str:
    """Return "007A" as "7a", "01.02" as "1.2"."""
    return ".".join(re.sub(r"^0+(?=\d)", "", part) for part in number.lower().split("."))


def _entries(
    questions: Iterable[Question], labels: Iterable[str], *, guide: str
) -> tuple[Entry, ...]:
    taken: set[str] = set()
    times: Counter[str] = Counter()
    entries = []
    for question, label in zip(questions, labels, strict=True):
        entry_id = ""
        while not entry_id or entry_id in taken:
            times[question.key] += 1
            entry_id = _id(guide, question.key, times[question.key])
        taken.add(entry_id)
        entries.append(
            Entry(
                id=entry_id,
                label=label,
                question=question.text,
                answer=question.answer,
                section=question.section,
                guide=guide,
                lines=question.lines,
            )
        )
    return tuple(entries)


def _id(guide: str, key: str, time: int) -> str:
    """Return an id made of guide and question only, so that an edited answer keeps it.

    Args:
        guide: its name.
        key: the question, normalised.
        time: 2 for the second entry with the same question, and so on.
    """
    parts = [guide, key] if time == 1 else [guide, key, str(time)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
