"""Bars and sparklines."""

from __future__ import annotations

import pytest

from ragprep.cli.charts import bar, sparkline


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0, "··········"),
        (0.001, "█·········"),
        (0.5, "█████·····"),
        (0.999, "█████████·"),
        (1, "██████████"),
    ],
)
def test_a_bar_is_empty_for_nothing_and_full_for_all_alone(share: float, drawn: str):
    assert bar(share, 10) == drawn


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        ([], ""),
        ([0, 0], "··"),
        ([1, 2, 4, 8], "▁▂▄█"),
        ([3], "█"),
        ([0, 1, 100], "·▁█"),
    ],
)
def test_a_sparkline_has_a_column_for_each_count(counts: list[int], drawn: str):
    assert sparkline(counts) == drawn
