"""How far a person has come, as it is shown: in 80 columns, as a picture, as JSON."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ragprep.cli import picture, render, standing
from ragprep.types.practice import EntryState, Rating, Review
from ragprep.types.progress import (
    DueEntry,
    Forecast,
    MissedPoint,
    Proposals,
    SectionProgress,
    Standing,
)
from ragprep.wire import standing as wire

GOLDEN = Path(__file__).parent.parent / "golden"
REWRITE = bool(os.environ.get("RAGPREP_REWRITE"))
TODAY = date(2026, 11, 28)
SHOWN = Standing(
    at=datetime(2026, 11, 28, 12, tzinfo=UTC),
    overall=SectionProgress("", 100, 62, 0.54, 15),
    sections=(
        SectionProgress("Machine Learning Fundamentals", 40, 30, 0.62, 12),
        SectionProgress("Deep Learning > Networks with convolutions", 40, 30, 0.8, 0),
        SectionProgress("Statistics", 20, 2, 0.04, 3),
    ),
    missed=(
        MissedPoint("q12", "Variance rises with the complexity of the model", 3, 4),
        MissedPoint("q3", "Dropout switches units off at random", 1, 4),
    ),
    reviews=(0, 0, 1, 5, 6, 0, 0, 12, 3, 4, 1, 0, 2, 0, 0, 0, 1, 5, 6, 0, 0, 9, 3, 4, 1, 0, 2, 8),
    due=(15, 3, 2, 0, 1, 0, 0, 7, 1, 0, 0, 0, 3, 1),
    new=3,
    proposals=Proposals(given=83, lowered=4, raised=2),
    forecast=Forecast(date(2026, 12, 20), 5, known=0.81, low=0.76, high=0.86, idle=0.31),
)
DUE = (
    DueEntry("q3", "What is dropout?", date(2026, 11, 20), 0.62),
    DueEntry("q12", "What is the bias-variance tradeoff?", TODAY, 0.9),
    DueEntry("q4", "What is a p-value?", date(2026, 12, 1), 0.97),
)
REVIEW = Review(
    *("1", datetime(2026, 11, 20, 9, tzinfo=UTC), date(2026, 11, 20), "id3", "What is dropout?"),
    *("hash", "noise", (), 55, 0.8),
    proposed=Rating.HARD,
    rating=Rating.AGAIN,
)
REVIEWS = (
    ("q3", REVIEW),
    ("q3", replace(REVIEW, id="2", day=TODAY, score=81, proposed=Rating.GOOD, rating=Rating.GOOD)),
    ("q12", replace(REVIEW, id="3", day=TODAY, score=20, proposed=None, rating=None)),
)
STATE = EntryState("id3", 12.3, 5.0, date(2026, 11, 20), TODAY, 2, 1, 81)


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if REWRITE:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("progress", lambda: standing.progress(SHOWN)),
        ("due", lambda: standing.due(DUE, 3, TODAY)),
        ("history", lambda: standing.history(REVIEWS, None)),
    ],
)
def test_it_reads_in_80_columns_without_colour(name: str, lines, capsys):
    render.show(lines())
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    golden(f"{name}.txt", text)


def test_the_picture():
    """A bar a section, and the text of each as text."""
    golden("progress.svg", picture.progress(SHOWN))


def test_a_picture_is_xml_whatever_a_section_is_called():
    section = SectionProgress('<script>"&', 1, 0, 0.0, 0)
    root = ET.fromstring(picture.progress(replace(SHOWN, sections=(section,))))
    assert '<script>"&' in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_one_section_is_all_there_is(capsys):
    render.show(standing.progress(replace(SHOWN, sections=SHOWN.sections[:1])))
    assert "\nAll " not in capsys.readouterr().out


def test_nothing_was_done_yet(capsys):
    """No entry is due, none missed, and no rating proposed."""
    section = SectionProgress("S", 1, 0, 0.0, 0)
    empty = Standing(SHOWN.at, section, (section,), (), (0,), (0,), 1, Proposals(0, 0, 0))
    render.show(
        [*standing.progress(empty), *standing.due((), 0, TODAY), *standing.history((), None)]
    )
    text = capsys.readouterr().out
    assert "Today: meet 1 new." in text
    assert "Today: nothing is due." in text
    assert "Nothing was answered yet" in text
    assert "missed" not in text


def test_the_memory_of_an_entry(capsys):
    render.show(standing.history(REVIEWS[:2], STATE))
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Answered 2 times, 1 of them Again. After 12 days without practice it is recalled with 90%."
    )


def test_json():
    """Days and times as ISO 8601 has them, ratings as words."""
    shown = json.loads(json.dumps(wire.progress(SHOWN)))
    assert shown["forecast"]["until"] == "2026-12-20"
    assert shown["sections"][2]["tried"] == 2
    assert wire.progress(replace(SHOWN, forecast=None))["forecast"] is None
    assert json.loads(json.dumps(wire.due(DUE, 3)))["entries"][0]["day"] == "2026-11-20"
    reviews = json.loads(json.dumps(wire.history(REVIEWS, STATE)))
    assert [r["rating"] for r in reviews["reviews"]] == ["again", "good", None]
    assert reviews["state"]["last"] == "2026-11-28"
