"""The commands of `ragprep eval`: each calls `Prep` and hands the figures to render."""

from __future__ import annotations

import typer

from ragprep import wire
from ragprep.cli import render
from ragprep.cli.opening import opened
from ragprep.cli.options import (
    Answers,
    AsJson,
    Calibrate,
    Checks,
    Corpus,
    Home,
    Judgments,
    LeaveOut,
    Limit,
    LLMModel,
    Pairs,
    Queries,
    Rotated,
    RunOut,
    Writers,
)

measuring = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@measuring.command()
def retrieval(
    queries: Queries = None,
    corpus: Corpus = None,
    leave_out: LeaveOut = False,
    run_out: RunOut = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Measure search on judged queries, and compare the ways to search.

    Example: ragprep eval retrieval --queries queries.jsonl --run-out run.txt
    """
    from ragprep.evaluation import check_run, tables, write_run

    if run_out is not None:
        check_run(run_out)
    if corpus and leave_out:
        raise typer.BadParameter("--leave-out measures the index, and --corpus another corpus.")
    with opened(home) as prep:
        if corpus:
            report = prep.evaluate_corpus(corpus, queries)
        else:
            report = prep.evaluate_left_out(queries) if leave_out else prep.evaluate(queries)
    if run_out is not None:
        write_run(run_out, report.runs[report.default], tag="ragprep")
    if as_json:
        render.show_json(wire.retrieval_report(report))
    else:
        render.show_tables(tables(report))


@measuring.command("related")
def related_entries(
    judgments: Judgments = None, as_json: AsJson = False, home: Home = None
) -> None:
    """Measure `ragprep related` on judged entries, against the cosine of whole entries.

    Example: ragprep eval related
    """
    from ragprep.evaluation.relations import related_tables

    with opened(home) as prep:
        report = prep.evaluate_related(judgments)
    if as_json:
        render.show_json(wire.related_report(report))
    else:
        render.show_tables(related_tables(report))


@measuring.command()
def answers(
    checks: Checks = None,
    llm: Writers = None,
    model: LLMModel = None,
    limit: Limit = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Measure answers on checks: facts, wrong claims, citations, refusals, time.

    The extractive answer and each given writer stand side by side.

    Example: ragprep eval answers --llm ollama --limit 20
    """
    from ragprep.evaluation.answers import answers_tables

    with opened(home, llm_model=model) as prep:
        report = prep.evaluate_answers(checks, writers=llm or (), limit=limit)
    if as_json:
        render.show_json(wire.answers_report(report))
    else:
        render.show_tables(answers_tables(report))


@measuring.command()
def grading(
    answers: Answers = None,
    calibrate: Calibrate = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Measure grades on answers that people graded.

    Example: ragprep eval grading --answers answers.jsonl
    """
    from ragprep.evaluation.grading_tables import grading_tables

    with opened(home) as prep:
        report = prep.evaluate_grading(answers, calibrate=calibrate)
    if as_json:
        render.show_json(wire.grading_report(report))
    else:
        render.show_tables(grading_tables(report))


@measuring.command("pairs")
def minimal_pairs(
    pairs: Pairs = None, rotated: Rotated = False, as_json: AsJson = False, home: Home = None
) -> None:
    """Measure whether grades tell a true statement from a false one in the same words.

    Example: ragprep eval pairs --pairs pairs.jsonl
    """
    from ragprep.evaluation.pairs import pairs_tables

    if pairs and rotated:
        raise typer.BadParameter("--rotated makes pairs of the guides, and --pairs reads them.")
    with opened(home) as prep:
        report = prep.evaluate_rotated() if rotated else prep.evaluate_pairs(pairs)
    if as_json:
        render.show_json(wire.pairs_report(report))
    else:
        render.show_tables(pairs_tables(report))


@measuring.command()
def wording(
    answers: Answers = None, limit: Limit = None, as_json: AsJson = False, home: Home = None
) -> None:
    """Measure how far grades move when only the wording of answers does.

    Case, punctuation, typos and dictation; the same answer is always reworded in the same way.

    Example: ragprep eval wording --limit 50
    """
    from ragprep.evaluation.wording import wording_tables

    with opened(home) as prep:
        report = prep.evaluate_wording(answers, limit=limit)
    if as_json:
        render.show_json(wire.wording_report(report))
    else:
        render.show_tables(wording_tables(report))
