"""A retrieval report as the JSON object of `--json` and as rows for a table; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ragprep.evaluation.harness import Figure, RetrievalReport, Summary
from ragprep.evaluation.metrics import METRICS

_COVERAGE = ("auroc_unanswerable", "rejected_at_95_kept", "covered_refused", "uncovered_refused")
DIAGRAM_WIDTH = 20
"""Characters for a share of 1 in the reliability diagram."""

_TITLES = {
    "s_at_1": "S@1",
    "r_at_5": "R@5",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "auroc_unanswerable": "AUROC",
    "rejected_at_95_kept": "rejected at 95% kept",
    "covered_refused": "covered refused",
    "uncovered_refused": "uncovered refused",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to show; every cell is text, "" where there is no figure."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: RetrievalReport) -> list[Table]:
    """Return what the terminal shows: ranking, systems, coverage, reliability, where they apply."""
    groups = {"overall": report.overall, **report.by_style}
    shown = [_table(f"Ranking ({report.default})", groups, METRICS)]
    if len(report.systems) > 1:
        shown.append(_arms_table(report))
    if report.overall.n_unanswerable:
        shown.append(_table(f"Coverage ({report.default})", groups, _COVERAGE))
    if report.reliability:
        shown.append(_reliability_table(report))
    return shown


def _table(title: str, groups: Mapping[str, Summary], names: tuple[str, ...]) -> Table:
    """Return a row for each group that has any of the figures, with their intervals."""
    counted = "n_unanswerable" if names is _COVERAGE else "n"
    rows = [
        (
            group,
            str(getattr(summary, counted)),
            *(figure_cell(summary.figures.get(name)) for name in names),
            str(summary.errors),
        )
        for group, summary in groups.items()
        if getattr(summary, counted) or summary.errors
    ]
    columns = ("", "n", *(_TITLES[name] for name in names), "errors")
    return Table(title, columns, tuple(rows))


def _arms_table(report: RetrievalReport) -> Table:
    rows = []
    for name, summary in report.systems.items():
        comparison = report.against_default.get(name)
        rows.append(
            (
                name,
                str(summary.n),
                *(figure_cell(summary.figures.get(metric)) for metric in METRICS),
                f"{comparison.difference['ndcg_at_10']:+.3f}" if comparison else "",
                f"{comparison.p_value['ndcg_at_10']:.4f}" if comparison else "",
                str(summary.errors),
            )
        )
    titles = (_TITLES[metric] for metric in METRICS)
    columns = ("", "n", *titles, f"nDCG@10 against {report.default}", "p", "errors")
    return Table("Systems", columns, tuple(rows))


def _reliability_table(report: RetrievalReport) -> Table:
    """Return the reliability diagram as text: # is how often first hits like these were right."""
    rows = tuple(
        (
            f"{row.low:.1f} to {row.high:.1f}",
            str(row.n),
            f"{row.relevance:.2f}",
            f"{row.relevant:.2f}",
            "#" * round(DIAGRAM_WIDTH * row.relevant),
        )
        for row in report.reliability
    )
    error = report.calibration_error or 0.0
    columns = ("relevance of the first hit", "n", "stated", "right", "")
    return Table(f"Reliability ({report.default}), calibration error {error:.3f}", columns, rows)


def figure_cell(figure: Figure | None) -> str:
    """Return a figure with its interval, "" where there is none."""
    if figure is None:
        return ""
    return f"{figure.value:.3f} [{figure.ci95[0]:.2f}, {figure.ci95[1]:.2f}]"


def cell(value: float | None) -> str:
    """Return a number for a table, "" for None."""
    return "" if value is None else f"{value:.3f}"
