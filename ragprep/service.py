"""Prep: the one object that joins the stages; every feature is one method of it.

A query's way: `search` cleans it (query.py), the engine gives the index and the encoder
(engine.py), the retriever gathers candidates and ranks them (retrieve/hybrid.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import Config, load_config
from ragprep.engine import Engine
from ragprep.errors import ConfigError, EvaluationError, LLMError, QueryError, UnknownEntry
from ragprep.query import clean_query
from ragprep.types import Answer, Check, Entry, Hit, KeyPoint, SearchResult, ViewKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.measure.harness import RetrievalReport
    from ragprep.protocols import LLM, Embedder, Progress
    from ragprep.retrieve.embed import EncoderInfo
    from ragprep.retrieve.hybrid import HybridRetriever
    from ragprep.types import BuildReport, Guide, Manifest


class Prep:
    """Guides, ready to be asked. Cheap to open: no model is loaded and no socket opened."""

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
        encoder: tuple[EncoderInfo, Embedder] | None = None,
    ) -> None:
        """Open guides as `open` does; `encoder` takes the place of the one in the settings."""
        self.config = config
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._engine = Engine(
            config,
            progress=self._progress,
            notice=notice or (lambda message: None),
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

    def related(self, ref: str, k: int = 5) -> list[Hit]:
        """Return the `k` entries closest to an entry, itself left out, best first.

        Raises:
            UnknownEntry: no entry has that label or id.
            QueryError: `k` is below 1.
        """
        _check_count(k)
        index = self._engine.index()
        row = self._row(ref)
        entry = index.entry(row)
        query = f"{entry.question} {entry.answer}"
        retriever = self._retriever()
        # without an answer there is no view of the whole entry: then the first one, its question
        own, whole = index.view_rows(row), index.view_rows(row, ViewKind.ENTRY)
        vector = index.dense.vectors((whole if len(whole) else own)[:1])[0]
        hits = retriever.rank(query, retriever.gather(query, vector=vector), k + 1)
        return [hit for hit in hits if hit.entry.id != entry.id][:k]

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

    def doctor(self) -> list[Check]:
        """Check what ragprep needs, each with a remedy; changes nothing."""
        from ragprep.doctor import checks

        return checks(self._engine)

    def evaluate(self, queries: Path | None = None) -> RetrievalReport:
        """Measure retrieval on judged queries, the shipped test queries when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.measure import evaluate, read_queries
        from ragprep.retrieve.fuse import ARMS

        index, _ = self._engine.ready()
        judged = read_queries(
            queries or shipped_queries(), labels=[entry.label for entry in index.entries]
        )
        vectors: dict[str, NDArray[np.float32]] = {}

        def arm(weights: Mapping[str, float] | None) -> Callable[[str], tuple[list[Hit], bool]]:
            retriever = self._retriever(weights)

            def run(query: str) -> tuple[list[Hit], bool]:
                text = clean_query(query)
                if text not in vectors:
                    vectors[text] = self._embed_query(text)
                hits = retriever.rank(text, retriever.gather(text, vector=vectors[text]), 10)
                return hits, retriever.covers(hits)

            return run

        arms = {"fused": arm(None)} | {name: arm(weights) for name, weights in ARMS.items()}
        return evaluate(arms, judged, default="fused", progress=self._progress)

    # -- the parts behind the methods

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

    def _retriever(self, weights: Mapping[str, float] | None = None) -> HybridRetriever:
        from ragprep.retrieve.fuse import fitted
        from ragprep.retrieve.hybrid import HybridRetriever

        index = self._engine.index()
        chosen = fitted(aliases=index.has_aliases)
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
    path = Path(__file__).resolve().parent.parent / "eval" / "retrieval.test.jsonl"
    if not path.is_file():
        raise EvaluationError(
            "The evaluation queries are not installed with the package.",
            remedy="Give a file with `--queries FILE`, or run it in a checkout.",
        )
    return path


def _check_count(k: int) -> None:
    if k < 1:
        raise QueryError(f"{k} entries were asked for.", remedy="Ask for at least one.")
