"""What a person should look at in a guide: the remarks `ragprep lint` shows; pure."""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ragprep.ingest.marks import Mark, front_matter
from ragprep.ingest.outline import Question, is_bare
from ragprep.types.guide import Diagnostic

_LONG_ANSWER = 20_000  # characters; a guess: no answer of the eight guides looked at is longer


def diagnostics_of(
    lines: Sequence[str],
    marks: Sequence[Mark],
    questions: Sequence[Question],
    *,
    unclosed: Sequence[int],
    is_list: bool,
) -> tuple[Diagnostic, ...]:
    """Return the remarks on a guide by line.

    Args:
        lines: of the guide.
        marks: all of them.
        questions: what `outline` made of the marks, with and without an answer; at least one.
        unclosed: 0-based lines of code fences never closed.
        is_list: most questions have no answer and all are entries.
    """
    found = [
        *(Diagnostic(i + 1, "warning", "This code fence is never closed.") for i in unclosed),
        *_on_answers(questions, is_list),
        *_on_questions(questions),
        *_on_rest(lines, marks, questions),
    ]
    return tuple(sorted(found, key=lambda diagnostic: diagnostic.line))


def _on_answers(questions: Sequence[Question], is_list: bool) -> Iterator[Diagnostic]:
    missing = [question for question in questions if not question.answer]
    if is_list:
        yield Diagnostic(
            missing[0].lines[0],
            "info",
            f"A list of questions: {len(missing)} of {len(questions)} have no answer. All are "
            "entries, but there is nothing to cite or to grade by.",
        )
    else:
        for question in missing:
            said = f"A question without an answer is left out: {_short(question.text)}"
            yield Diagnostic(question.lines[0], "warning", said)
    for question in questions:
        if (size := len(question.answer)) > _LONG_ANSWER:
            said = (
                f"A very long answer ({size:,} characters, of which the first {_LONG_ANSWER:,} "
                "are searched): is a question in it not seen?"
            )
            yield Diagnostic(question.lines[0], "warning", said)


def _on_questions(questions: Sequence[Question]) -> Iterator[Diagnostic]:
    asked: dict[str, list[Question]] = defaultdict(list)
    before: int | None = None
    for question in questions:
        asked[question.key].append(question)
        line = question.lines[0]
        number = int(question.mark.number) if question.mark.number.isdecimal() else None
        if before is not None and number is not None and number > before + 1:
            said = f"Number {number} follows number {before}: is a question not seen?"
            yield Diagnostic(line, "warning", said)
        before = number
    for first, *others in asked.values():
        if others:
            where = ", ".join(str(question.lines[0]) for question in others[:5])
            more = f" and {len(others) - 5} more" if len(others) > 5 else ""
            said = f"Asked again in line {where}{more}: {_short(first.text)}"
            yield Diagnostic(first.lines[0], "info", said)


def _on_rest(
    lines: Sequence[str], marks: Sequence[Mark], questions: Sequence[Question]
) -> Iterator[Diagnostic]:
    """Report text that is in no entry, and what in it looks like questions in another style."""
    headings = {mark.line for mark in marks if mark.carrier == "heading"}
    asking = [mark.line for mark in marks if mark.asks or mark.number]
    ends = [front_matter(lines), *(question.lines[1] for question in questions)]
    starts = [*(question.lines[0] - 1 for question in questions), len(lines)]
    for start, end in zip(ends, starts, strict=True):
        rest = [i for i in range(start, end) if not is_bare(lines[i])]
        while rest and rest[-1] in headings:  # a section begins here
            rest.pop()
        if not rest:
            continue
        first, last = rest[0] + 1, rest[-1] + 1
        span = f"Line {first} is" if first == last else f"Lines {first} to {last} are"
        missed = asking[bisect_right(asking, first - 2) : bisect_right(asking, last - 1)]
        if len(missed) < 2:
            yield Diagnostic(first, "info", f"{span} in no entry: {_short(lines[first - 1])}")
        else:
            said = (
                f"{span} in no entry, though {len(missed)} lines there look like questions, such "
                f"as line {missed[0] + 1}: {_short(lines[missed[0]])}. Questions of this guide "
                f"look like {_short(lines[questions[0].lines[0] - 1])}."
            )
            yield Diagnostic(first, "warning", said)


def _short(text: str) -> str:
    return f"'{textwrap.shorten(text[:200], 70, placeholder=' ...')}'"
