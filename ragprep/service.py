"""Prep: the one object that joins the stages; every feature is one method of it.

A query's way: `search` cleans it (query.py), the engine gives the index and the encoder
(engine.py), the retriever gathers candidates and ranks them (retrieve/hybrid.py).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import Config, load_config
from ragprep.engine import Engine
from ragprep.errors import ConfigError, EvaluationError, LLMError, QueryError, UnknownEntry
from ragprep.query import clean_query
from ragprep.types import (
    Answer,
    Check,
    Entry,
    Grade,
    Hit,
    KeyPoint,
    Related,
    Rubric,
    SearchResult,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.expand import Expansion
    from ragprep.grade import Closeness
    from ragprep.measure.grading import GradingReport
    from ragprep.measure.harness import RetrievalReport
    from ragprep.measure.judgments import JudgedQuery
    from ragprep.measure.relations import RelatedReport
    from ragprep.protocols import LLM, Embedder, Judge, Progress
    from ragprep.retrieve.embed import EncoderInfo
    from ragprep.retrieve.hybrid import HybridRetriever
    from ragprep.retrieve.relate import Side
    from ragprep.retrieve.store import StoredIndex
    from ragprep.types import BuildReport, Guide, Manifest


NO_SECOND = "No second opinion: start Ollama (`ollama serve`, https://ollama.com)."

EXPAND_WAIT_S = 300.0
"""For one prompt of `expand`, which nobody sits and waits for: on a busy machine with two cores a
1.5B model took more than the usual 60 s until its first piece, and an hour's run ended there."""


