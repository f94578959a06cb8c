"""What a person should look at in a guide: the remarks `ragprep lint` shows; pure."""

from __future__ import annotations

import textwrap
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ragprep.ingest.outline import Outline
from ragprep.ingest.questions import Question
from ragprep.types.guide import Diagnostic, Role, Span

_LONG_ANSWER = 20_000  # characters; a guess: no answer of the eight guides looked at is longer


def diagnostics_of(
    outline: Outline,
    questions: Sequence[Question],
    account: Sequence[Span],
    *,
    unclosed: Sequence[int],
    source: Sequence[int] = (),
) -> tuple[Diagnostic, ...]:
    """Return the remarks on a guide by line.

    Args:
        outline: of the guide.
        questions: with and without an answer; at least one.
        account: what each line of the guide counts as.
        unclosed: 0-based lines of code fences never closed.
        source: the file's line of each line of the outline; empty when they are the same.
    """

    def number(line: int) -> int:
        return source[line] if source else line + 1

    diagnostics = [
        *(Diagnostic(number(i), "warning", "This code fence is never closed.") for i in unclosed),
        *_on_answers(questions),
        *_on_questions(questions),
        *_on_rest(outline, questions, account, number),
    ]
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.line))


def _on_answers(questions: Sequence[Question]) -> Iterator[Diagnostic]:
    missing = [question for question in questions if not question.answer]
    if 2 * len(missing) > len(questions):
        yield Diagnostic(
            missing[0].lines[0],
            "info",
            f"A list of questions: {len(missing)} of {len(questions)} have no answer. All are "
            "entries, but there is nothing to cite or to grade by.",
        )
    else:
        for question in missing:
            message = f"A question without an answer: {_short(question.text)}"
            yield Diagnostic(question.lines[0], "warning", message)
    for question in questions:
        if (size := len(question.answer)) > _LONG_ANSWER:
            message = (
                f"A very long answer ({size:,} characters, of which the first {_LONG_ANSWER:,} "
                "are searched): is a question in it not seen?"
            )
            yield Diagnostic(question.lines[0], "warning", message)


def _on_questions(questions: Sequence[Question]) -> Iterator[Diagnostic]:
    asked: dict[str, list[Question]] = defaultdict(list)
    numbers: dict[str, int] = {}
    before: int | None = None
    for question in questions:
        asked[question.key].append(question)
        line = question.lines[0]
        number = int(question.mark.number) if question.mark.number.isdecimal() else None
        if before is not None and number is not None and number > before + 1:
            message = f"Number {number} follows number {before}: is a question not seen?"
            yield Diagnostic(line, "warning", message)
        if question.mark.explicit and number is not None:
            if str(number) in numbers:
                message = f"Lines {numbers[str(number)]} and {line} are both Q{number}."
                yield Diagnostic(line, "warning", message)
            numbers.setdefault(str(number), line)
        before = number
    for first, *repeats in asked.values():
        if repeats:
            where = ", ".join(str(question.lines[0]) for question in repeats[:5])
            more = f" and {len(repeats) - 5} more" if len(repeats) > 5 else ""
            message = f"Asked again in line {where}{more}: {_short(first.text)}"
            yield Diagnostic(first.lines[0], "info", message)


def _on_rest(
    outline: Outline,
    questions: Sequence[Question],
    account: Sequence[Span],
    number: Callable[[int], int],
) -> Iterator[Diagnostic]:
    """Report text that is in no entry, and what in it looks like questions in another style."""
    asking = [mark.line for mark in outline.marks if mark.asks or mark.number]
    headings = {block.first for block in outline.headings}
    for span in account:
        if span.role is Role.SECTION:  # a list item may be one
            headings.update(range(span.first - 1, span.last))
    counted = (Role.LEFT_OUT, Role.SECTION)
    rest: list[int] = []
    for span in [*account, Span(0, 0, Role.ENTRY)]:
        if span.role in counted:
            rest += range(span.first - 1, span.last)
        if span.role is not Role.ENTRY:
            continue
        while rest and rest[-1] in headings:  # a section begins here
            rest.pop()
        if rest:
            missed = asking[bisect_left(asking, rest[0]) : bisect_left(asking, rest[-1] + 1)]
            yield _left_out(outline.lines, questions, rest, missed, number)
        rest = []


def _left_out(
    lines: Sequence[str],
    questions: Sequence[Question],
    rest: Sequence[int],
    missed: Sequence[int],
    number: Callable[[int], int],
) -> Diagnostic:
    first, last = number(rest[0]), number(rest[-1])
    where = f"Line {first} is" if first == last else f"Lines {first} to {last} are"
    if len(missed) < 2:
        return Diagnostic(first, "info", f"{where} in no entry: {_short(lines[rest[0]])}")
    message = (
        f"{where} in no entry, though {len(missed)} lines there look like questions, such "
        f"as line {number(missed[0])}: {_short(lines[missed[0]])}. Questions of this guide "
        f"look like {_short(questions[0].text)}."
    )
    return Diagnostic(first, "warning", message)


def _short(text: str) -> str:
    return f"'{textwrap.shorten(text[:200], 70, placeholder=' ...')}'"
