"""Progress: what two answers about cats come to, as charts and as tables."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from program import CATS
from shown import step_of, text_of
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.search.placement import placed
from ragprep.web.charts import Known
from ragprep.web.pages.progress import level


@pytest.fixture
def practised(pages: TestClient) -> TestClient:
    """After an answer to q1 that left out fish and milk, rated Hard where Hard was proposed."""
    page = pages.post("/practice", data={"section": "Food"})
    for action, answer in (("answer", "Cats catch mice at night."), ("hard", ""), ("end", "")):
        data = {"step": step_of(page), "action": action, "answer": answer}
        page = pages.post("/practice/session", data=data)
    return pages


def test_without_an_answer_there_is_what_to_begin_with(pages: TestClient):
    page = pages.get("/progress")
    assert page.status_code == 200
    assert "0% known: 0 of 2 entries are answered" in text_of(page)
    assert "Today: meet 2 new." in text_of(page)
    assert "There is none in the last 28 days." in text_of(page)
    assert page.text.count('class="spot spot-new"') == 3  # two entries and the key


def test_an_answer_is_seen_in_every_chart_and_table(practised: TestClient, cats: Prep):
    """Of two sections the first is known as far as its answer went."""
    page = practised.get("/progress")
    share = f"{cats.progress().sections[0].known:.0%}"
    assert share not in ("0%", "100%")
    assert f"Food {share} 1 1 0" in text_of(page)
    assert "1 in the last 28 days, at most 1 a day;" in text_of(page)
    assert {"sections-title", "reviews-title", "due-title", "map-title"} <= set(
        re.findall(r'id="([a-z]+-title)"', page.text)
    )
    assert "Fresh fish q1 1 1" in text_of(page)
    assert "Warm milk q1 1 1" in text_of(page)


def test_answers_in_mock_interviews_are_counted_and_the_page_says_so(practised: TestClient):
    """One of practice and one of an interview are two."""
    page = practised.post("/mock", data={"minutes": "5", "questions": "1", "section": "Sleep"})
    answer = {"step": step_of(page), "action": "answer", "answer": "Fifteen hours a day."}
    practised.post("/mock/interview", data=answer)
    shown = text_of(practised.get("/progress"))
    assert "2 in the last 28 days, at most 2 a day; those in mock interviews" in shown


def test_the_day_of_the_interview_is_set_and_removed(practised: TestClient, cats: Prep):
    """With it there is a forecast, as a chart whose table has a row a day, today first."""
    day = cats.progress().at.date() + timedelta(days=10)
    page = practised.post("/progress/interview", data={"until": day.isoformat(), "action": "set"})
    assert page.url.path == "/progress"
    forecast = cats.progress().forecast
    assert forecast is not None
    assert f"On {day} you know {forecast.known:.0%}" in text_of(page)
    assert f"0 {forecast.path[0]:.0%} {forecast.idle_path[0]:.0%} 1 " in text_of(page)
    assert 'id="forecast-title"' in page.text
    page = practised.post("/progress/interview", data={"action": "remove"})
    assert "Say when the interview is" in text_of(page)
    assert cats.progress().until is None


@pytest.mark.parametrize(
    ("until", "problem"),
    [("soon", '"soon" is no day.'), ("2020-01-01", "The day 2020-01-01 has come.")],
)
def test_a_day_that_cannot_be_is_refused(pages: TestClient, until: str, problem: str):
    page = pages.post("/progress/interview", data={"until": until, "action": "set"})
    assert page.status_code == 422
    assert problem in text_of(page)


def test_the_map_is_made_once_for_an_index(
    pages: TestClient, cats: Prep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The second load takes the places of the first; an entry more makes another map."""
    sizes: list[int] = []

    def counted(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        sizes.append(len(vectors))
        return placed(vectors)

    monkeypatch.setattr("ragprep.search.placement.placed", counted)
    assert pages.get("/progress").text == pages.get("/progress").text
    assert sizes == [2]
    guide = tmp_path / "cats.md"
    guide.write_text(f"{CATS}\n### Q3. Why do cats purr?\n\n**A:** Fresh fish.\n", encoding="utf-8")
    cats.build()
    assert "Why do cats purr?" in text_of(pages.get("/progress"))
    assert sizes == [2, 3]


def test_a_copy_of_the_history_can_be_kept(practised: TestClient):
    """A line each, as `ragprep history export` has them."""
    kept = practised.get("/progress/history.jsonl")
    assert kept.headers["content-disposition"].startswith("attachment; ")
    reviews = [row for row in map(json.loads, kept.text.splitlines()) if row["kind"] == "review"]
    assert [row["said"] for row in reviews] == ["Cats catch mice at night."]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (None, Known.NEW),
        (0.0, Known.POOR),
        (0.39, Known.POOR),
        (0.4, Known.FAIR),
        (0.7, Known.GOOD),
        (1.0, Known.GOOD),
    ],
)
def test_the_map_tells_apart_what_is_known(known: float | None, shown: Known):
    assert level(known) is shown