class Prep:
    """Guides, ready to be asked. Cheap to open: no model is loaded and no socket opened."""

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
        encoder: tuple[EncoderInfo, Embedder] | None = None,
        judge: Judge | None = None,
    ) -> None:
        """Open guides as `open` does; `encoder` and `judge` take the place of those in the home."""
        self.config = config
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._notice = notice or (lambda message: None)
        self._judge = judge
        self._engine = Engine(
            config,
            progress=self._progress,
            notice=self._notice,
            encoder=encoder,
        )

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
        return self._search(query, k, section)[0]

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
        from ragprep.answer import answer

        result, vector = self._search(question, 5, None)
        points, similarity = self._statements(result.hits, vector)
        note = ""
        if llm is None and result.covered:
            llm, note = self._choose_llm()
        given = answer(
            result.query, result, points, llm=llm, similarity=similarity, on_text=on_text
        )
        return replace(given, note=given.note or note)

    def related(self, ref_or_text: str, k: int = 5) -> tuple[Related, ...]:
        """Return at most `k` entries to look at after one, best first, each with the reason.

        Args:
            ref_or_text: a label, an id, or what `find` finds an entry by.
            k: at least 1.

        Raises:
            UnknownEntry: no entry has that label or id, and the guides do not cover the text.
            QueryError: `k` is below 1, or the text is empty or too long.
        """
        from ragprep.retrieve.relate import relate

        _check_count(k)
        return relate(*self._sides(self._row(self.find(ref_or_text).id)), k)

    def find(self, ref_or_text: str) -> Entry:
        """Return the entry with this label or id, else the first one that answers the text.

        Raises:
            UnknownEntry: there is none.
            QueryError: the text is empty or too long.
        """
        index = self._engine.index()
        row = index.row(ref_or_text)
        if row is not None:
            return index.entry(row)
        if re.fullmatch(r"\s*[A-Za-z]{1,2}\d+\s*", ref_or_text):  # "q999": a label, no question
            return index.entry(self._row(ref_or_text))
        result = self.search(ref_or_text, 1)
        if not result.covered:
            raise UnknownEntry(
                f'No entry is called "{result.query}", and the guides do not cover it.',
                remedy="`ragprep list` shows all entries.",
            )
        return result.hits[0].entry

    def entry(self, ref: str) -> Entry:
        """Return the entry with this label ("q3") or id.

        Raises:
            UnknownEntry: there is none.
        """
        return self._engine.index().entry(self._row(ref))

    def points(self, ref: str) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, in the guide's order.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        return self._engine.index().points(self._row(ref))

    def rubric(self, ref: str) -> Rubric:
        """Return what an answer to an entry is graded by: key points, weights and groups.

        Raises:
            UnknownEntry: no entry has that label or id.
            GuideError: the file beside the guide cannot be used.
        """
        from ragprep.grade import amended, default_rubric, read_amendments
        from ragprep.grade.fitted import fitted

        index = self._engine.index()
        row = self._row(ref)
        entry = index.entry(row)
        rubric = default_rubric(entry, index.points(row), enough_share=fitted().enough_share)
        for guide in index.manifest.guides:
            if guide.name == entry.guide:
                rubric = amended(rubric, entry, read_amendments(Path(guide.path)))
        return rubric

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
            JudgeError: there is no judge, or no key point to grade by.
            GuideError: the file beside the guide cannot be used.
        """
        from ragprep.grade import Context, grade, prepare, second_opinion

        entry = self.find(ref_or_text)
        prepared = prepare(entry, answer)
        rubric = self.rubric(entry.id)
        for warning in rubric.warnings:
            self._notice(warning)
        context = Context(self._knows, self._closeness(entry, prepared.text))
        made = grade(entry, rubric, prepared, self._opened_judge(), context)
        made = replace(made, read_next=self._read_next(entry, made.score))
        if second or llm is not None:
            if llm is None and (llm := self._second_llm()) is None:
                return replace(made, note=NO_SECOND)
            step = partial(self._progress, "second opinion")
            made = second_opinion(made, rubric, prepared, llm, progress=step)
        return made

    def entries(self, *, section: str | None = None) -> tuple[Entry, ...]:
        """Return all entries in the guides' order, or those of the sections with this text.

        Raises:
            ConfigError: no section has that text.
        """
        every = self._engine.index().entries
        if section is None:
            return every
        wanted = section.casefold()
        chosen = tuple(e for e in every if any(wanted in part.casefold() for part in e.section))
        if not chosen:
            names = dict.fromkeys(" > ".join(entry.section) for entry in every)
            raise ConfigError(
                f'No section has "{section}" in its name.',
                remedy=f"The sections are: {'; '.join(names)}.",
            )
        return chosen

    def status(self) -> Manifest:
        """Return what the index is made of, without loading it.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        from ragprep.retrieve.generations import read_manifest

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
            llm: the writer; the one in Ollama that the settings choose when None.

        Raises:
            GuideError: the guide cannot be read, or a file beside it cannot be written.
            LLMError: there is no model, or it failed.
        """
        from ragprep.expand import expand
        from ragprep.ingest.aliases import entry_hash, write_aliases
        from ragprep.ingest.corpus import read_guide
        from ragprep.ingest.views import views
        from ragprep.retrieve.lexical import words
        from ragprep.trial import Trial

        guide = read_guide(Path(path))
        if llm is None:
            from ragprep.answer import Timeouts, open_ollama

            llm = open_ollama(
                self.config.llm_model,
                host=self.config.ollama_host,
                timeouts=Timeouts(first_s=EXPAND_WAIT_S, whole_s=EXPAND_WAIT_S),
            )
        info = self._engine.encoder_info()
        trial = Trial(guide.entries, info, self._engine.embedder())
        return expand(
            guide,
            llm,
            embedder=trial.embedder,
            views=views,
            first_of=trial.first_of,
            entry_hash=entry_hash,
            words=words,
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
        from ragprep.measure import read_queries

        index, _ = self._engine.ready()
        judged = read_queries(
            queries or shipped_queries(), labels=[entry.label for entry in index.entries]
        )
        return self._measured(index, judged)

    def evaluate_corpus(self, folder: Path, queries: Path | None = None) -> RetrievalReport:
        """Measure retrieval on a corpus in BEIR layout, indexed for this and forgotten.

        Args:
            folder: with corpus.jsonl, queries.jsonl and qrels/test.tsv.
            queries: a file that takes the place of the folder's queries.jsonl.

        Raises:
            EvaluationError: a file cannot be used.
        """
        from ragprep.measure.beir import as_entries, read_beir

        documents, judged = read_beir(folder, queries=queries)
        with tempfile.TemporaryDirectory(prefix="ragprep-") as home:
            index = self._engine.aside(
                Path(home), as_entries(documents, corpus=folder.resolve().name)
            )
        return self._measured(index, judged)

    def evaluate_related(self, judgments: Path | None = None) -> RelatedReport:
        """Measure `related` on judged entries, the shipped ones when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.measure.relations import evaluate_related, read_related
        from ragprep.retrieve.relate import relate, relate_by_whole

        index = self._engine.index()
        judged = read_related(
            judgments or _shipped("related.jsonl"), labels=[entry.label for entry in index.entries]
        )
        arms = {
            "related": lambda ref: relate(*self._sides(self._row(ref)), 10),
            "whole": lambda ref: relate_by_whole(*self._sides(self._row(ref)), 10),
        }
        return evaluate_related(arms, judged, default="related", progress=self._progress)

    def evaluate_grading(self, answers: Path | None = None) -> GradingReport:
        """Measure grades on graded answers, the shipped ones when None.

        A CSV brings its own reference answers and is graded against those, without any guide.

        Raises:
            EvaluationError: the file cannot be used.
            JudgeError: there is no judge.
        """
        from ragprep.measure.graded import read_answers
        from ragprep.measure.grading import evaluate_grading

        path = answers or _shipped("grading.test.jsonl")
        judged = read_answers(
            path, points_of=lambda ref: [p.point.text for p in self.rubric(ref).points]
        )
        return evaluate_grading(judged, self._graded, progress=self._progress)

    # -- the parts behind the methods

    def _graded(self, entry: Entry | None, ref: str, answer: str) -> Grade:
        """Grade an answer to an entry of the index, or of a foreign file."""
        from ragprep.grade import Context, default_rubric, grade, prepare
        from ragprep.ingest.points import key_points

        own = self.entry(ref) if entry is None else entry
        prepared = prepare(own, answer)
        if entry is None:
            context = Context(self._knows, self._closeness(own, prepared.text))
            return grade(own, self.rubric(ref), prepared, self._opened_judge(), context)
        rubric = default_rubric(own, key_points(own), enough_share=1.0)
        return grade(own, rubric, prepared, self._opened_judge(), Context(lambda word: True))

    def _opened_judge(self) -> Judge:
        if self._judge is None:
            from ragprep.grade.open import open_judge

            self._judge = open_judge(self.config.home, self._progress)
        return self._judge

    def _knows(self, word: str) -> bool:
        """Return whether the guides have a word."""
        from ragprep.retrieve.lexical import words

        columns = self._engine.index().lexical.columns
        return all(part in columns for part in words(word))

    def _closeness(self, entry: Entry, text: str) -> Closeness | None:
        """Return how close an answer is to its entry and to the nearest other; None without one."""
        from ragprep.grade import Closeness
        from ragprep.retrieve.closeness import nearest_entries

        if not text:
            return None
        index, embedder = self._engine.ready()
        vector = embedder.embed([text], role="passage")[0]
        own, (other, row) = nearest_entries(index, self._row(entry.id), vector)
        nearest = index.entry(row)
        return Closeness(own, other, nearest.label, nearest.question)

    def _read_next(self, entry: Entry, score: int) -> tuple[tuple[str, str], ...]:
        """Return the entry itself unless the answer was excellent, then related ones."""
        own = [] if score >= 80 else [entry]
        found = [*own, *(one.entry for one in self.related(entry.id, 2))]
        return tuple((one.label, one.question) for one in found)

    def _second_llm(self) -> LLM | None:
        from ragprep.answer import is_up, open_ollama

        host = self.config.ollama_host
        if self.config.llm == "none" or (self.config.llm == "auto" and not is_up(host)):
            return None
        return open_ollama(self.config.llm_model, host=host)

    def _measured(self, index: StoredIndex, judged: Sequence[JudgedQuery]) -> RetrievalReport:
        from ragprep.measure import evaluate
        from ragprep.retrieve.fuse import ARMS

        vectors: dict[str, NDArray[np.float32]] = {}

        def arm(weights: Mapping[str, float] | None) -> Callable[[str], tuple[list[Hit], bool]]:
            retriever = self._retriever(weights, index)

            def run(query: str) -> tuple[list[Hit], bool]:
                text = clean_query(query)
                if text not in vectors:
                    vectors[text] = self._embed_query(text)
                hits = retriever.rank(text, retriever.gather(text, vector=vectors[text]), 10)
                return hits, retriever.covers(hits)

            return run

        arms = {"fused": arm(None)} | {name: arm(weights) for name, weights in ARMS.items()}
        return evaluate(arms, judged, default="fused", progress=self._progress)

    def _sides(self, row: int) -> tuple[Side, list[Side]]:
        """Return an entry, and the entries that may be related to it."""
        from ragprep.retrieve.relate import side_of

        index = self._engine.index()
        own = side_of(index, row)
        text = f"{own.entry.question} {own.entry.answer}"
        found = self._retriever().gather(text, vector=own.whole)
        return own, [side_of(index, int(other)) for other in found.rows if other != row]

    def _search(
        self, query: str, k: int, section: str | None
    ) -> tuple[SearchResult, NDArray[np.float32]]:
        text = clean_query(query)
        _check_count(k)
        self._engine.ready()
        within = None
        if section is not None:
            within = {entry.id for entry in self.entries(section=section)}
        retriever = self._retriever()
        vector = self._embed_query(text)
        hits = retriever.rank(text, retriever.gather(text, vector=vector, within=within), k)
        return SearchResult(text, retriever.covers(hits), tuple(hits)), vector

    def _retriever(
        self, weights: Mapping[str, float] | None = None, index: StoredIndex | None = None
    ) -> HybridRetriever:
        from ragprep.retrieve.fuse import fitted
        from ragprep.retrieve.hybrid import HybridRetriever

        index = self._engine.index() if index is None else index
        chosen = fitted(aliases=index.is_well_aliased)
        if weights is not None:
            chosen = replace(chosen, fusion=dict(weights))
        return HybridRetriever(index, self._embed_query, chosen)

    def _embed_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._engine.embedder().embed([text], role="query")[0]
        return vector

    def _statements(
        self, hits: Sequence[Hit], vector: NDArray[np.float32]
    ) -> tuple[dict[str, tuple[KeyPoint, ...]], dict[str, list[float]]]:
        """Return the key points of the hits, and how close each is to the query, by entry id."""
        from ragprep.retrieve.closeness import point_cosines

        index = self._engine.index()
        rows = {hit.entry.id: self._row(hit.entry.id) for hit in hits}
        points = {entry_id: index.points(row) for entry_id, row in rows.items()}
        cosines = {entry_id: point_cosines(index, row, vector) for entry_id, row in rows.items()}
        return points, cosines

    def _choose_llm(self) -> tuple[LLM | None, str]:
        """Return who writes, and what to say when nobody does."""
        if self.config.llm == "none":
            return None, ""
        from ragprep.answer import is_up, open_ollama

        host = self.config.ollama_host
        how = "Answered from the guide's own sentences; for a written answer "
        try:
            if self.config.llm == "auto" and not is_up(host):
                return None, how + "start Ollama (`ollama serve`, https://ollama.com)."
            return open_ollama(self.config.llm_model, host=host), ""
        except LLMError as exc:
            if self.config.llm == "ollama":
                raise
            return None, f"{exc} {exc.remedy}"

    def _row(self, ref: str) -> int:
        row = self._engine.index().row(ref)
        if row is None:
            labels = [entry.label for entry in self._engine.index().entries]
            raise UnknownEntry(
                f'No entry is called "{ref}".',
                remedy=f"Labels go from {labels[0]} to {labels[-1]}; `ragprep list` shows all.",
            )
        return row


def shipped_queries() -> Path:
    """Return the evaluation queries of the checkout this package stands in.

    Raises:
        EvaluationError: an installed wheel has none.
    """
    return _shipped("retrieval.test.jsonl")


def _shipped(name: str) -> Path:
    path = Path(__file__).resolve().parent.parent / "eval" / name
    if not path.is_file():
        raise EvaluationError(
            f"The evaluation file {name} is not installed with the package.",
            remedy="Give a file with `--queries FILE`, or run it in a checkout.",
        )
    return path


def _check_count(k: int) -> None:
    if k < 1:
        raise QueryError(f"{k} entries were asked for.", remedy="Ask for at least one.")
