"""Prep: the one object that joins the stages; every feature is one method of it.

What a method needs more than a few lines for stands beside it: finder.py (search, related),
grader.py (grades) and evaluations.py (measuring); a query's way begins in finder.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import Config, load_config
from ragprep.errors import (
    LLMError,
    LLMUnavailable,
)
from ragprep.grade.grader import Grader
from ragprep.index.engine import Engine
from ragprep.search.finder import Finder
from ragprep.types.answer import Answer
from ragprep.types.check import Check
from ragprep.types.grade import Grade, Rubric
from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.search import Related, SearchResult

if TYPE_CHECKING:
    from ragprep.chat import Chat
    from ragprep.encoder.embed import EncoderInfo
    from ragprep.evaluation.answers import AnswersReport
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import RetrievalReport
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.expand import Expansion
    from ragprep.protocols import LLM, Embedder, Progress, Reader
    from ragprep.types.guide import Guide
    from ragprep.types.index import BuildReport, Manifest


EXPAND_WAIT_S = 300.0
"""For one prompt of `expand`, which nobody sits and waits for: on a busy machine with two cores a
1.5B model took more than the usual 60 s until its first piece, and an hour's run ended there."""

NOBODY = "No language model is running; start Ollama (`ollama serve`, https://ollama.com)."
OWN_SENTENCES = (
    "Answered from the guide's own sentences; for a written answer start Ollama "
    "(`ollama serve`, https://ollama.com)."
)


