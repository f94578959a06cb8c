"""Measuring what ragprep does: judged queries, related entries, answers and grades.

Each function joins the stage it measures with `measure`; `Prep` has a method for each.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import EvaluationError
from ragprep.grade.grader import Grader
from ragprep.search.finder import Finder
from ragprep.search.query import clean_query
from ragprep.types.answer import Answer
from ragprep.types.grade import Grade
from ragprep.types.guide import Entry
from ragprep.types.search import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.evaluation.answers import AnswersReport
    from ragprep.evaluation.grading import GradingReport
    from ragprep.evaluation.harness import RetrievalReport
    from ragprep.evaluation.judgments import JudgedQuery
    from ragprep.evaluation.relations import RelatedReport
    from ragprep.index.store import StoredIndex
    from ragprep.protocols import LLM, Progress

Answering = Callable[["LLM | None", str, "Callable[[str], None] | None"], Answer]
"""Answers a question by a writer, or extractively when None, and tells each piece."""


def retrieval(finder: Finder, queries: Path | None, progress: Progress) -> RetrievalReport:
    """See `Prep.evaluate`."""
    from ragprep.evaluation import read_queries

    index, _ = finder.engine.ready()
    judged = read_queries(
        queries or _shipped("retrieval.test.jsonl"), labels=[entry.label for entry in index.entries]
    )
    return _measured(finder, index, judged, progress)


def corpus(
    finder: Finder, folder: Path, queries: Path | None, progress: Progress
) -> RetrievalReport:
    """See `Prep.evaluate_corpus`."""
    from ragprep.evaluation.beir import as_entries, read_beir

    documents, judged = read_beir(folder, queries=queries)
    with tempfile.TemporaryDirectory(prefix="ragprep-") as home:
        index = finder.engine.build_temporary(
            Path(home), as_entries(documents, corpus=folder.resolve().name)
        )
    return _measured(finder, index, judged, progress)


def related(finder: Finder, judgments: Path | None, progress: Progress) -> RelatedReport:
    """See `Prep.evaluate_related`."""
    from ragprep.evaluation.relations import evaluate_related, read_related
    from ragprep.search.relate import relate, relate_by_whole

    index = finder.engine.index()
    judged = read_related(
        judgments or _shipped("related.jsonl"), labels=[entry.label for entry in index.entries]
    )
    systems = {
        "related": lambda ref: relate(*finder.sides(ref), 10),
        "whole": lambda ref: relate_by_whole(*finder.sides(ref), 10),
    }
    return evaluate_related(systems, judged, default="related", progress=progress)


def answers(
    finder: Finder,
    answering: Answering,
    checks: Path | None,
    *,
    writers: Sequence[LLM],
    limit: int | None,
    progress: Progress,
) -> AnswersReport:
    """See `Prep.evaluate_answers`."""
    from ragprep.answer.verify import Guidebook
    from ragprep.evaluation.answers import evaluate_answers, read_checks, spread

    index, _ = finder.engine.ready()
    labels = {entry.label: entry for entry in index.entries}
    chosen = read_checks(checks or _shipped("answers.test.jsonl"), labels=labels)
    book = Guidebook({label: (e, finder.points(e.id)) for label, e in labels.items()})
    systems = {"extractive": partial(answering, None)}
    for model in writers:  # two may have one name, at two servers
        same = sum(name.partition(" #")[0] == model.name for name in systems)
        systems[f"{model.name} #{same + 1}" if same else model.name] = partial(answering, model)
    finder.search(chosen[0].query, 1)  # loading is not part of an answer's time
    return evaluate_answers(
        systems,
        spread(chosen, limit),
        supported=book.supports,
        verbatim=book.quotes_rightly,
        progress=progress,
    )


def grading(
    grader: Grader, finder: Finder, given: Path | None, progress: Progress
) -> GradingReport:
    """See `Prep.evaluate_grading`."""
    from ragprep.evaluation.graded import read_answers
    from ragprep.evaluation.grading import evaluate_grading

    path = given or _shipped("grading.test.jsonl")
    judged = read_answers(
        path, points_of=lambda ref: [p.point.text for p in grader.rubric(ref).points]
    )

    def graded(entry: Entry | None, ref: str, answer: str) -> Grade:
        if entry is None:
            return grader.graded(finder.entry(ref), answer)
        return grader.graded_by_reference(entry, answer)

    return evaluate_grading(judged, graded, progress=progress)


def _measured(
    finder: Finder, index: StoredIndex, judged: Sequence[JudgedQuery], progress: Progress
) -> RetrievalReport:
    from ragprep.evaluation import evaluate
    from ragprep.search.fuse import SYSTEMS

    vectors: dict[str, NDArray[np.float32]] = {}

    def system(weights: Mapping[str, float] | None) -> Callable[[str], tuple[list[Hit], bool]]:
        retriever = finder.retriever(weights, index)

        def run(query: str) -> tuple[list[Hit], bool]:
            text = clean_query(query)
            if text not in vectors:
                vectors[text] = finder.embed(text)
            hits = retriever.rank(text, retriever.gather(text, vector=vectors[text]), 10)
            return hits, retriever.covers(hits)

        return run

    systems = {"fused": system(None)} | {name: system(weights) for name, weights in SYSTEMS.items()}
    return evaluate(systems, judged, default="fused", progress=progress)


def _shipped(name: str) -> Path:
    path = Path(__file__).resolve().parents[2] / "eval" / name
    if not path.is_file():
        raise EvaluationError(
            f"The evaluation file {name} is not installed with the package.",
            remedy="Give a file of your own, or run it in a checkout.",
        )
    return path
