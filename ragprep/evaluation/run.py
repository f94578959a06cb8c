"""Measuring what ragprep does: judged queries, related entries, answers and grades.

Each function runs the stage that it measures over one snapshot; `Prep` has a method for each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import EvaluationError
from ragprep.grade.grader import graded, graded_by_reference, rubric_of
from ragprep.llm.writer import Writer
from ragprep.protocols import SILENT
from ragprep.search.find import retriever_of, row_of, search, sides
from ragprep.search.query import clean_query
from ragprep.types.answer import Answer
from ragprep.types.grade import Grade
from ragprep.types.guide import Entry
from ragprep.types.search import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.evaluation.answers import AnswersReport
    from ragprep.evaluation.graded import GradedAnswer
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import RetrievalReport, Summary
    from ragprep.evaluation.judgments import JudgedQuery
    from ragprep.evaluation.outcomes import Outcome
    from ragprep.evaluation.pairs import PairsReport
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.evaluation.wording import WordingReport
    from ragprep.index.models import Models
    from ragprep.index.snapshot import Snapshot
    from ragprep.index.store import StoredIndex
    from ragprep.protocols import LLM, Reporter


def retrieval(snapshot: Snapshot, queries: Path | None) -> RetrievalReport:
    """Measure retrieval on judged queries, the shipped test queries when None."""
    from ragprep.evaluation import read_queries

    labels = [entry.label for entry in snapshot.index.entries]
    return _measured(
        snapshot, read_queries(queries or _shipped("retrieval.test.jsonl"), labels=labels)
    )


def left_out(snapshot: Snapshot, queries: Path | None) -> RetrievalReport:
    """Measure coverage by taking entries away: of judged queries, of the guides' own when None."""
    from ragprep.evaluation import read_queries
    from ragprep.evaluation.harness import summarise
    from ragprep.evaluation.leave_out import aliases_in, twice, unlabelled
    from ragprep.evaluation.outcomes import ask

    if queries is None:
        aliases = aliases_in(snapshot.index)
        snapshot = replace(snapshot, index=_with_copies(snapshot))
        cases = unlabelled(snapshot.index, aliases)
    else:
        labels = [entry.label for entry in snapshot.index.entries]
        cases = twice(read_queries(queries, labels=labels), snapshot.index)
    retriever = retriever_of(snapshot)
    outcomes = []
    for done, case in enumerate(cases, start=1):

        def run(query: str, within: Collection[str] = case.within) -> tuple[list[Hit], bool]:
            hits = retriever.search(clean_query(query), 10, within=within)
            return hits, retriever.covers(hits)

        outcomes.append(ask(run, case.query))
        snapshot.reporter.progress("leaving out", done, len(cases))
    report = summarise({"fused": tuple(outcomes)}, default="fused")
    return replace(report, by_style=_each_by_itself(outcomes))


def corpus(
    models: Models, folder: Path, queries: Path | None, reporter: Reporter
) -> RetrievalReport:
    """Measure retrieval on a corpus in BEIR layout."""
    from ragprep.evaluation.beir import as_entries, read_beir
    from ragprep.evaluation.metrics import require_measures
    from ragprep.index.snapshot import Snapshot
    from ragprep.index.temporary import build_temporary

    require_measures()  # before an hour of embedding
    documents, judged = read_beir(folder, queries=queries)
    index = build_temporary(
        as_entries(documents, corpus=folder.resolve().name),
        info=models.info(reporter),
        embedder=models.embedder(reporter),
        aliases={},
        progress=reporter.progress,
    )
    return _measured(Snapshot(index, models, reporter), judged)


def related(snapshot: Snapshot, judgments: Path | None) -> RelatedReport:
    """Measure related entries on judged ones, the shipped ones when None."""
    from ragprep.evaluation.relations import evaluate_related, read_related
    from ragprep.search.relate import relate, relate_by_whole

    judged = read_related(
        judgments or _shipped("related.jsonl"),
        labels=[entry.label for entry in snapshot.index.entries],
    )
    systems = {
        "related": lambda ref: relate(*sides(snapshot, ref), 10),
        "whole": lambda ref: relate_by_whole(*sides(snapshot, ref), 10),
    }
    progress = snapshot.reporter.progress
    return evaluate_related(systems, judged, default="related", progress=progress)


def answers(
    snapshot: Snapshot, checks: Path | None, *, writers: Sequence[LLM], limit: int | None
) -> AnswersReport:
    """Measure the extractive answers, and those of each writer, on the shipped checks when None."""
    from ragprep.answer.respond import respond
    from ragprep.answer.verify import Guidebook
    from ragprep.evaluation.answers import evaluate_answers, read_checks, spread

    index = snapshot.index
    labels = {entry.label: entry for entry in index.entries}
    chosen = read_checks(checks or _shipped("answers.test.jsonl"), labels=labels)
    book = Guidebook(
        {entry.label: (entry, index.points(row)) for row, entry in enumerate(index.entries)}
    )

    def answer(writer: Writer, question: str, on_text: Callable[[str], None] | None) -> Answer:
        return respond(quiet, clean_query(question), writer, on_text)

    quiet = replace(snapshot, reporter=SILENT)  # the progress is that over the checks
    systems = {"extractive": partial(answer, Writer())}
    for model in writers:  # two may have one name, at two servers
        same = sum(name.partition(" #")[0] == model.name for name in systems)
        systems[f"{model.name} #{same + 1}" if same else model.name] = partial(
            answer, Writer(llm=model)
        )
    search(snapshot, chosen[0].query, 1)  # loading is not part of an answer's time
    return evaluate_answers(
        systems,
        spread(chosen, limit),
        supported=book.supports,
        verbatim=book.quotes_rightly,
        progress=snapshot.reporter.progress,
    )