class Prep:
    """Guides, ready to be asked. Cheap to open: no model is loaded and no socket opened."""

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
        encoder: tuple[EncoderInfo, Embedder] | None = None,
        judge: Reader | None = None,
    ) -> None:
        """Open guides as `open` does; `encoder` and `judge` take the place of those in the home."""
        self.config = config
        self._llm: LLM | None = None
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._notice = notice or (lambda message: None)
        self._engine = Engine(config, progress=self._progress, notice=self._notice, encoder=encoder)
        self.finder = Finder(self._engine)
        self._grader = Grader(self.finder, judge=judge, notice=self._notice)

    @classmethod
    def open(
        cls,
        config: Config | None = None,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
    ) -> Prep:
        """Open the index that `config` names, the default one when None.

        Args:
            config: settings; `load_config()` when None.
            progress: told while something slow goes on.
            notice: told what a person should know but need not act on at once.
        """
        return cls(config or load_config(), progress=progress, notice=notice)

    def build(self, paths: Sequence[Path | str] | None = None) -> BuildReport:
        """Build or update the index.

        Args:
            paths: guides or folders of guides, "shipped" for the shipped ones; what is indexed
                now when None, the shipped guides when nothing is.

        Raises:
            GuideError: a path cannot be read or holds no entries; the old index stays.
            ModelError, IndexBusy, IndexUnwritable: see errors.
        """
        return self._engine.build(paths)

    def search(self, query: str, k: int = 5, *, section: str | None = None) -> SearchResult:
        """Return the `k` entries closest to `query`, best first, and whether it is covered.

        Args:
            query: a question or keywords, 1 to 10,000 characters.
            k: at least 1.
            section: search only in sections with this text in their name.

        Raises:
            QueryError: the query is empty or too long, or `k` is below 1.
            ConfigError: no section has that text.
        """
        return self.finder.search(query, k, section=section)[0]

    def ask(
        self,
        question: str,
        *,
        llm: LLM | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer `question` from the guides, each sentence cited.

        Args:
            question: 1 to 10,000 characters.
            llm: writes the answer; when None the one that the settings choose, and without one
                the answer is extractive.
            on_text: called with pieces of the answer as they come.

        Raises:
            QueryError: the question is empty or too long.
            LLMError: the settings demand an LLM, and it cannot be used.
        """
        return self._answer(
            self._choose_llm if llm is None else partial(_given, llm), question, on_text
        )

    def chat(self, *, llm: LLM | None = None) -> Chat:
        """Begin a conversation, in which a question may lean on the one before.

        Args:
            llm: as for `ask`.
        """
        from ragprep.chat import Chat
        from ragprep.text.content import topic_words

        def relevance(query: str) -> float:
            hits = self.search(query, 1).hits
            return hits[0].relevance if hits else 0.0

        return Chat(partial(self.ask, llm=llm), relevance=relevance, words=topic_words)

    def related(self, ref_or_text: str, k: int = 5) -> tuple[Related, ...]:
        """Return at most `k` entries to look at after one, best first, each with the reason.

        Args:
            ref_or_text: a label, an id, or what `find` finds an entry by.
            k: at least 1.

        Raises:
            UnknownEntry: no entry has that label or id, and the guides do not cover the text.
            QueryError: `k` is below 1, or the text is empty or too long.
        """
        return self.finder.related(self.find(ref_or_text), k)

    def find(self, ref_or_text: str) -> Entry:
        """Return the entry with this label or id, else the first one that answers the text.

        Raises:
            UnknownEntry: there is none.
            QueryError: the text is empty or too long.
        """
        return self.finder.find(ref_or_text)

    def entry(self, ref: str) -> Entry:
        """Return the entry with this label ("q3") or id.

        Raises:
            UnknownEntry: there is none.
        """
        return self.finder.entry(ref)

    def points(self, ref: str) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, in the guide's order.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        return self.finder.points(ref)

    def rubric(self, ref: str) -> Rubric:
        """Return what an answer to an entry is graded by: key points, weights and groups.

        Raises:
            UnknownEntry: no entry has that label or id.
            GuideError: the file beside the guide cannot be used.
        """
        return self._grader.rubric(ref)

    def grade(
        self, ref_or_text: str, answer: str, *, second: bool = False, llm: LLM | None = None
    ) -> Grade:
        """Grade a person's answer to an entry, point by point.

        Args:
            ref_or_text: a label, an id, or what `find` finds an entry by.
            answer: in the person's own words, at most 20,000 characters.
            second: ask a language model for a second opinion, the one that the settings choose.
            llm: gives the second opinion instead.

        Raises:
            UnknownEntry, QueryError: as `find`.
            AnswerError: the answer is too long.
            ReaderError: there is no judge, or no key point to grade by.
            GuideError: the file beside the guide cannot be used.
        """
        made = self._grader.grade(self.find(ref_or_text), answer)
        if llm is None and not second:
            return made
        writer, why = (llm, "") if llm is not None else self._choose_llm()
        why = why or "The setting llm is none."
        return self._grader.second_opinion(made, answer, writer, self._progress, why=why)

    def entries(self, *, section: str | None = None) -> tuple[Entry, ...]:
        """Return all entries in the guides' order, or those of the sections with this text.

        Raises:
            ConfigError: no section has that text.
        """
        return self.finder.entries(section=section)

    def status(self) -> Manifest:
        """Return what the index is made of, without loading it.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        from ragprep.index.generations import read_manifest

        return read_manifest(self.config.home)

    def lint(self, path: Path | str) -> Guide:
        """Return a guide as it would be indexed, with remarks on what would not.

        Raises:
            GuideError: it cannot be read or has no entries.
        """
        from ragprep.ingest.corpus import read_guide

        return read_guide(Path(path))

    def expand(self, path: Path | str, *, llm: LLM | None = None) -> Expansion:
        """Let a language model write aliases for a guide, and keep them if they help its search.

        What it writes is kept entry by entry: interrupted, a second run goes on from there.

        Args:
            path: of a guide; it need not be in the index.
            llm: the writer; the one that the settings choose when None.

        Raises:
            GuideError: the guide cannot be read, or a file beside it cannot be written.
            LLMError: there is no model, or it failed.
        """
        from ragprep.expand import expand
        from ragprep.expand.experiment import Experiment
        from ragprep.ingest.aliases import entry_hash, write_aliases
        from ragprep.ingest.corpus import read_guide
        from ragprep.ingest.views import views
        from ragprep.text.words import search_words

        guide = read_guide(Path(path))
        if llm is None:
            from ragprep.llm import Timeouts, open_llm

            limits = Timeouts(first_s=EXPAND_WAIT_S, whole_s=EXPAND_WAIT_S)
            llm = open_llm(self.config, timeouts=limits)
        if llm is None:
            raise LLMUnavailable(
                "No language model is running.",
                remedy="Start Ollama (`ollama serve`), or name another with --llm.",
            )
        info = self._engine.encoder_info()
        trial = Experiment(guide.entries, info, self._engine.embedder())
        return expand(
            guide,
            llm,
            embedder=trial.embedder,
            views=views,
            first_of=trial.first_of,
            entry_hash=entry_hash,
            words=search_words,
            write=write_aliases,
            progress=self._progress,
        )

    def doctor(self) -> list[Check]:
        """Check what ragprep needs, each with a remedy; changes nothing."""
        from ragprep.doctor import checks

        return checks(self._engine)

    def evaluate(self, queries: Path | None = None) -> RetrievalReport:
        """Measure retrieval on judged queries, the shipped test queries when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.evaluation import run

        return run.retrieval(self.finder, queries, self._progress)

    def evaluate_corpus(self, folder: Path, queries: Path | None = None) -> RetrievalReport:
        """Measure retrieval on a corpus in BEIR layout, indexed for this and forgotten.

        Args:
            folder: with corpus.jsonl, queries.jsonl and qrels/test.tsv.
            queries: a file that takes the place of the folder's queries.jsonl.

        Raises:
            EvaluationError: a file cannot be used.
        """
        from ragprep.evaluation import run

        return run.corpus(self.finder, folder, queries, self._progress)

    def evaluate_related(self, judgments: Path | None = None) -> RelatedReport:
        """Measure `related` on judged entries, the shipped ones when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.evaluation import run

        return run.related(self.finder, judgments, self._progress)

    def evaluate_answers(
        self,
        checks: Path | None = None,
        *,
        writers: Sequence[str | LLM] = (),
        limit: int | None = None,
    ) -> AnswersReport:
        """Measure answers on checks: the extractive ones, and those of each writer beside them.

        Args:
            checks: JSON Lines (eval/README.md); the shipped test ones when None.
            writers: language models, or what the setting `llm` may be.
            limit: ask only so many, spread over the file.

        Raises:
            EvaluationError: the file cannot be used.
            LLMError, ConfigError: a writer cannot be used.
        """
        from ragprep.evaluation import run

        return run.answers(
            self.finder,
            self._answer_by,
            checks,
            writers=[self._writer(one) if isinstance(one, str) else one for one in writers],
            limit=limit,
            progress=self._progress,
        )

    def evaluate_grading(self, answers: Path | None = None) -> GradingReport:
        """Measure grades on graded answers, the shipped ones when None.

        A CSV brings its own reference answers and is graded against those, without any guide.

        Raises:
            EvaluationError: the file cannot be used.
            ReaderError: there is no judge.
        """
        from ragprep.evaluation import run

        return run.grading(self._grader, self.finder, answers, self._progress)

    # -- the parts behind the methods

    def _answer(
        self,
        choose: Callable[[], tuple[LLM | None, str]],
        question: str,
        on_text: Callable[[str], None] | None,
    ) -> Answer:
        """Answer by who is chosen, if anybody need be, with the time it takes."""
        from ragprep.answer import answer

        start, first = time.perf_counter(), 0.0

        def heard(piece: str) -> None:
            nonlocal first
            first = first or time.perf_counter() - start
            if on_text is not None:
                on_text(piece)

        result, vector = self.finder.search(question, 5)
        points, similarity = self.finder.statements(result.hits, vector)
        llm, note = choose() if result.covered else (None, "")
        given = answer(
            result.query,
            result,
            points,
            llm=llm,
            similarity=similarity,
            similarity_to=self.finder.similarity_to,
            on_text=heard,
        )
        paths = {guide.name: guide.path for guide in self.status().guides}
        return replace(
            given,
            sources=tuple(replace(one, path=paths.get(one.guide, "")) for one in given.sources),
            note=given.note or (OWN_SENTENCES if note == NOBODY else note),
            first_s=first,
            whole_s=time.perf_counter() - start,
        )

    def _answer_by(
        self, llm: LLM | None, question: str, on_text: Callable[[str], None] | None
    ) -> Answer:
        return self._answer(partial(_given, llm), question, on_text)

    def _writer(self, llm: str) -> LLM:
        """Return the writer that a setting of `llm` names.

        Raises:
            ConfigError, LLMError: there is none, or it cannot be used.
        """
        settings = {**asdict(self.config), "llm": llm}
        writer, note = Prep(load_config(settings))._choose_llm()
        if writer is None:
            raise LLMUnavailable(note or f'"{llm}" writes nothing.', remedy="Name another --llm.")
        return writer

    def _choose_llm(self) -> tuple[LLM | None, str]:
        """Return who writes, and what to say when nobody does."""
        if self.config.llm == "none":
            return None, ""
        from ragprep.llm import open_llm

        try:
            self._llm = self._llm or open_llm(self.config)
        except LLMError as exc:
            if self.config.llm != "auto":
                raise
            return None, f"{exc} {exc.remedy}"
        if self._llm is None:
            return None, NOBODY
        return self._llm, ""


def _given(llm: LLM | None) -> tuple[LLM | None, str]:
    """Choose `llm`, with nothing to say about it."""
    return llm, ""
