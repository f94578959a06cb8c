"""How good the results are: judged queries, metrics, intervals and tests, and their report."""

from __future__ import annotations

from ragprep.evaluation.harness import RetrievalReport, evaluate
from ragprep.evaluation.judgments import read_queries
from ragprep.evaluation.outcomes import check_run, write_run
from ragprep.evaluation.report import tables

__all__ = ["RetrievalReport", "check_run", "evaluate", "read_queries", "tables", "write_run"]
