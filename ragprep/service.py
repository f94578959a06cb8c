"""Prep: the one object that joins the stages; every feature is one method of it.

A method checks what it was given, takes one snapshot, and hands it to the stage that does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from copy import copy
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from ragprep.config import Config, load_config
from ragprep.errors import ConfigError, UnknownEntry
from ragprep.index.models import Models
from ragprep.index.snapshot import Patience, Snapshot, Snapshots
from ragprep.llm.writer import Writer
from ragprep.protocols import SILENT, Notice, Progress, Reporter
from ragprep.search import find
from ragprep.search.query import clean_query

if TYPE_CHECKING:
    from ragprep.chat import Chat
    from ragprep.encoder.info import EncoderInfo
    from ragprep.evaluation.answers import AnswersReport
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import RetrievalReport
    from ragprep.evaluation.pairs import PairsReport
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.evaluation.wording import WordingReport
    from ragprep.expand import Expansion
    from ragprep.milvus.snapshots import ServedSnapshots
    from ragprep.practice.journal import Journal
    from ragprep.practice.keeping import Keeping
    from ragprep.practice.mock import Interview
    from ragprep.practice.remembered import Remembered
    from ragprep.practice.session import Session
    from ragprep.protocols import LLM, AssertionReader, Embedder, Engine, Reader
    from ragprep.slots import Slots
    from ragprep.types.answer import Answer
    from ragprep.types.check import Check
    from ragprep.types.export import Exported
    from ragprep.types.grade import Grade, Rubric
    from ragprep.types.guide import Entry, Guide, KeyPoint
    from ragprep.types.index import BuildReport, Manifest
    from ragprep.types.practice import Backup, EntryState, Rating, Review
    from ragprep.types.progress import DueEntry, Place, Standing
    from ragprep.types.search import Related, SearchResult
    from ragprep.types.session import Answered


EXPAND_WAIT_S = 300.0
"""For one prompt of `expand`, which nobody sits and waits for: on a busy machine with two cores a
1.5B model took more than the usual 60 s until its first piece, and an hour's run ended there."""


def snapshots_of(config: Config, models: Models) -> Snapshots | ServedSnapshots:
    """Return what gives requests their snapshots: of the index in the home, or on a server."""
    if config.store is None:
        return Snapshots(config, models)
    from ragprep.milvus.snapshots import ServedSnapshots

    return ServedSnapshots(config, models)


class Tell(TypedDict, total=False):
    """Whom a call of `Prep` tells what it does; where one is None, the one given to `open` is told.

    Attributes:
        progress: told while something slow goes on; a first call builds the index.
        notice: told what a person should know but need not act on at once.
    """

    progress: Progress | None
    notice: Notice | None


