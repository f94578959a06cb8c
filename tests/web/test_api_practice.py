"""Practice over the API: a session with a name, a step a request, and reviews kept for good."""

from __future__ import annotations

from program import program
from starlette.testclient import TestClient
from test_api import V1, problem

from ragprep import Prep


def begun(api: TestClient, **about: object) -> tuple[str, dict[str, object]]:
    """Return where a new session is, and what it begins with."""
    response = api.post(f"{V1}/practice", json=about)
    assert response.status_code == 201
    return response.headers["location"], response.json()


def test_a_question_is_answered_rated_and_kept(api: TestClient) -> None:
    """After the last one the session is at its end."""
    place, question = begun(api, section="Sleep")
    assert (question["event"], question["entry"], question["of"]) == ("question", "q2", 1)
    answer = api.post(f"{place}/answer", json={"answer": "Fifteen hours a day."}).json()
    assert (answer["event"], answer["proposed"]) == ("answer", "good")
    assert api.get(place).json() == answer
    review = api.post(f"{place}/rating", json={"rating": "easy"}).json()
    assert (review["event"], review["rating"], review["follow_up"]) == ("review", "easy", None)
    end = {"event": "end", "answered": 1, "skipped": 0, "ratings": {"easy": 1}}
    assert api.get(place).json() == api.delete(place).json() == end
    [kept] = api.get(f"{V1}/history", params={"entry": "q2"}).json()["reviews"]
    assert (kept["id"], kept["rating"], kept["proposed"]) == (review["review"], "easy", "good")


def test_what_was_left_out_is_asked_again(api: TestClient) -> None:
    place, _ = begun(api, section="Food")
    api.post(f"{place}/answer", json={"answer": "Cats catch mice at night."})
    review = api.post(f"{place}/rating", json={}).json()
    assert "Other food" in review["follow_up"]
    second = api.post(f"{place}/answer", json={"answer": "Fresh fish and warm milk."}).json()
    assert (second["event"], second["proposed"], second["due"]) == ("answer", None, {})
    assert len(api.get(f"{V1}/history").json()["reviews"]) == 2


def test_a_draft_outlives_the_session(cats: Prep, api: TestClient) -> None:
    """And the process."""
    place, _ = begun(api, section="Sleep")
    assert api.put(f"{place}/draft", json={"answer": "Some"}).status_code == 204
    _, question = begun(program(cats), section="Sleep")
    assert question["draft"] == "Some"


def test_a_question_is_passed_over(api: TestClient) -> None:
    place, _ = begun(api, section="Sleep")
    assert api.post(f"{place}/skip").json()["skipped"] == 1


def test_a_rating_is_taken_back(api: TestClient) -> None:
    place, _ = begun(api, section="Sleep")
    assert problem(api.post(f"{place}/undo"))[:2] == (409, "There is nothing to take back.")
    api.post(f"{place}/answer", json={"answer": "Fifteen hours a day."})
    api.post(f"{place}/rating", json={})
    undone = api.post(f"{place}/undo").json()
    assert undone == {"event": "undo", "entry": "q2", "stage": "rating"}
    assert api.get(f"{V1}/history").json()["reviews"] == []


def test_a_step_that_is_not_waited_for_is_refused(api: TestClient) -> None:
    """And nothing is recorded."""
    place, question = begun(api, section="Sleep")
    assert problem(api.post(f"{place}/rating", json={"rating": "good"}))[0] == 409
    assert problem(api.post(f"{place}/rating", json={"rating": "fine"}))[0] == 422
    assert api.get(place).json() == question


def test_a_session_that_nobody_knows(api: TestClient) -> None:
    assert problem(api.get(f"{V1}/practice/nobody"))[0] == 404
    assert problem(api.post(f"{V1}/practice", json={"section": "dogs"}))[0] == 422
