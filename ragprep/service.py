"""Prep: the one object that joins the stages; every feature is one method of it."""

from __future__ import annotations

import platform
import sys
import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.config import DEFAULT_MODEL, Config, load_config
from ragprep.errors import (
    ConfigError,
    GuideError,
    IndexDamaged,
    IndexFault,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    LLMError,
    ModelError,
    QueryError,
    RagprepError,
    UnknownEntry,
)
from ragprep.types import Answer, Check, Entry, Hit, KeyPoint, SearchResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.measure.harness import RetrievalReport
    from ragprep.protocols import LLM, Embedder, Progress
    from ragprep.retrieve.embed import EncoderInfo
    from ragprep.retrieve.hybrid import HybridRetriever
    from ragprep.retrieve.store import StoredIndex
    from ragprep.types import BuildReport, Guide, GuideFile, Manifest

MAX_QUERY_CHARS = 10_000
"""The encoder reads the first 256 tokens, about 1,200 characters; more than this is no question."""

SHIPPED = "shipped"


class Prep:
    """Guides, ready to be asked. Cheap to open: no model is loaded and no socket opened."""

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
    ) -> None:
        self.config = config
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._notice = notice or (lambda message: None)
        self._index: StoredIndex | None = None
        self._embedder: Embedder | None = None

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
        from ragprep.ingest import find_guides, key_points, read_corpus, shipped_guides, views
        from ragprep.retrieve.build import build_index

        sources = [str(path) for path in paths] if paths else self._sources()
        sources = [s if s == SHIPPED else str(Path(s).expanduser().absolute()) for s in sources]
        files: dict[Path, None] = {}
        for source in sources:
            found = shipped_guides() if source == SHIPPED else find_guides([Path(source)])
            files |= dict.fromkeys(path.absolute() for path in found)
        stamps = [_stamp(path) for path in files]  # before reading: a later edit is seen later
        guides = read_corpus(list(files))
        info = self._encoder()
        report = build_index(
            self.config.home,
            [entry for guide in guides for entry in guide.entries],
            [
                _guide_file(guide, path, stamp)
                for guide, path, stamp in zip(guides, files, stamps, strict=True)
            ],
            sources=sources,
            points=key_points,
            views=views,
            info=info,
            embedder=self._open_embedder,
            progress=self._progress,
        )
        self._index = None
        return report

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
        """
        index, _ = self._ready()
        row = self._row(ref)
        entry = index.entry(row)
        query = f"{entry.question} {entry.answer}"
        retriever = self._retriever()
        vector = index.dense.vectors(_entry_view(index, row))[0]
        hits = retriever.rank(query, retriever.gather(query, vector=vector), k + 1)
        return [hit for hit in hits if hit.entry.id != entry.id][:k]

    def entry(self, ref: str) -> Entry:
        """Return the entry with this label ("q3") or id.

        Raises:
            UnknownEntry: there is none.
        """
        return self._open_index().entry(self._row(ref))

    def points(self, ref: str) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, in the guide's order.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        return self._open_index().points(self._row(ref))

    def entries(self, *, section: str | None = None) -> tuple[Entry, ...]:
        """Return all entries in the guides' order, or those of the sections with this text.

        Raises:
            ConfigError: no section has that text.
        """
        every = self._open_index().entries
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
        from ragprep.retrieve.store import read_manifest

        return read_manifest(self.config.home)

    def lint(self, path: Path | str) -> Guide:
        """Return a guide as it would be indexed, with remarks on what would not.

        Raises:
            GuideError: it cannot be read or has no entries.
        """
        from ragprep.ingest import read_guide

        return read_guide(Path(path))

    def doctor(self) -> list[Check]:
        """Check what ragprep needs, each with a remedy; changes nothing."""
        return [
            Check("Python", sys.version_info >= (3, 11), platform.python_version(), "Use 3.11+."),
            _check("model", self._check_model),
            _check("index", self._check_index),
            _check("Ollama", self._check_ollama),
        ]

    def evaluate(self, queries: Path | None = None) -> RetrievalReport:
        """Measure retrieval on judged queries, the shipped test queries when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.measure import evaluate, read_queries
        from ragprep.retrieve.fuse import ARMS

        index, _ = self._ready()
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
        if k < 1:
            raise QueryError(f"{k} entries were asked for.", remedy="Ask for at least one.")
        self._ready()
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

        chosen = fitted() if weights is None else replace(fitted(), fusion=dict(weights))
        return HybridRetriever(self._open_index(), self._embed_query, chosen)

    def _embed_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._open_embedder().embed([text], role="query")[0]
        return vector

    def _statements(
        self, hits: Sequence[Hit], vector: NDArray[np.float32]
    ) -> tuple[dict[str, tuple[KeyPoint, ...]], dict[str, list[float]]]:
        """Return the key points of the hits, and how close each is to the query, by entry id."""
        import numpy as np

        index = self._open_index()
        points, similarity = {}, {}
        for hit in hits:
            row = self._row(hit.entry.id)
            views = np.arange(len(index.view_lines))[index.views_of(row)]
            cosines = index.dense.vectors(views) @ vector
            by_text: dict[str, float] = {}
            for view, cosine in zip(views.tolist(), cosines.tolist(), strict=True):
                shown = index.view(view).shown
                by_text[shown] = max(cosine, by_text.get(shown, -1.0))
            points[hit.entry.id] = index.points(row)
            similarity[hit.entry.id] = [by_text.get(p.text, 0.0) for p in index.points(row)]
        return points, similarity

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
        row = self._open_index().row(ref)
        if row is None:
            labels = [entry.label for entry in self._open_index().entries]
            raise UnknownEntry(
                f'No entry is called "{ref}".',
                remedy=f"Labels go from {labels[0]} to {labels[-1]}; `ragprep list` shows all.",
            )
        return row

    def _ready(self) -> tuple[StoredIndex, Embedder]:
        """Return index and encoder, made ready first where needed, loaded side by side."""
        if self._index is None and self._embedder is None and self._prepared() is not None:
            loader = threading.Thread(target=self._preload)
            loader.start()
            try:
                index = self._open_index()
            finally:
                loader.join()
            return index, self._open_embedder()
        return self._open_index(), self._open_embedder()

    def _preload(self) -> None:
        """Load the encoder; should it fail, the caller meets the same error in its own thread."""
        try:
            self._open_embedder()
        except RagprepError:
            return

    def _open_index(self) -> StoredIndex:
        """Return the index, built or updated first when it is missing, foreign or out of date."""
        if self._index is not None:
            return self._index
        from ragprep.retrieve.store import read_index

        home = self.config.home
        try:
            index = read_index(home)
        except IndexMissing:
            self._notice("Building the index (once).")
            self.build()
            index = read_index(home)
        except (IndexMismatch, IndexDamaged) as exc:
            self._notice(f"{exc} Building it again.")
            try:
                self.build()
            except (IndexUnwritable, GuideError) as failure:
                raise exc from failure
            index = read_index(home)
        else:
            index = self._refreshed(index)
        self._index = index
        return index

    def _refreshed(self, index: StoredIndex) -> StoredIndex:
        """Return the index, updated if its guides or the model changed since it was built."""
        from ragprep.retrieve.store import read_index

        info = self._encoder()
        if info.fingerprint != index.manifest.fingerprint:
            self._notice(
                f"The index was made by another model; building it again with {info.model}."
            )
            self.build()
            return read_index(self.config.home)
        changed = [guide for guide in index.manifest.guides if _changed(guide)]
        if not changed:
            return index
        try:
            report = self.build()
        except (GuideError, IndexFault) as exc:
            self._notice(f"The index is not up to date: {exc} {exc.remedy}")
            return index
        if report.embedded:
            self._notice(f"{', '.join(guide.name for guide in changed)} changed; index updated.")
        return read_index(self.config.home)

    def _sources(self) -> list[str]:
        """Return what the index was built from, the shipped guides when there is none."""
        from ragprep.retrieve.store import read_sources

        return list(read_sources(self.config.home)) or [SHIPPED]

    def _prepared(self) -> EncoderInfo | None:
        from ragprep.retrieve.embed import read_info
        from ragprep.retrieve.encoders import encoder_folder

        return read_info(encoder_folder(self.config.home, self.config.model))

    def _encoder(self) -> EncoderInfo:
        """Return the encoder's description, preparing it first when it is missing."""
        try:
            info = self._prepared()
        except ModelError as exc:
            self._notice(f"{exc} Preparing it again.")
            info = None
        return info or self._prepare()

    def _prepare(self) -> EncoderInfo:
        from ragprep.retrieve.encoders import prepare

        return prepare(self.config.model, self.config.home, self._progress)

    def _open_embedder(self) -> Embedder:
        if self._embedder is None:
            from ragprep.retrieve.embed import open_embedder
            from ragprep.retrieve.encoders import encoder_folder

            folder = encoder_folder(self.config.home, self.config.model)
            try:
                self._embedder = open_embedder(folder, self._encoder())
            except ModelError as exc:
                self._notice(f"{exc} Preparing it again.")
                self._embedder = open_embedder(folder, self._prepare())
        return self._embedder

    def _check_model(self) -> str:
        from ragprep.retrieve.embed import open_embedder
        from ragprep.retrieve.encoders import check_default_weights, encoder_folder

        if self.config.model == DEFAULT_MODEL:
            check_default_weights()
        info = self._prepared()
        if info is None:
            return f"{self.config.model}: sound; prepared at the first query"
        open_embedder(encoder_folder(self.config.home, self.config.model), info)
        return f"{info.model}: sound, prepared ({info.runtime}, {info.dim} dimensions)"

    def _check_index(self) -> str:
        from ragprep.retrieve.store import read_index

        manifest = read_index(self.config.home).manifest
        changed = [guide.name for guide in manifest.guides if _changed(guide)]
        update = f"; changed since: {', '.join(changed)}" if changed else ""
        return f"{manifest.entries} entries, {manifest.views} views in {self.config.home}{update}"

    def _check_ollama(self) -> str:
        from ragprep.answer import installed_models, open_ollama

        chosen = open_ollama(self.config.llm_model, host=self.config.ollama_host)
        models = installed_models(host=self.config.ollama_host)
        return f"running at {chosen.url}; uses {chosen.name} of {len(models)}: {', '.join(models)}"


