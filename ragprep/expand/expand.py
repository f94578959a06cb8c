"""The loop: asks a model entry by entry, keeps what it says, and lets the gate decide."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.expand.drafts import Draft, add_draft, read_drafts
from ragprep.expand.prompts import KINDS, SCHEMA, read_phrases, write_prompt
from ragprep.ingest.aliases import entry_hash, write_aliases
from ragprep.types.guide import Alias

if TYPE_CHECKING:
    from ragprep.expand.gate import EntryViews
    from ragprep.expand.verdict import FirstOf, Verdict
    from ragprep.protocols import LLM, Embedder, Progress
    from ragprep.types.guide import Entry, Guide

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What came of it.

    Attributes:
        guide: the file.
        model: the writer.
        entries: of the guide.
        asked: entries the model was asked about now; for the others its drafts were there.
        written: phrases it wrote, now and before.
        kept: those that passed the gate.
        dropped: why the others did not: reason -> number.
        verdict: whether those kept help the search; None when none was kept.
        used: they stand in the file of aliases.
        seconds: the model took.
    """

    guide: str
    model: str
    entries: int
    asked: int
    written: int
    kept: int
    dropped: Mapping[str, int]
    verdict: Verdict | None
    used: bool
    seconds: float


def write_drafts(
    path: Path,
    entries: Sequence[Entry],
    llm: LLM,
    *,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> tuple[list[Draft], int]:
    """Return the model's drafts of all entries in the guide's order, and how many are new.

    Each is on disk before the next entry is begun.

    Args:
        path: of the guide.
        entries: of it.
        llm: the writer.
        progress: told after each entry, with an estimate of the time left.
        clock: seconds, rising.

    Raises:
        LLMError: the model failed; what it wrote before is kept.
        GuideError: the drafts cannot be read or written.
    """
    from ragprep.text.words import search_words

    there = {
        (draft.entry_id, draft.content): draft
        for draft in read_drafts(path)
        if draft.model == llm.name
    }
    missing = [entry for entry in entries if (entry.id, entry_hash(entry)) not in there]
    began = clock()
    for done, entry in enumerate(missing):
        progress(_stage(done, len(missing), clock() - began), done, len(missing))
        banned = list(dict.fromkeys(search_words(entry.question)))
        phrases = {
            kind: read_phrases(llm.complete(write_prompt(entry, kind, banned), schema=SCHEMA))
            for kind in KINDS
        }
        draft = Draft(entry.id, llm.name, entry_hash(entry), phrases)
        add_draft(path, draft)
        there[entry.id, draft.content] = draft
    if missing:
        progress("writing aliases", len(missing), len(missing))
    return [there[entry.id, entry_hash(entry)] for entry in entries], len(missing)


def _stage(done: int, total: int, seconds: float) -> str:
    """Return what is going on, once known with the time left, in steps that do not flicker."""
    if not done:
        return "writing aliases"
    left = seconds / done * (total - done)
    if left < 90:
        return "writing aliases, about a minute left"
    return f"writing aliases, about {round(left / 60)} minutes left"


def expand(
    guide: Guide,
    llm: LLM,
    *,
    embedder: Embedder,
    first_of: FirstOf,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Expansion:
    """Let `llm` write aliases for a guide and put them beside it if they help.

    Lines that no model wrote are never touched. Those of models, of this run or an earlier one,
    are replaced by what is kept now; when that does not help, there are none of them.

    Args:
        guide: as read, with the aliases it has.
        llm: the writer.
        embedder: as the search uses it.
        first_of: makes a search over the guide with given aliases; see `verdict.FirstOf`.
        progress: told about every stage.
        clock: seconds, rising.

    Raises:
        LLMError: the model failed; a second run goes on where this one ended.
        GuideError: a file beside the guide cannot be read or written.
    """
    from ragprep.expand.gate import distinct, keep
    from ragprep.expand.verdict import judge

    path, entries = Path(guide.path), guide.entries
    began = clock()
    drafts, asked = write_drafts(path, entries, llm, progress=progress, clock=clock)
    seconds = clock() - began
    models = {draft.model for draft in read_drafts(path)}
    by_hand = [alias for alias in guide.aliases if alias.source not in models]
    written = _aliases(drafts)
    progress("checking aliases", 0, 1)
    kept, dropped = keep(written, entries, _entry_views(entries, embedder), embedder=embedder)
    verdict = None
    if kept:
        asked_again = distinct(written, embedder=embedder)
        verdict = judge(asked_again, kept, entries, by_hand=by_hand, first_of=first_of)
    progress("checking aliases", 1, 1)
    used = verdict is not None and verdict.helps
    wanted = [*by_hand, *(kept if used else ())]
    if wanted != list(guide.aliases):
        write_aliases(path, wanted)
    return Expansion(
        guide=guide.path,
        model=llm.name,
        entries=len(entries),
        asked=asked,
        written=len(written),
        kept=len(kept),
        dropped=dropped,
        verdict=verdict,
        used=used,
        seconds=seconds,
    )


def _aliases(drafts: Sequence[Draft]) -> list[Alias]:
    """Return the phrases of drafts as aliases, an entry's kinds in order."""
    return [
        Alias(draft.entry_id, phrase, kind, draft.model, draft.content)
        for draft in drafts
        for kind, phrases in draft.phrases.items()
        for phrase in phrases
    ]


def _entry_views(entries: Sequence[Entry], embedder: Embedder) -> EntryViews:
    """Return the vectors of the entries' own text."""
    import numpy as np

    from ragprep.expand.gate import EntryViews
    from ragprep.ingest.views import views
    from ragprep.types.index import ViewKind

    placed = [(place, view) for place, entry in enumerate(entries) for view in views(entry)]
    vectors = embedder.embed([view.text for _, view in placed], role="passage")
    wholes: list[int] = []
    for row, (place, view) in enumerate(placed):
        if place == len(wholes):  # its first view; without an answer the only one
            wholes.append(row)
        elif view.kind is ViewKind.ENTRY:
            wholes[place] = row
    return EntryViews(
        vectors=vectors,
        owners=np.array([place for place, _ in placed], dtype=np.int64),
        wholes=vectors[wholes],
    )
