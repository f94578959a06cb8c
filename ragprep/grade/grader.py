"""Grading an answer to an entry: joins the index, the encoder and the judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.search.finder import Finder
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry

if TYPE_CHECKING:
    from ragprep.grade.checks import Similarity
    from ragprep.protocols import LLM, Progress, Reader

NO_SECOND = "No second opinion: {why}"
PART = 150
"""Words of an answer embedded at a time; the encoder would cut what comes after some 200."""


class Grader:
    """Grades answers to the entries that a finder finds."""

    def __init__(
        self, finder: Finder, *, judge: Reader | None, notice: Callable[[str], None]
    ) -> None:
        """Grade by `judge`, by the trained one when None."""
        self._finder = finder
        self._judge = judge
        self._notice = notice

    def rubric(self, ref: str) -> Rubric:
        """Return what an answer to an entry is graded by: key points, weights and groups.

        Raises:
            UnknownEntry: no entry has that label or id.
            GuideError: the file beside the guide cannot be used.
        """
        from ragprep.grade.amendments import read_amendments
        from ragprep.grade.fitted import fitted
        from ragprep.grade.rubric import amended, default_rubric

        index = self._finder.engine.index()
        row = self._finder.row(ref)
        entry = index.entry(row)
        rubric = default_rubric(entry, index.points(row), required_share=fitted().required_share)
        for guide in index.manifest.guides:
            if guide.name == entry.guide:
                rubric = amended(rubric, entry, read_amendments(Path(guide.path)))
        return rubric

    def grade(self, entry: Entry, answer: str) -> Grade:
        """Return the grade of an answer, with what to read next; see `Prep.grade`."""
        for warning in self.rubric(entry.id).warnings:
            self._notice(warning)
        made = self.graded(entry, answer)
        return replace(made, read_next=self._read_next(entry, made.score))

    def second_opinion(
        self, made: Grade, answer: str, llm: LLM | None, progress: Progress, *, why: str = ""
    ) -> Grade:
        """Return a grade with what `llm` thinks of it, or with a note that nobody does."""
        from ragprep.grade.fitted import fitted
        from ragprep.grade.prepare import prepare
        from ragprep.grade.second import second_opinion

        if llm is None:
            return replace(made, note=NO_SECOND.format(why=why))
        entry = self._finder.entry(made.entry)
        rubric, step = self.rubric(entry.id), partial(progress, "second opinion")
        prepared = prepare(entry, answer)
        return second_opinion(made, rubric, prepared, llm, fitted(), progress=step)

    def graded(self, entry: Entry, answer: str) -> Grade:
        """Return the grade of an answer to an entry of the index.

        Raises:
            AnswerError, JudgeError, GuideError: see `Prep.grade`.
        """
        from ragprep.grade.fitted import fitted
        from ragprep.grade.grading import Context, grade
        from ragprep.grade.prepare import prepare

        self._finder.engine.ready()
        prepared = prepare(entry, answer)
        similarity = self._similarity(entry, prepared.text)
        context = Context(self._knows, similarity, cosines=self._cosines)
        rubric = self.rubric(entry.id)
        return grade(entry, rubric, prepared, self._opened(), context, fitted())

    def graded_by_reference(self, entry: Entry, answer: str) -> Grade:
        """Return the grade of an answer to an entry that no guide has: all points are needed.

        A short answer may rightly repeat words of its question, so none are left out.
        """
        from ragprep.grade.fitted import fitted
        from ragprep.grade.grading import Context, grade
        from ragprep.grade.prepare import prepare
        from ragprep.grade.reference import reference_similarity
        from ragprep.grade.rubric import default_rubric
        from ragprep.ingest.points import key_points

        rubric = default_rubric(entry, key_points(entry), required_share=1.0)
        prepared = prepare(replace(entry, question=""), answer)
        texts = entry.answer, prepared.text
        seen = self._encode([entry.question, *texts])
        context = Context(
            lambda word: True, reference_similarity=reference_similarity(*seen, texts=texts)
        )
        return grade(entry, rubric, prepared, self._opened(), context, fitted())

    @cached_property
    def _encode(self) -> Callable[[Sequence[str]], list[TokenStates]]:
        return self._finder.engine.token_states()

    def _opened(self) -> Reader:
        if self._judge is None:
            from ragprep.reader.cross_encoder import OnnxReader

            self._judge = OnnxReader(self._encode)
        return self._judge

    def _knows(self, word: str) -> bool:
        """Return whether the guides have a word."""
        from ragprep.text.words import search_words

        columns = self._finder.engine.index().lexical.columns
        return all(part in columns for part in search_words(word))

    def _cosines(self, points: Sequence[str], clauses: Sequence[str]) -> list[list[float]]:
        """Return the cosines of points and clauses, a row a point."""
        vectors = self._finder.engine.embedder().embed([*points, *clauses], role="passage")
        rows: list[list[float]] = (vectors[: len(points)] @ vectors[len(points) :].T).tolist()
        return rows

    def _similarity(self, entry: Entry, text: str) -> Similarity | None:
        """Return how close an answer is to its entry and to the nearest other; None without one.

        Of a long answer the part that is closest to its entry counts.
        """
        from ragprep.grade.checks import Similarity
        from ragprep.search.similarity import nearest_entries

        words = text.split()
        if not words:
            return None
        index, embedder = self._finder.engine.ready()
        parts = [" ".join(words[i : i + PART]) for i in range(0, len(words), PART)]
        own_row = self._finder.row(entry.id)
        own, (other, row) = max(
            nearest_entries(index, own_row, vector)
            for vector in embedder.embed(parts, role="passage")
        )
        nearest = index.entry(row)
        return Similarity(own, other, nearest.label, nearest.question)

    def _read_next(self, entry: Entry, score: int) -> tuple[tuple[str, str], ...]:
        """Return the entry itself unless the answer was excellent, then related ones."""
        own = [] if score >= 80 else [entry]
        found = [*own, *(one.entry for one in self._finder.related(entry, 2))]
        return tuple((one.label, one.question) for one in found)
