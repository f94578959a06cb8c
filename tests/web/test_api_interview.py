"""Mock interviews over the API, and the day of the real one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from fake_memory import Clock
from fastapi import FastAPI
from starlette.testclient import TestClient
from test_api import V1, problem

from ragprep import Prep
from ragprep.web.api import interviewing

SLEEP = "Fifteen hours a day."


def begun(api: TestClient, **about: object) -> tuple[str, dict[str, object]]:
    """Return where a new interview is, and its first question."""
    response = api.post(f"{V1}/mock", json={"section": "Sleep"} | about)
    assert response.status_code == 201
    return response.headers["location"], response.json()


def test_the_last_answer_returns_the_report(api: TestClient) -> None:
    """It is graded and kept only then, and the report is there until it is forgotten."""
    place, question = begun(api)
    assert (question["number"], question["of"], question["entry"]) == (1, 1, "q2")
    assert 1790 <= question["seconds"] <= 1800  # all of the 30 minutes
    assert api.get(f"{V1}/history").json()["reviews"] == []
    report = api.post(f"{place}/answer", json={"answer": SLEEP}).json()
    assert (report["score"], report["answers"][0]["said"]) == (100, SLEEP)
    assert api.get(place).json() == api.post(f"{place}/finish").json() == report
    assert len(api.get(f"{V1}/history").json()["reviews"]) == 1
    assert api.delete(place).status_code == 204
    assert problem(api.get(place))[0] == 404
    assert len(api.get(f"{V1}/history").json()["reviews"]) == 1


def test_a_question_is_passed_over_and_the_interview_ended(api: TestClient) -> None:
    """The other entry was not asked, and no step is taken any more."""
    place, first = begun(api, section=None, questions=2)
    second = api.post(f"{place}/answer", json={"answer": " "}).json()
    assert (second["number"], second["of"]) == (2, 2)
    report = api.post(f"{place}/finish").json()
    assert [answer["entry"] for answer in report["answers"]] == [first["entry"]]
    assert [entry["label"] for entry in report["not_asked"]] == [second["entry"]]
    assert (report["score"], report["answers"][0]["grade"]) == (0, None)
    refused = (409, "No question waits for an answer.", "PracticeError")
    for step in ("answer", "draft"):
        send = api.put if step == "draft" else api.post
        assert problem(send(f"{place}/{step}", json={"answer": SLEEP})) == refused


def test_a_draft_is_kept_for_practice(api: TestClient) -> None:
    place, _ = begun(api)
    assert api.put(f"{place}/draft", json={"answer": "Some"}).status_code == 204
    question = api.post(f"{V1}/practice", json={"section": "Sleep"}).json()
    assert question["draft"] == "Some"


def test_the_question_that_is_asked_when_the_time_ends_is_the_last(
    cats: Prep, clock: Clock
) -> None:
    """Its answer counts; the next one is not asked."""
    app = FastAPI()
    app.include_router(interviewing.router(cats, clock=clock), prefix=V1)
    client = TestClient(app)
    place, first = begun(client, section=None, questions=2, minutes=10)
    assert first["seconds"] == 300
    clock.move(minutes=11)
    assert client.get(place).json() == first | {"seconds": -30}  # a minute over two questions
    report = client.post(f"{place}/answer", json={"answer": SLEEP}).json()
    assert [answer["seconds"] for answer in report["answers"]] == [660.0]
    assert len(report["not_asked"]) == 1


def test_the_day_of_the_interview_is_kept_and_removed(cats: Prep, api: TestClient) -> None:
    """Progress shows it."""
    day = date.today() + timedelta(days=10)
    assert api.put(f"{V1}/interview", json={"until": day.isoformat()}).status_code == 204
    assert api.get(f"{V1}/progress").json()["until"] == day.isoformat()
    assert cats.progress().until == day
    assert api.delete(f"{V1}/interview").status_code == 204
    assert api.get(f"{V1}/progress").json()["until"] is None


@pytest.mark.parametrize("day", ["today", "soon", "2099-13-01", 4e9, "4e9"])
def test_a_day_that_has_come_or_is_none_is_refused(api: TestClient, day: object) -> None:
    sent = date.today().isoformat() if day == "today" else day
    assert problem(api.put(f"{V1}/interview", json={"until": sent}))[0] == 422
    assert api.get(f"{V1}/progress").json()["until"] is None