def grading(snapshot: Snapshot, file: Path | None, calibrate: Path | None) -> GradingReport:
    """Measure grades on graded answers, the shipped ones when None.

    With `calibrate` the line that fits the answers in that file is applied to all scores.
    """
    from ragprep.evaluation.grading import calibrated, evaluate_grading

    grade: Callable[[Entry | None, str, str], Grade] = partial(_graded, snapshot)
    tell = snapshot.reporter.progress
    if calibrate is not None:
        fit = evaluate_grading(_answers(snapshot, calibrate), grade, progress=tell)
        grade = calibrated(grade, fit.slope, fit.intercept)
    return evaluate_grading(_answers(snapshot, file), grade, progress=tell)


def pairs(snapshot: Snapshot, file: Path | None) -> PairsReport:
    """Measure whether grades tell true from false statements, the shipped pairs when None."""
    from ragprep.evaluation.pairs import evaluate_pairs, read_pairs

    known = partial(row_of, snapshot.index)
    read = read_pairs(file or _shipped("pairs.jsonl"), known=known)
    grade = partial(_graded, snapshot, None)
    return evaluate_pairs(read, grade, progress=snapshot.reporter.progress)


def rotated(snapshot: Snapshot) -> PairsReport:
    """Measure whether grades tell the entries' own points from those with their names rotated."""
    from ragprep.evaluation.pairs import evaluate_pairs, rotated_pairs

    index = snapshot.index
    pairs = rotated_pairs((entry, index.points(row)) for row, entry in enumerate(index.entries))
    grade = partial(_graded, snapshot, None)
    return evaluate_pairs(pairs, grade, progress=snapshot.reporter.progress)


def wording(snapshot: Snapshot, file: Path | None, limit: int | None) -> WordingReport:
    """Measure how far grades move with the wording of answers, the shipped ones when None."""
    from ragprep.evaluation.answers import spread
    from ragprep.evaluation.wording import evaluate_wording

    def grade(answer: GradedAnswer, text: str) -> Grade:
        return _graded(snapshot, answer.entry, answer.ref, text)

    answers = spread(_answers(snapshot, file, "grading.short.jsonl"), limit)
    return evaluate_wording(answers, grade, progress=snapshot.reporter.progress)


def _answers(
    snapshot: Snapshot, file: Path | None, shipped: str = "grading.test.jsonl"
) -> list[GradedAnswer]:
    from ragprep.evaluation.graded import read_answers

    return read_answers(
        file or _shipped(shipped),
        points_of=lambda ref: [p.point.text for p in rubric_of(snapshot.index, ref).points],
    )


def _graded(snapshot: Snapshot, entry: Entry | None, ref: str, answer: str) -> Grade:
    """Return the grade of an answer to an entry of the index, or to one that no guide has."""
    if entry is not None:
        return graded_by_reference(snapshot, entry, answer)
    return graded(snapshot, snapshot.index.entry(row_of(snapshot.index, ref)), answer)


def _measured(snapshot: Snapshot, judged: Sequence[JudgedQuery]) -> RetrievalReport:
    from ragprep.evaluation import evaluate
    from ragprep.search.fuse import SYSTEMS

    vectors: dict[str, NDArray[np.float32]] = {}

    def system(weights: Mapping[str, float] | None) -> Callable[[str], tuple[list[Hit], bool]]:
        retriever = retriever_of(snapshot, weights)

        def run(query: str) -> tuple[list[Hit], bool]:
            text = clean_query(query)
            if text not in vectors:
                vectors[text] = snapshot.embed_query(text)
            hits = retriever.rank(retriever.gather(text, vector=vectors[text]), 10)
            return hits, retriever.covers(hits)

        return run

    systems = {"fused": system(None)} | {name: system(weights) for name, weights in SYSTEMS.items()}
    return evaluate(systems, judged, default="fused", progress=snapshot.reporter.progress)


def _each_by_itself(outcomes: Sequence[Outcome]) -> dict[str, Summary]:
    """Return style -> its figures, its uncovered queries compared with its own covered ones."""
    from ragprep.evaluation.harness import summarise

    styles: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        styles.setdefault(outcome.query.style, []).append(outcome)
    return {
        style: summarise({style: tuple(of_style)}, default=style).overall
        for style, of_style in styles.items()
        if style
    }


def _with_copies(snapshot: Snapshot) -> StoredIndex:
    """Return an index of the same entries without aliases, and of their copies."""
    from ragprep.evaluation.leave_out import with_copies
    from ragprep.index.temporary import build_temporary

    return build_temporary(
        with_copies(snapshot.index.entries),
        info=snapshot.models.info(snapshot.reporter),
        embedder=snapshot.models.embedder(snapshot.reporter),
        aliases={},
        progress=snapshot.reporter.progress,
    )


def _shipped(name: str) -> Path:
    path = Path(__file__).resolve().parents[2] / "eval" / name
    if not path.is_file():
        raise EvaluationError(
            f"The evaluation file {name} is not installed with the package.",
            remedy="Give a file of your own, or install the checkout with `pip install -e .`.",
        )
    return path
