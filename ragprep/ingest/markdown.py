"""A guide's text as entries and remarks; pure, reads no file.

`marks` sees what stands out, `outline` decides what of it are questions and where their answers
end, `diagnostics` says what a person should look at; here they become entries with labels and ids.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.account import account_of, missed
from ragprep.ingest.blocks import blocks_of
from ragprep.ingest.diagnostics import diagnostics_of
from ragprep.ingest.document import Document
from ragprep.ingest.formats.markdown import read
from ragprep.ingest.marks import marks_of
from ragprep.ingest.origin import in_file, line_in_file
from ragprep.ingest.outline import outline_of, without_answers
from ragprep.ingest.questions import (
    Question,
    cards_of,
    only_sound_like_questions,
    questions_of,
    run_questions,
    selection_of,
    topic_questions,
)
from ragprep.ingest.topics import note_name
from ragprep.types.guide import Entry, Guide, Role

_EXAMPLE = (
    "Write each question with its answer below: as a heading such as '### Q1. What is "
    "overfitting?', a numbered or bold line, a list item, 'Q:' over 'A:'; or beside it: as a card "
    "'RAID::Many disks' or a row of a table. Then `ragprep lint FILE` shows what each line is read "
    "as; docs/notes.md has an example of each."
)


def parse(text: str, *, name: str, path: str = "") -> Guide:
    r"""Read a guide's entries and remarks from text in Markdown.

    Args:
        text: sound Unicode with "\n" line ends.
        name: of the guide; part of every entry's id.
        path: as people know the file; for messages.

    Raises:
        GuideError: it is empty.
        NoQuestions: nothing in it looks like a question or a topic.
    """
    return guide_of(read(text, name), name=name, path=path)


def guide_of(document: Document, *, name: str, path: str = "", topics: bool = True) -> Guide:
    """Return the entries and remarks of a document of any format.

    Args:
        document: as its format's reader gives it.
        name: of the guide; part of every entry's id.
        path: as people know the file; for messages.
        topics: where it asks nothing, its headings are entries.

    Raises:
        GuideError, NoQuestions: as `parse`.
    """
    path = path or name
    if not document.cards and not any(map(str.strip, document.markdown)):
        if any(span.role is Role.LEFT_OUT for span in document.spans):
            raise NoQuestions(f"No questions found in {path}.", remedy=_EXAMPLE)
        raise GuideError(f"{path} is empty.", remedy=_EXAMPLE)
    with _without_collection():
        return _guide_of(document, name=name, path=path, topics=topics)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause the collector of cycles: there are none, and looking for them takes a sixth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _guide_of(document: Document, *, name: str, path: str, topics: bool) -> Guide:
    lines = document.markdown
    blocks, unclosed = blocks_of(lines)
    outline = outline_of(lines, blocks, marks_of(lines, blocks))
    del blocks
    selection = selection_of(outline)
    if not only_sound_like_questions(mark for mark, _ in selection.extents):
        outline = without_answers(outline, selection.extents)
        read_from_text = questions_of(outline, selection)
    else:
        read_from_text = questions_of(outline, selection) or run_questions(outline)
        marks = (question.mark for question in read_from_text)
        if not document.cards and only_sound_like_questions(marks):
            topics_found = topic_questions(outline, note_name(path)) if topics else []
            read_from_text = max(read_from_text if topics else [], topics_found, key=len)
    del selection
    questions = [*read_from_text, *cards_of(document)]
    if not questions:
        raise NoQuestions(f"No questions found in {path}.", remedy=_EXAMPLE)
    entries = _entries(questions, _labels(questions), guide=name)
    account = account_of(outline, entries[: len(read_from_text)])
    source = document.source
    if source:
        questions = [_placed(question, source) for question in read_from_text]
        questions += cards_of(document)
    diagnostics = diagnostics_of(outline, questions, account, unclosed=unclosed, source=source)
    guide = Guide(
        name=name,
        path=path,
        entries=entries,
        diagnostics=diagnostics,
        account=account,
        missed=missed(outline, account),
    )
    return in_file(guide, document)


def _placed(question: Question, source: Sequence[int]) -> Question:
    """Return a question with the lines of its file."""
    first, last = question.lines
    return question._replace(lines=(line_in_file(source, first), line_in_file(source, last)))


def _labels(questions: Sequence[Question]) -> list[str]:
    """Return a label for each question: its own number where that says something, else its place.

    A number that stands twice stays both times: "q2", "q2-2".
    """
    numbers = [_number(question.mark.number) for question in questions]
    distinct = set(numbers)
    explicit = sum(question.mark.explicit for question in questions) * 2 > len(questions)
    if len(distinct) == len(numbers) and "" not in distinct:
        return [f"q{number}" for number in numbers]
    stated = [number for number in numbers if number]
    once = 2 * len(stated) > len(numbers) and len(set(stated)) == len(stated)
    if not (explicit or once):  # numbers that start again in each section say nothing
        return [f"q{place}" for place in range(1, len(numbers) + 1)]
    if 2 * len(distinct) < len(numbers):
        return [f"q{place}" for place in range(1, len(numbers) + 1)]
    free = (str(n) for n in range(1, 2 * len(numbers) + 1) if str(n) not in distinct)
    times: Counter[str] = Counter()
    labels = []
    for number in numbers:
        label = number or next(free)
        times[label] += 1
        labels.append(f"q{label}" if times[label] == 1 else f"q{label}-{times[label]}")
    return labels


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