def clean_query(query: str) -> str:
    """Return `query` without control characters and surplus space.

    Raises:
        QueryError: nothing is left, or it is longer than `MAX_QUERY_CHARS`.
    """
    if len(query) > MAX_QUERY_CHARS:
        raise QueryError(
            f"The question has {len(query):,} characters; at most {MAX_QUERY_CHARS:,} are read.",
            remedy="Ask it in a few sentences.",
        )
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in query)
    text = " ".join(visible.split())
    if not text:
        raise QueryError("The question is empty.", remedy='Try `ragprep ask "what is dropout?"`.')
    return text


def shipped_queries() -> Path:
    """Return the evaluation queries of the checkout this package stands in.

    Raises:
        EvaluationError: an installed wheel has none.
    """
    from ragprep.errors import EvaluationError

    path = Path(__file__).resolve().parent.parent / "eval" / "retrieval.test.jsonl"
    if not path.is_file():
        raise EvaluationError(
            "The evaluation queries are not installed with the package.",
            remedy="Give a file with `--queries FILE`, or run it in a checkout.",
        )
    return path


def _entry_view(index: StoredIndex, row: int) -> NDArray[np.int64]:
    """Return the row of an entry's whole-entry view."""
    import numpy as np

    from ragprep.retrieve.store import KINDS
    from ragprep.types import ViewKind

    own = index.views_of(row)
    places = np.flatnonzero(index.kinds[own] == KINDS.index(ViewKind.ENTRY))
    return (own.start + places[:1]).astype(np.int64)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _guide_file(guide: Guide, path: Path, stamp: tuple[int, int]) -> GuideFile:
    from ragprep.types import GuideFile

    return GuideFile(guide.name, str(path), stamp[0], stamp[1], len(guide.entries))


def _changed(guide: GuideFile) -> bool:
    try:
        return _stamp(Path(guide.path)) != (guide.size, guide.changed_ns)
    except OSError:
        return True


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except RagprepError as exc:
        return Check(name, False, str(exc), exc.remedy)
