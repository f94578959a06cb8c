"""Grading an answer by one snapshot: joins its index, its encoder and its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.grade.amendments import read_amendments
from ragprep.grade.fitted import Constants, fitted
from ragprep.grade.rubric import amended, default_rubric
from ragprep.search.find import related, row_of
from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry

if TYPE_CHECKING:
    from ragprep.grade.checks import Similarity
    from ragprep.index.snapshot import Snapshot
    from ragprep.protocols import LLM, VectorStore

NO_SECOND = "No second opinion: {why}"
PART = 150
"""Words of an answer embedded at a time; the encoder would cut what comes after some 200."""


def rubric_of(index: VectorStore, ref: str) -> Rubric:
    """Return what an answer to an entry is graded by: key points, weights and groups.

    Raises:
        UnknownEntry: no entry has that label or id.
        GuideError: the file beside the guide cannot be used.
    """
    row = row_of(index, ref)
    entry = index.entry(row)
    rubric = default_rubric(entry, index.points(row), required_share=fitted().required_share)
    for guide in index.manifest.guides:
        if guide.name == entry.guide:
            rubric = amended(rubric, entry, read_amendments(Path(guide.path)))
    return rubric


def grade(snapshot: Snapshot, entry: Entry, answer: str, rubric: Rubric | None = None) -> Grade:
    """Return the grade of an answer to an entry of the index, with what to read next.

    Args:
        snapshot: with the index.
        entry: that was asked about.
        answer: of the person.
        rubric: in place of the entry's.
    """
    rubric = rubric or rubric_of(snapshot.index, entry.id)
    for warning in rubric.warnings:
        snapshot.reporter.notice(warning)
    result = _graded(snapshot, entry, rubric, answer)
    return replace(result, read_next=_read_next(snapshot, entry, result.score))


def second_opinion(
    snapshot: Snapshot,
    grade: Grade,
    answer: str,
    llm: LLM | None,
    *,
    rubric: Rubric | None = None,
    why: str = "",
) -> Grade:
    """Return a grade with what `llm` thinks of it, or with a note why nobody does.

    Args:
        snapshot: with the index.
        grade: of `answer`.
        answer: of the person.
        llm: is asked; None when there is none.
        rubric: that it was graded by; the entry's when None.
        why: there is no `llm`.
    """
    from ragprep.grade import second
    from ragprep.grade.prepare import prepare

    if llm is None:
        return replace(grade, note=NO_SECOND.format(why=why))
    index = snapshot.index
    entry = index.entry(row_of(index, grade.entry))
    rubric = rubric or rubric_of(index, entry.id)
    step = partial(snapshot.reporter.progress, "second opinion")
    prepared = prepare(entry, answer)
    return second.second_opinion(grade, rubric, prepared, llm, fitted(), progress=step)


def graded(snapshot: Snapshot, entry: Entry, answer: str) -> Grade:
    """Return the grade of an answer to an entry of the index.

    Raises:
        AnswerError: it is too long.
        ReaderError: there is no reader, or no key point to grade by.
        GuideError: the file beside the guide cannot be used.
    """
    return _graded(snapshot, entry, rubric_of(snapshot.index, entry.id), answer)


def _graded(snapshot: Snapshot, entry: Entry, rubric: Rubric, answer: str) -> Grade:
    from ragprep.grade.grading import Context, grade
    from ragprep.grade.prepare import prepare

    prepared = prepare(entry, answer)
    context = Context(
        partial(_is_known, snapshot.index),
        _similarity(snapshot, entry, prepared.text),
        cosines=partial(_cosines, snapshot),
        assertions=snapshot.assertions,
    )
    return grade(entry, rubric, prepared, snapshot.reader, context, fitted())


def graded_by_reference(
    snapshot: Snapshot, entry: Entry, answer: str, constants: Constants | None = None
) -> Grade:
    """Return the grade of an answer to an entry that no guide has: all points are needed.

    A short answer may rightly repeat words of its question, so none are left out.
    """
    from ragprep.grade.grading import Context, grade
    from ragprep.grade.prepare import prepare
    from ragprep.grade.reference import reference_similarity
    from ragprep.ingest.points import key_points

    rubric = default_rubric(entry, key_points(entry), required_share=1.0)
    prepared = prepare(replace(entry, question=""), answer)
    texts = entry.question, entry.answer, prepared.text
    states = snapshot.token_states(texts)
    context = Context(
        lambda word: True, reference_similarity=reference_similarity(*states, texts=texts)
    )
    return grade(entry, rubric, prepared, snapshot.reader, context, constants or fitted())


def _is_known(index: VectorStore, word: str) -> bool:
    """Return whether the guides have a word."""
    from ragprep.text.words import search_words

    return all(index.knows(part) for part in search_words(word))


def _cosines(
    snapshot: Snapshot, points: Sequence[str], clauses: Sequence[str]
) -> list[list[float]]:
    """Return the cosines of points and clauses, a row a point."""
    from ragprep.index.vectors import inner_all

    vectors = snapshot.embedder.embed([*points, *clauses], role="passage")
    rows: list[list[float]] = inner_all(vectors[: len(points)], vectors[len(points) :]).tolist()
    return rows


def _similarity(snapshot: Snapshot, entry: Entry, text: str) -> Similarity | None:
    """Return how close an answer is to its entry and to the nearest other; None without one.

    Of a long answer the part that is closest to its entry counts.
    """
    from ragprep.grade.checks import Similarity
    from ragprep.search.similarity import nearest_entries

    words = text.split()
    if not words:
        return None
    index = snapshot.index
    entry_row = row_of(index, entry.id)
    parts = [" ".join(words[i : i + PART]) for i in range(0, len(words), PART)]
    cosine, (other_cosine, row) = max(
        nearest_entries(index, entry_row, vector)
        for vector in snapshot.embedder.embed(parts, role="passage")
    )
    nearest = index.entry(row)
    return Similarity(cosine, other_cosine, nearest.label, nearest.question)


def _read_next(snapshot: Snapshot, entry: Entry, score: int) -> tuple[tuple[str, str], ...]:
    """Return related entries, and then the entry itself unless the answer was excellent.

    An entry that has no related ones is not sent back to itself.
    """
    after = [neighbour.entry for neighbour in related(snapshot, entry, 2)]
    if after and score < 80:
        after.append(entry)
    return tuple((entry.label, entry.question) for entry in after)