class Prep:
    """Guides, ready to be asked. Cheap to open: no model is loaded and no socket opened.

    It may be shared between threads: each call works with the guides as they are when it begins.
    An edited guide is noticed by a call that comes a second or more after the one before.

    The methods that may take long take the keywords `progress` and `notice`, see `Tell`.
    """

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress | None = None,
        notice: Notice | None = None,
        encoder: tuple[EncoderInfo, Embedder] | None = None,
        reader: Reader | None = None,
        assertions: AssertionReader | None = None,
    ) -> None:
        """Open guides as `open` does; models that are handed in take the place of those in use."""
        self.config = config
        self._writer = Writer(config)
        self._default = Reporter(progress or SILENT.progress, notice or SILENT.notice)
        self._models = Models(config, encoder=encoder, reader=reader, assertions=assertions)
        self._snapshots = snapshots_of(config, self._models)
        self._slot: Callable[[], AbstractContextManager[None]] = nullcontext
        self._patience: Patience | None = None
        self._placement: tuple[Manifest, list[list[float]]] | None = None  # of the guide map

    @classmethod
    def open(
        cls,
        config: Config | None = None,
        *,
        progress: Progress | None = None,
        notice: Notice | None = None,
    ) -> Prep:
        """Open the index that `config` names, the default one when None.

        Args:
            config: settings; `load_config()` when None.
            progress: told by every call that is given no other.
            notice: likewise.
        """
        return cls(config or load_config(), progress=progress, notice=notice)

    def build(
        self,
        paths: Sequence[Path | str] | None = None,
        *,
        engine: Engine | None = None,
        **tell: Unpack[Tell],
    ) -> BuildReport:
        """Build or update the index.

        Args:
            paths: guides or folders of guides, "shipped" for the shipped ones; what is indexed
                now when None, the shipped guides when nothing is.
            engine: embeds in the encoder's place, as `index.ray_engine.RayEngine`.
            **tell: see `Tell`.

        Raises:
            GuideError: a path cannot be read or holds no entries; the old index stays.
            ModelError, IndexBusy, IndexUnwritable: see errors.
        """
        return self._snapshots.build(paths, self._reporter(**tell), engine=engine)

    def add_guide(self, path: Path | str, **tell: Unpack[Tell]) -> BuildReport:
        """Index a guide or a folder of guides beside what is indexed.

        Args:
            path: of the file or folder, "shipped" for the shipped guides.
            **tell: see `Tell`.

        Raises:
            GuideError, ModelError, IndexBusy, IndexUnwritable: as `build`.
        """
        return self.build(list(dict.fromkeys([*self._sources(), str(path)])), **tell)

    def remove_guide(self, source: str, **tell: Unpack[Tell]) -> BuildReport:
        """Index what is indexed but for one of its sources; no file is touched.

        Args:
            source: one of `Manifest.sources`.
            **tell: see `Tell`.

        Raises:
            ConfigError: it is none of them, or the only one.
            GuideError, ModelError, IndexBusy, IndexUnwritable: as `build`.
        """
        others = [other for other in self._sources() if other != source]
        if not others:
            raise ConfigError(
                f"{source} is all that is indexed.", remedy="Add another guide before."
            )
        if len(others) == len(self._sources()):
            raise ConfigError(
                f"{source} is not indexed by itself.",
                remedy="Remove the folder that it is in; `ragprep status` names them.",
            )
        return self.build(others, **tell)

    def snapshot(self, **tell: Unpack[Tell]) -> Snapshot:
        """Return the state of index and models that a call made now works with.

        Raises:
            IndexFault, GuideError, ModelError: there is no index, and none can be built.
        """
        return self._snapshots.current(self._reporter(**tell), patience=self._patience)

    def search(
        self, query: str, k: int = 5, *, section: str | None = None, **tell: Unpack[Tell]
    ) -> SearchResult:
        """Return the `k` entries closest to `query`, best first, and whether it is covered.

        Args:
            query: a question or keywords, 1 to 10,000 characters.
            k: at least 1.
            section: search only in sections with this text in their name.
            **tell: see `Tell`.

        Raises:
            QueryError: the query is empty or too long, or `k` is below 1.
            ConfigError: no section has that text.
        """
        text = clean_query(query)
        find.check_count(k)
        return find.search(self._ready(**tell), text, k, section=section)

    def ask(
        self,
        question: str,
        *,
        llm: LLM | None = None,
        on_text: Callable[[str], None] | None = None,
        **tell: Unpack[Tell],
    ) -> Answer:
        """Answer `question` from the guides, each sentence cited.

        Args:
            question: 1 to 10,000 characters.
            llm: writes the answer; when None the one that the settings choose, and without one
                the answer is extractive.
            on_text: called with pieces of the answer as they come.
            **tell: see `Tell`.

        Raises:
            QueryError: the question is empty or too long.
            LLMError: the settings demand an LLM, and it cannot be used.
        """
        from ragprep.answer.respond import respond

        text = clean_query(question)
        return respond(self._ready(**tell), text, self._writer_by(llm), on_text)

    def writers(self) -> tuple[str, ...]:
        """Return the names of the language models that may write answers; the one in use first.

        There are none where the settings want none or none runs; several where Ollama has them.

        Raises:
            ConfigError, LLMError: the settings demand a model, and it cannot be used.
        """
        return self._writer.names()

    def with_writer(self, name: str | None) -> Prep:
        """Return these guides with answers by another of `writers`, or extractive ones for None.

        Index and models are shared with this one.

        Raises:
            ConfigError: no model of `writers` has that name.
            LLMError: as `writers`.
        """
        other = copy(self)
        other._writer = Writer() if name is None else self._writer.named(name)
        return other

    def shared(self, *, slots: Slots, patience_s: float) -> Prep:
        """Return these guides for many callers at once, with index and models of this one.

        Args:
            slots: grades wait for one of them, those of sessions and interviews included; where
                too many wait they raise Overloaded.
            patience_s: how long a call that meets an edited guide waits until the index is
                updated; the update goes on, and calls after it see it.
        """
        other = copy(self)
        other._slot, other._patience = slots.take, Patience(patience_s, self._default)
        return other

    def chat(
        self, *, llm: LLM | None = None, after: Chat | None = None, **tell: Unpack[Tell]
    ) -> Chat:
        """Begin a conversation, in which a question may refer to the one before.

        Args:
            llm: as for `ask`.
            after: a conversation to go on with; it stays as it is.
            **tell: see `Tell`.
        """
        from ragprep.chat import Chat
        from ragprep.chat.guides import Guides

        writer = self._writer_by(llm)
        return Chat(lambda: Guides(self._ready(**tell), writer), after=after)

    def related(self, ref_or_text: str, k: int = 5, **tell: Unpack[Tell]) -> tuple[Related, ...]:
        """Return at most `k` entries to look at after one, best first, each with the reason.

        Args:
            ref_or_text: a label, an id, or what `find` finds an entry by.
            k: at least 1.
            **tell: see `Tell`.

        Raises:
            UnknownEntry: no entry has that label or id; NotCovered: the text is not covered.
            QueryError: `k` is below 1, or the text is empty or too long.
        """
        find.check_count(k)
        snapshot = self.snapshot(**tell)
        return find.related(snapshot, find.find(snapshot, ref_or_text), k)

    def find(self, ref_or_text: str, **tell: Unpack[Tell]) -> Entry:
        """Return the entry with this label or id, else the first one that answers the text.

        Raises:
            UnknownEntry: there is none; NotCovered where it is a text.
            QueryError: the text is empty or too long.
        """
        return find.find(self.snapshot(**tell), ref_or_text)

    def entry(self, ref: str, **tell: Unpack[Tell]) -> Entry:
        """Return the entry with this label ("q3") or id.

        Raises:
            UnknownEntry: there is none.
        """
        index = self.snapshot(**tell).index
        return index.entry(find.row_of(index, ref))

    def points(self, ref: str, **tell: Unpack[Tell]) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, in the guide's order.

        Raises:
            UnknownEntry: no entry has that label or id.
        """
        index = self.snapshot(**tell).index
        return index.points(find.row_of(index, ref))

    def entries(self, *, section: str | None = None, **tell: Unpack[Tell]) -> tuple[Entry, ...]:
        """Return all entries in the guides' order, or those of the sections with this text.

        Raises:
            ConfigError: no section has that text.
        """
        return find.entries(self.snapshot(**tell).index, section)

    def export_anki(
        self,
        path: Path | str,
        *,
        section: str | None = None,
        guide: str | None = None,
        force: bool = False,
        **tell: Unpack[Tell],
    ) -> Exported:
        """Write entries as a package of Anki, a card each; a second one updates the same cards.

        Args:
            path: of the file, which ends in .apkg.
            section: only sections with this text in their name.
            guide: only guides with this text in their name.
            force: replace a file that is there.
            **tell: see `Tell`.

        Raises:
            ConfigError: nothing has these texts, or `path` cannot be used.
            ExportError: the file cannot be written.
        """
        from ragprep.export import check_target, export_anki

        check_target(Path(path), force=force)
        index = self.snapshot(**tell).index
        chosen = find.entries(index, section, guide=guide)
        return export_anki(index, chosen, Path(path), now=datetime.now().astimezone())

    def rubric(self, ref: str, **tell: Unpack[Tell]) -> Rubric:
        """Return what an answer to an entry is graded by: key points, weights and groups.

        Raises:
            UnknownEntry: no entry has that label or id.
            GuideError: the file beside the guide cannot be used.
        """
        from ragprep.grade.grader import rubric_of

        return rubric_of(self.snapshot(**tell).index, ref)

    def grade(
        self,
        ref_or_text: str,
        answer: str,
        *,
        rubric: Rubric | None = None,
        second: bool = False,
        llm: LLM | None = None,
        **tell: Unpack[Tell],
    ) -> Grade:
        """Grade a person's answer to an entry, point by point.

        Args:
            ref_or_text: a label, an id, or what `find` finds an entry by.
            answer: in the person's own words, at most 20,000 characters.
            rubric: grade by these points alone, in place of those of `rubric()`.
            second: ask a language model for a second opinion, the one that the settings choose.
            llm: gives the second opinion instead.
            **tell: see `Tell`; `notice` is also told of mistakes in the file beside the guide.

        Raises:
            UnknownEntry, QueryError: as `find`.
            AnswerError: the answer is too long.
            ReaderError: there is no reader, or no key point to grade by.
            GuideError: the file beside the guide cannot be used.
            Overloaded: too many grades wait (`shared`).
        """
        from ragprep.grade import grader

        snapshot = self._ready(**tell)
        entry = find.find(snapshot, ref_or_text)
        with self._slot():
            grade = grader.grade(snapshot, entry, answer, rubric)
        if llm is None and not second:
            return grade
        opinion_by, reason = self._writer_by(llm).resolve()
        reason = reason or "The setting llm is none."
        return grader.second_opinion(snapshot, grade, answer, opinion_by, rubric=rubric, why=reason)

    def practice(
        self,
        *,
        section: str | None = None,
        guide: str | None = None,
        new: int | None = None,
        questions: int | None = None,
        minutes: float | None = None,
        until: date | None = None,
        transcript: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        **tell: Unpack[Tell],
    ) -> Session:
        """Begin a practice session: what is due, then what is known least, then what is new.

        Args:
            section: only sections with this text in their name.
            guide: only guides with this text in their name.
            new: how many new entries; what the day needs when None.
            questions: at most so many.
            minutes: after so many nothing new is asked.
            until: the day of the interview; it is kept for all sessions to come.
            transcript: whether what the person says is kept.
            clock: gives the time, with a time zone.
            **tell: see `Tell`; `notice` is also told where a history follows its entry.

        Raises:
            ConfigError: nothing has these texts, or the day of the interview has come.
            PracticeError: the history cannot be used.
        """
        from ragprep.practice.begin import begin_session

        chosen, journal = self._opened_journal(section, guide, clock(), **tell)
        return begin_session(
            self,
            journal,
            chosen,
            clock=clock,
            new=new,
            questions=questions,
            minutes=minutes,
            until=until,
            transcript=transcript,
        )

    def propose_review(
        self,
        ref: str,
        answer: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        **tell: Unpack[Tell],
    ) -> Answered:
        """Grade an answer to one entry and propose how it is rated; nothing is kept.

        Args:
            ref: label or id of the entry.
            answer: in the person's own words, at most 20,000 characters.
            clock: gives the time, with a time zone.
            **tell: see `Tell`; `notice` is also told where a history follows its entry.

        Raises:
            UnknownEntry, AnswerError, ReaderError, GuideError: as `grade`.
            PracticeError: the history cannot be used.
        """
        from ragprep.practice.session import graded

        entry, now = self.entry(ref, **tell), clock()
        return graded(self, self._keeping(now, **tell), entry, answer, now)

    def keep_review(
        self,
        answered: Answered,
        rating: Rating,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        **tell: Unpack[Tell],
    ) -> str:
        """Keep an answer that was graded in the history, with the person's rating; return its id.

        Args:
            answered: of `propose_review`.
            rating: that the person gave.
            clock: gives the time, with a time zone.
            **tell: see `Tell`.

        Raises:
            PracticeError: the history cannot be used.
        """
        now = clock()
        return self._keeping(now, **tell).record(answered, rating, now)

    def mock(
        self,
        *,
        minutes: float = 30,
        questions: int | None = None,
        section: str | None = None,
        guide: str | None = None,
        transcript: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        **tell: Unpack[Tell],
    ) -> Interview:
        """Begin a mock interview, whose answers are graded when it is over.

        Args:
            minutes: for all of it.
            questions: so many; one for every three minutes when None.
            section: only sections with this text in their name.
            guide: only guides with this text in their name.
            transcript: whether what the person says is kept.
            clock: gives the time, with a time zone.
            **tell: see `Tell`.

        Raises:
            ConfigError, PracticeError: as `practice`.
        """
        from ragprep.practice.begin import begin_interview

        chosen, journal = self._opened_journal(section, guide, clock(), **tell)
        return begin_interview(
            self,
            journal,
            chosen,
            clock=clock,
            minutes=minutes,
            questions=questions,
            transcript=transcript,
        )

    def progress(
        self, *, section: str | None = None, guide: str | None = None, **tell: Unpack[Tell]
    ) -> Standing:
        """Return how far the person has come with the entries, and what to do today.

        Args:
            section: only sections with this text in their name.
            guide: only guides with this text in their name.
            **tell: see `Tell`; `notice` is also told where a history follows its entry.

        Raises:
            ConfigError: nothing has these texts.
            PracticeError: the history cannot be used.
        """
        from ragprep.practice.progress import progress

        chosen, past = self._remembered(section, guide, **tell)
        return progress(chosen, past.states, past.reviews, past.calendar)

    def due(
        self, *, section: str | None = None, guide: str | None = None, **tell: Unpack[Tell]
    ) -> tuple[tuple[DueEntry, ...], int, date]:
        """Return when answered entries come due, how many new ones to meet today, and the day.

        Args, Raises: as `progress`.
        """
        from ragprep.practice.progress import due, new_of

        chosen, past = self._remembered(section, guide, **tell)
        new = new_of(chosen, past.states, past.calendar)
        return due(chosen, past.states, past.calendar), new, past.calendar.today

    def guide_map(self, **tell: Unpack[Tell]) -> tuple[Place, ...]:
        """Return where each entry stands on a map by meaning, in the guides' order, and its known.

        Raises:
            PracticeError: the history cannot be used.
        """
        from ragprep.practice.progress import map_of
        from ragprep.search.placement import placed, whole_vectors

        index = self.snapshot(**tell).index
        past = self._history_of(index.entries, **tell)
        placement = self._placement
        if placement is None or placement[0] != index.manifest:
            placement = self._placement = index.manifest, placed(whole_vectors(index)).tolist()
        return map_of(index.entries, placement[1], past.states, past.calendar)

    def set_interview(
        self,
        until: date | None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """Keep the day of the interview, before which all is asked; None for none.

        Args:
            until: the day.
            clock: gives the time, with a time zone.

        Raises:
            ConfigError: the day has come.
            PracticeError: the history cannot be used.
        """
        from ragprep.practice.begin import keep_interview
        from ragprep.practice.journal import Journal
        from ragprep.practice.remembered import history_folder

        with Journal.open(history_folder(self.config.practice)) as journal:
            keep_interview(journal, until, clock())

    def undo_move(self, move: str) -> None:
        """Take back that the history of an entry went over to another; it is not offered again.

        Raises:
            PracticeError: there is no such move, or the history cannot be used.
        """
        from ragprep.practice.journal import Journal
        from ragprep.practice.remembered import history_folder

        with Journal.open(history_folder(self.config.practice)) as journal:
            journal.undo_move(move, datetime.now().astimezone())

    def restore_history(self) -> tuple[Backup, Path | None]:
        """Bring back the last sound backup of the history; say where the one it replaces went.

        Raises:
            PracticeError: there is none, or the folder cannot be written.
        """
        from ragprep.practice.backups import restore
        from ragprep.practice.remembered import history_folder

        return restore(history_folder(self.config.practice), datetime.now().astimezone())

    def export_history(self, path: Path) -> int:
        """Write the history to a file, as JSON Lines; return how many reviews it has.

        Raises:
            PracticeError: the history cannot be used.
            ExportError: the file cannot be written.
        """
        from ragprep.practice import exchange
        from ragprep.practice.remembered import history_folder

        return exchange.write(history_folder(self.config.practice), path)

    def import_history(self, path: Path) -> int:
        """Merge what `export_history` wrote, here or elsewhere; return how many reviews are new.

        Raises:
            PracticeError: the file or the history cannot be used; nothing is added.
        """
        from ragprep.practice import exchange
        from ragprep.practice.remembered import history_folder

        return exchange.read(
            history_folder(self.config.practice), path, datetime.now().astimezone()
        )

    def forget_history(self, ref: str | None, **tell: Unpack[Tell]) -> int:
        """Remove what was answered to an entry, also from the backups; return how many reviews.

        Args:
            ref: a label or an id, also of an entry that is gone; all entries when None.
            **tell: see `Tell`.

        Raises:
            PracticeError: the history cannot be used.
        """
        from ragprep.practice import exchange
        from ragprep.practice.remembered import history_folder

        if ref is not None:
            with suppress(UnknownEntry):
                ref = self.entry(ref, **tell).id
        folder = history_folder(self.config.practice)
        return exchange.forget_in(folder, ref, datetime.now().astimezone())

    def history(
        self, ref: str | None = None, **tell: Unpack[Tell]
    ) -> tuple[tuple[tuple[str, Review], ...], EntryState | None]:
        """Return reviews, oldest first, each with the label of its entry, "" where it is gone.

        Args:
            ref: label or id of an entry: only its reviews, and its state; all when None.
            **tell: see `Tell`.

        Raises:
            UnknownEntry: no entry has that label or id.
            PracticeError: the history cannot be used.
        """
        wanted = None if ref is None else self.entry(ref, **tell).id
        entries, past = self._remembered(None, None, **tell)
        labels = {entry.id: entry.label for entry in entries}
        shown = tuple(
            (labels.get(entry, ""), review)
            for entry, review in past.reviews
            if wanted in (None, entry)
        )
        return shown, past.states.get(wanted) if wanted else None

    def status(self) -> Manifest:
        """Return what the index is made of, without loading it.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        return self._snapshots.manifest()

    def lint(self, path: Path | str) -> Guide:
        """Return a guide as it would be indexed, with diagnostics on what would not.

        Raises:
            GuideError: it cannot be read or has no entries.
        """
        from ragprep.ingest.corpus import read_guide

        return read_guide(Path(path))

    def lint_folder(self, path: Path | str, **tell: Unpack[Tell]) -> tuple[Guide, ...]:
        """Return the guides of a folder as they would be indexed; those skipped say why.

        Args:
            path: of the folder.
            **tell: see `Tell`.

        Raises:
            GuideError: no file in it has entries.
        """
        from ragprep.ingest.corpus import read_corpus

        return read_corpus([Path(path)], progress=self._reporter(**tell).progress)

    def expand(
        self, path: Path | str, *, llm: LLM | None = None, **tell: Unpack[Tell]
    ) -> Expansion:
        """Let a language model write aliases for a guide, and keep them if they help its search.

        What it writes is kept entry by entry: interrupted, a second run goes on from there.

        Args:
            path: of a guide; it need not be in the index.
            llm: the writer; the one that the settings choose when None.
            **tell: see `Tell`.

        Raises:
            GuideError: the guide cannot be read, or a file beside it cannot be written.
            LLMError: there is no model, or it failed.
        """
        from ragprep.expand import expand
        from ragprep.expand.experiment import Experiment
        from ragprep.ingest.corpus import read_guide

        guide = read_guide(Path(path))
        if llm is None:
            from ragprep.llm.connect import Timeouts

            limits = Timeouts(first_s=EXPAND_WAIT_S, whole_s=EXPAND_WAIT_S)
            llm = Writer(self.config, timeouts=limits).require()
        reporter = self._reporter(**tell)
        info, embedder = self._models.info(reporter), self._models.embedder(reporter)
        experiment = Experiment(guide.entries, info, embedder, self._models.weights)
        return expand(
            guide,
            llm,
            embedder=experiment.embedder,
            first_of=experiment.first_of,
            progress=reporter.progress,
        )

    def doctor(self) -> list[Check]:
        """Check what ragprep needs, each with a remedy; changes nothing."""
        from ragprep.doctor import checks

        return checks(self.config)

    def evaluate(self, queries: Path | None = None, **tell: Unpack[Tell]) -> RetrievalReport:
        """Measure retrieval on judged queries, the shipped test queries when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.evaluation import run
        from ragprep.evaluation.metrics import require_measures

        require_measures()
        return run.retrieval(self._ready(**tell), queries)

    def evaluate_left_out(
        self, queries: Path | None = None, **tell: Unpack[Tell]
    ) -> RetrievalReport:
        """Measure coverage by taking entries away: each query is asked with its entry and without.

        Args:
            queries: judged queries; the questions and aliases of the guides when None.
            **tell: see `Tell`.

        Raises:
            EvaluationError: the file cannot be used, or the guides ask nothing.
        """
        from ragprep.evaluation import run
        from ragprep.evaluation.metrics import require_measures

        require_measures()
        return run.left_out(self._ready(**tell), queries)

    def evaluate_corpus(
        self, folder: Path, queries: Path | None = None, **tell: Unpack[Tell]
    ) -> RetrievalReport:
        """Measure retrieval on a corpus in BEIR layout, indexed for this and forgotten.

        Args:
            folder: with corpus.jsonl, queries.jsonl and qrels/test.tsv.
            queries: a file that takes the place of the folder's queries.jsonl.
            **tell: see `Tell`.

        Raises:
            EvaluationError: a file cannot be used.
        """
        from ragprep.evaluation import run

        return run.corpus(self._models, folder, queries, self._reporter(**tell))

    def evaluate_related(
        self, judgments: Path | None = None, **tell: Unpack[Tell]
    ) -> RelatedReport:
        """Measure `related` on judged entries, the shipped ones when None.

        Raises:
            EvaluationError: the file cannot be used.
        """
        from ragprep.evaluation import run

        return run.related(self.snapshot(**tell), judgments)

    def evaluate_answers(
        self,
        checks: Path | None = None,
        *,
        writers: Sequence[str | LLM] = (),
        limit: int | None = None,
        **tell: Unpack[Tell],
    ) -> AnswersReport:
        """Measure answers on checks: the extractive ones and those of each writer.

        Args:
            checks: JSON Lines (eval/README.md); the shipped test ones when None.
            writers: language models, or what the setting `llm` may be; "none" adds nothing.
            limit: ask only so many, spread over the file.
            **tell: see `Tell`.

        Raises:
            EvaluationError: the file cannot be used.
            LLMError, ConfigError: a writer cannot be used.
        """
        from ragprep.evaluation import run

        named = [name for name in writers if name != "none"]  # who writes the extractive ones
        llms = [self._named(name) if isinstance(name, str) else name for name in named]
        return run.answers(self._ready(**tell), checks, writers=llms, limit=limit)

    def evaluate_grading(
        self,
        answers: Path | None = None,
        *,
        calibrate: Path | None = None,
        **tell: Unpack[Tell],
    ) -> GradingReport:
        """Measure grades on graded answers.

        A CSV brings its own reference answers and is graded against those, without any guide.

        Args:
            answers: JSON Lines or CSV (eval/README.md); the shipped ones when None.
            calibrate: more of them, to which one line from our scores to people's is fitted; it
                is then applied to the scores of `answers`.
            **tell: see `Tell`.

        Raises:
            EvaluationError: a file cannot be used.
            ReaderError: there is no reader.
        """
        from ragprep.evaluation import run

        return run.grading(self._ready(**tell), answers, calibrate)

    def evaluate_pairs(self, pairs: Path | None = None, **tell: Unpack[Tell]) -> PairsReport:
        """Measure whether grades tell true statements from false ones in the same words.

        Args:
            pairs: JSON Lines (eval/README.md); the shipped ones when None.
            **tell: see `Tell`.

        Raises:
            EvaluationError: the file cannot be used.
            ReaderError: there is no reader.
        """
        from ragprep.evaluation import run

        return run.pairs(self._ready(**tell), pairs)

    def evaluate_rotated(self, **tell: Unpack[Tell]) -> PairsReport:
        """Measure the same on the guides' own points: as they are, and with their names rotated.

        Raises:
            EvaluationError: no entry names two things side by side.
            ReaderError: there is no reader.
        """
        from ragprep.evaluation import run

        return run.rotated(self._ready(**tell))

    def evaluate_wording(
        self, answers: Path | None = None, *, limit: int | None = None, **tell: Unpack[Tell]
    ) -> WordingReport:
        """Measure how far grades move when only the wording of answers does.

        Args:
            answers: graded answers; the shipped short ones when None.
            limit: reword only so many, spread over the file.
            **tell: see `Tell`.

        Raises:
            EvaluationError: the file cannot be used.
            ReaderError: there is no reader.
        """
        from ragprep.evaluation import run

        return run.wording(self._ready(**tell), answers, limit)

    # -- the parts behind the methods

    def _opened_journal(
        self, section: str | None, guide: str | None, now: datetime, **tell: Unpack[Tell]
    ) -> tuple[tuple[Entry, ...], Journal]:
        """Return the entries chosen, and the history, which has followed all."""
        from ragprep.practice.begin import opened_journal
        from ragprep.practice.remembered import history_folder

        index = self.snapshot(**tell).index
        chosen = find.entries(index, section, guide=guide)
        notice = self._reporter(**tell).notice
        folder = history_folder(self.config.practice)
        return chosen, opened_journal(folder, index.entries, now, notice)

    def _keeping(self, now: datetime, **tell: Unpack[Tell]) -> Keeping:
        """Return what remembers an answer outside of a session, in a history that has followed."""
        from ragprep.practice.begin import keeping

        _, journal = self._opened_journal(None, None, now, **tell)
        with journal:
            return keeping(journal, journal.settings(), transcript=True)

    def _remembered(
        self, section: str | None, guide: str | None, **tell: Unpack[Tell]
    ) -> tuple[tuple[Entry, ...], Remembered]:
        """Return the entries chosen, and what is remembered of all."""
        index = self.snapshot(**tell).index
        chosen = find.entries(index, section, guide=guide)
        return chosen, self._history_of(index.entries, **tell)

    def _history_of(self, entries: Sequence[Entry], **tell: Unpack[Tell]) -> Remembered:
        """Return what is remembered of all the entries there are."""
        from ragprep.practice.remembered import history_folder, remembered

        folder, now = history_folder(self.config.practice), datetime.now().astimezone()
        return remembered(folder, entries, now=now, notice=self._reporter(**tell).notice)

    def _sources(self) -> tuple[str, ...]:
        """Return what the index was built from; nothing where there is none."""
        from ragprep.index.generations import read_sources

        return tuple(read_sources(self.config.home))

    def _reporter(
        self, *, progress: Progress | None = None, notice: Notice | None = None
    ) -> Reporter:
        """Return whom a call tells."""
        return Reporter(progress or self._default.progress, notice or self._default.notice)

    def _ready(self, **tell: Unpack[Tell]) -> Snapshot:
        """Return the current snapshot for a call that needs the encoder."""
        return self._snapshots.ready(self._reporter(**tell), patience=self._patience)

    def _writer_by(self, llm: LLM | None) -> Writer:
        """Return who writes: `llm`, or else the one that the settings name."""
        return self._writer if llm is None else Writer(llm=llm)

    def _named(self, llm: str) -> LLM:
        """Return the writer that a setting of `llm` names.

        Raises:
            ConfigError, LLMError: there is none, or it cannot be used.
        """
        return Writer(load_config({**asdict(self.config), "llm": llm})).require()
