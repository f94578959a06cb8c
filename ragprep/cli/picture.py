"""How far a person has come as a picture (SVG): no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.cli.charts import cut
from ragprep.errors import ExportError
from ragprep.files import write_whole

if TYPE_CHECKING:
    from ragprep.types.progress import SectionProgress, Standing

_WIDTH, _ROW, _CHART, _LEFT, _BAR = 720, 24, 80, 260, 380
"""Pixels: the picture, a row, the height of a chart of days, where bars begin, a full bar."""


def progress(shown: Standing) -> str:
    """Return a bar for each section, and a column for each day of answers and of entries due."""
    parts: list[str] = []
    y = _ROW
    for section in [*shown.sections, *([shown.overall] if len(shown.sections) != 1 else [])]:
        parts += _section(section, y)
        y += _ROW
    for name, counts in (
        (f"Answers, the last {len(shown.reviews)} days", shown.reviews),
        (f"Due, the next {len(shown.due)} days", shown.due),
    ):
        y += _ROW + _CHART
        parts += [_text(16, y - _CHART / 2, name), *_columns(counts, y)]
    title = f"Known on {shown.at:%Y-%m-%d}: {shown.overall.known:.0%}"
    height = y + _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" role="img">\n<title>{title}</title>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def write(path: Path, svg: str) -> None:
    """Write a picture whole or not at all.

    Raises:
        ExportError: the file cannot be written.
    """
    try:
        write_whole(path, svg.encode())
    except OSError as exc:
        raise ExportError(
            f"{path} cannot be written: {exc.strerror or exc}.",
            remedy="Name a file in a folder that is writable and has room.",
        ) from exc


def _section(section: SectionProgress, y: int) -> Iterator[str]:
    name = section.name or "All"
    yield _text(16, y + 13, cut(name, 34))
    yield _rect(_LEFT, y, _BAR, 16, "#e4e7eb")
    yield _rect(_LEFT, y, round(_BAR * section.known, 1), 16, "#2f7d5b")
    yield _text(_LEFT + _BAR + 8, y + 13, f"{section.known:.0%}")


def _columns(counts: Sequence[int], y: float) -> Iterator[str]:
    """Draw columns that stand on `y`, the highest with its number."""
    most, step = max(counts, default=0), _BAR / max(len(counts), 1)
    for day, count in enumerate(counts):
        height = round(_CHART * 0.8 * count / max(most, 1), 1)
        yield _rect(
            round(_LEFT + day * step, 1), y - height, round(step * 0.8, 1), height, "#2f5d7d"
        )
        if count == most > 0 and most not in counts[:day]:
            yield _text(round(_LEFT + day * step, 1), y - height - 4, f"{count}")
    yield _rect(_LEFT, y, _BAR, 1, "#52606d")


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="#1f2933">{escape(text)}</text>'
