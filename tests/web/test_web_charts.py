"""Charts as SVG, with figures that can be worked out: a plot is 320 wide and 100 high."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from ragprep.web.charts import Curve, Figure, Known, Spot, bars, columns, curves, key, places

FIGURE = Figure("days", "Reviews by day", "5 reviews.")
SVG = re.compile(r"^<svg ")


def parsed(chart: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(SVG.sub('<svg xmlns="http://www.w3.org/2000/svg" ', chart))


def shapes(chart: Markup, name: str) -> list[ElementTree.Element]:
    """The elements of a class."""
    return [e for e in parsed(chart).iter() if name in e.get("class", "").split()]


def test_the_largest_count_is_as_high_as_the_plot():
    """Of 0, 1 and 2: none, half, all of 100; each has a third of 320, a fifth of that free."""
    drawn = shapes(columns(FIGURE, [("Mon", 0), ("Tue", 1), ("Wed", 2)]), "chart-bar")
    assert [(bar.get("height"), bar.get("y"), bar.get("width")) for bar in drawn] == [
        ("50", "50", "85.33"),
        ("100", "0", "85.33"),
    ]
    assert [bar[0].text for bar in drawn] == ["Tue: 1", "Wed: 2"]


def test_days_without_anything_have_no_column():
    assert shapes(columns(FIGURE, [("Mon", 0), ("Tue", 0)]), "chart-bar") == []


def test_a_bar_is_as_long_as_its_share():
    """A quarter of 320 is 80; the second row begins 26 lower."""
    drawn = shapes(bars(FIGURE, [("Trees", 0.25), ("Graphs", 1.0)]), "chart-bar")
    assert [(bar.get("width"), bar.get("y")) for bar in drawn] == [("80", "17"), ("320", "43")]


def test_a_long_name_is_cut_in_the_chart():
    [name, _] = shapes(bars(FIGURE, [("x" * 50, 0.5)]), "chart-text")
    assert name.text == "x" * 43 + "…"


def test_a_curve_goes_from_left_to_right_and_up_to_one():
    """0, a half, all: at the foot (100), in the middle (50), at the top (0)."""
    chart = curves(
        FIGURE,
        [Curve("practised", (0, 0.5, 1)), Curve("idle", (0.5, 0.25))],
        ends=("today", "2026-12-20"),
        interval=(0.6, 1.0),
    )
    [practised, idle] = shapes(chart, "chart-curve")
    assert practised.get("points") == "0,100 160,50 320,0"
    assert idle.get("points") == "0,50 320,75"
    assert practised[0].text == "practised: 100% on 2026-12-20"
    [interval] = shapes(chart, "chart-interval")
    assert (interval.get("d"), interval[0].text) == ("M319 40V0", "60% to 100% on 2026-12-20")


def test_a_map_has_its_origin_at_the_lower_left():
    """300 wide, eight of them free at each side; what is not known at all looks otherwise."""
    spots = [(0, 0, Known.POOR), (1, 1, Known.FAIR), (0.5, 0, Known.NEW)]
    chart = places(FIGURE, [Spot(x, y, "q1", known) for x, y, known in spots])
    [poor, fair, new] = shapes(chart, "spot")
    assert poor.get("d") == "M4 296L8 288L12 296Z"
    assert fair.get("d") == "M288 4H296V12H288Z"
    assert new.get("d") == "M146 292A4 4 0 1 0 154 292A4 4 0 1 0 146 292Z"
    assert [spot.get("class") for spot in (poor, fair, new)] == [
        *("spot spot-poor", "spot spot-fair", "spot spot-new")
    ]


@pytest.mark.parametrize(
    "chart",
    [
        columns(FIGURE, [("<b>", 1)]),
        bars(FIGURE, [("<b>", 1.0)]),
        curves(FIGURE, [Curve("idle", (0, 1))], ends=("<b>", "&")),
        places(FIGURE, [Spot(0, 0, "<b>", Known.GOOD)]),
    ],
)
def test_a_chart_says_what_it_is_and_brings_no_markup_or_style(chart: Markup):
    """Names come from guides; the pages' security policy forbids style attributes."""
    svg = parsed(chart)
    title, desc = svg[0], svg[1]
    assert (title.text, desc.text) == ("Reviews by day", "5 reviews.")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert not [e for e in svg.iter() if "style" in e.attrib or e.tag.endswith("}b")]
    assert "<b>" in "".join(svg.itertext())


def test_the_key_shows_each_spot_and_says_nothing_itself():
    """The words stand beside it."""
    [spot] = shapes(key(Known.GOOD), "spot-good")
    assert spot.get("d") == "M2 6A4 4 0 1 0 10 6A4 4 0 1 0 2 6Z"
    assert parsed(key(Known.GOOD)).get("aria-hidden") == "true"
