"""Runs a system over judged queries and keeps what it found, as outcomes and as a TREC run."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ragprep.errors import EvaluationError, IndexFault, ModelError, RagprepError
from ragprep.evaluation.judgments import JudgedQuery
from ragprep.evaluation.metrics import relevant_labels
from ragprep.protocols import Progress
from ragprep.types.search import Hit

System = Callable[[str], tuple[Sequence[Hit], bool | None]]
"""One way to search, called as search(query): hits, best first and at least ten where there are
so many, and whether the system says that the guides cover the query (None if it does not say).
AUROC and rejection read the first hit's relevance and need only that it compares between
queries; a system without such a number gives NaN, and has no such figures."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one system made of one query.

    Attributes:
        query: the judged query.
        scored_labels: (label, score) of each hit, best first; empty when it failed.
        relevance: of the first hit; 0 without hits.
        covered: what the system says, None if it does not say.
        error: why it failed, "" if it did not.
    """

    query: JudgedQuery
    scored_labels: tuple[tuple[str, float], ...]
    relevance: float
    covered: bool | None
    error: str = ""

    @property
    def ranking(self) -> tuple[str, ...]:
        """The labels found, best first, in lower case as in `JudgedQuery.gold`."""
        return tuple(label.lower() for label, _ in self.scored_labels)

    @property
    def first_is_relevant(self) -> bool:
        """Whether the first hit answers the query; never so for an unanswerable one."""
        return bool(self.scored_labels) and self.ranking[0] in relevant_labels(self.query.gold)


def run_system(
    name: str, system: System, queries: Sequence[JudgedQuery], progress: Progress | None = None
) -> tuple[Outcome, ...]:
    """Return the outcome of each query, in order; one that fails does not stop the rest.

    Args:
        name: of the system, what `progress` is called with.
        system: how to search.
        queries: to ask it.
        progress: called after each query.

    Raises:
        IndexFault: the index cannot be used.
        ModelError: the model cannot be used.
    """
    outcomes = []
    for done, query in enumerate(queries, start=1):
        outcomes.append(ask(system, query))
        if progress is not None:
            progress(name, done, len(queries))
    return tuple(outcomes)


def ask(system: System, query: JudgedQuery) -> Outcome:
    """Return what a system makes of one query; one that fails is an outcome with an error.

    Raises:
        IndexFault: the index cannot be used.
        ModelError: the model cannot be used.
    """
    try:
        hits, covered = system(query.query)
        ranking = tuple((hit.entry.label, float(hit.score)) for hit in hits)
        assert len({label.lower() for label, _ in ranking}) == len(ranking), "found an entry twice"
        return Outcome(query, ranking, float(hits[0].relevance) if hits else 0.0, covered)
    except (IndexFault, ModelError):
        raise  # not this query's fault, and the next would meet it too
    except RagprepError as exc:
        return Outcome(query, (), 0.0, None, f"{exc} ({exc.remedy})")
    except Exception as exc:  # noqa: BLE001 - reported in a column of its own, never swallowed
        return Outcome(query, (), 0.0, None, f"{type(exc).__name__}: {exc}")


def write_run(path: Path, outcomes: Sequence[Outcome], *, tag: str) -> None:
    """Write a TREC run (`qid Q0 docid rank score tag`), whole or not at all.

    White space in an id is percent-encoded. Tools that order by score may order ties anew.

    Raises:
        EvaluationError: the file cannot be written.
    """
    lines = [
        f"{_word(outcome.query.id)} Q0 {_word(label)} {rank} {score!r} {_word(tag)}\n"
        for outcome in outcomes
        for rank, (label, score) in enumerate(outcome.scored_labels, start=1)
    ]
    with _unfinished(path) as unfinished:
        unfinished.write_text("".join(lines), encoding="utf-8", newline="\n")
        unfinished.replace(path)


def check_run(path: Path) -> None:
    """See that a run can be written to `path`, before anything is measured for it.

    Raises:
        EvaluationError: it cannot.
    """
    with _unfinished(path) as unfinished:
        unfinished.touch()
        if path.is_dir():
            raise IsADirectoryError("it is a folder")


@contextlib.contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Give a temporary file in the folder of `path` to write first; it is gone afterwards."""
    unfinished = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        yield unfinished
    except OSError as exc:
        raise EvaluationError(
            f"{path}: cannot be written ({exc.strerror or exc})",
            remedy="Name a file in a folder that exists and can be written to.",
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _word(text: str) -> str:
    """Return `text` as one field of a line."""
    return re.sub(r"\s", lambda match: quote(match[0]), text)
