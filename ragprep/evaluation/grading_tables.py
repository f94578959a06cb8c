"""A report on grades as rows for tables; pure."""

from __future__ import annotations

from ragprep.evaluation.contradicted import LOW, RightAndWrong
from ragprep.evaluation.grading import KEYS, STATUSES, GradingReport
from ragprep.evaluation.report import Table, cell, figure_cell


def grading_tables(report: GradingReport) -> list[Table]:
    """Return what the terminal shows: agreement, bands, kinds, statuses; where they apply."""
    titles = ("Pearson", "Spearman", "RMSE", "RMSE calibrated", "kappa", "style's Pearson")
    cells = tuple(figure_cell(report.figures.get(key)) for key in KEYS)
    rest = cell(report.style), str(len(report.errors))
    overall = ("overall", str(report.n), *cells, *rest)
    shown = [Table("Agreement", ("", "n", *titles, "errors"), (overall,))]
    shown.append(_right_and_wrong_table(report.right_and_wrong))
    shown += [
        Table(
            title,
            ("", "n", "score", "truth", "error", "bias"),
            tuple(
                (
                    g.name,
                    str(g.n),
                    f"{g.score:.3f}",
                    f"{g.truth:.3f}",
                    f"{g.error:.3f}",
                    f"{g.bias:+.3f}",
                )
                for g in groups
            ),
        )
        for title, groups in (("By people's score", report.bands), ("By kind", report.kinds))
        if groups
    ]
    if report.status_accuracy is not None:
        shown.append(_status_table(report, report.status_accuracy))
    return shown


def _right_and_wrong_table(figures: RightAndWrong) -> Table:
    rows = (
        (
            "right",
            str(figures.n_right),
            cell(figures.right_score),
            cell(figures.right_low),
            cell(figures.right_contradicted),
        ),
        ("wrong", str(figures.n_wrong), cell(figures.wrong_score), "", ""),
    )
    columns = ("", "n", "score", f"below {LOW / 100}", "a point contradicted")
    return Table("Right and wrong answers, by people's score", columns, rows)


def _status_table(report: GradingReport, accuracy: float) -> Table:
    rows = tuple(
        (status.value, *(str(report.confusion[status][scored]) for scored in STATUSES))
        for status in STATUSES
    )
    figures = report.contradicted
    title = (
        f"Statuses, people's by ours ({accuracy:.3f} the same; of contradicted: precision "
        f"{cell(figures.precision) or '-'}, recall {cell(figures.recall) or '-'})"
    )
    return Table(title, ("", *(status.value for status in STATUSES)), rows)
