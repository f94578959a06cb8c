"""The API's routes that read: each returns what `wire` makes of a call, and problems otherwise."""

from __future__ import annotations

import json

import pytest
from httpx import Response
from program import ADDRESS
from starlette.testclient import TestClient

from ragprep import Prep, wire

V1 = "/api/v1"


def problem(response: Response) -> tuple[int, str, str]:
    """Return status, detail and error of a response that is a problem, with a remedy."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code and body["remedy"]
    return response.status_code, body["detail"], body["error"]


def test_search_is_what_the_command_prints(cats: Prep, api: TestClient) -> None:
    result = api.get(f"{V1}/search", params={"query": "What does a cat eat?", "top": 1})
    assert result.json() == wire.search(cats.search("What does a cat eat?", 1), explain=False)
    assert [hit["label"] for hit in result.json()["hits"]] == ["q1"]


def test_search_keeps_to_a_section(api: TestClient) -> None:
    result = api.get(f"{V1}/search", params={"query": "cat", "section": "sleep"}).json()
    assert [hit["label"] for hit in result["hits"]] == ["q2"]


def test_entries_are_listed_and_shown(api: TestClient) -> None:
    listed = api.get(f"{V1}/entries").json()["entries"]
    assert [entry["label"] for entry in listed] == ["q1", "q2"]
    for ref in ("q2", listed[1]["id"]):
        [shown] = api.get(f"{V1}/entries/{ref}").json()["entries"]
        assert shown["answer"] == "Fifteen hours a day."
        assert [point["text"] for point in shown["points"]] == ["Fifteen hours a day."]


def test_related_entries_come_with_the_entry(api: TestClient) -> None:
    result = api.get(f"{V1}/related", params={"entry": "q1", "top": 3}).json()
    assert result["entry"]["label"] == "q1"
    assert [item["label"] for item in result["related"]] == ["q2"]


def test_an_answer_is_graded_and_not_kept(cats: Prep, api: TestClient) -> None:
    sent = {"entry": "q2", "answer": "Fifteen hours a day."}
    grade = api.post(f"{V1}/grade", json=sent).json()
    printed = json.dumps(wire.grade(cats.grade("q2", "Fifteen hours a day.")))
    assert grade == json.loads(printed)
    assert (grade["entry"], grade["points"][0]["status"]) == ("q2", "covered")
    assert api.get(f"{V1}/history").json() == {"reviews": [], "state": None}


def test_the_rest_is_what_commands_print(cats: Prep, api: TestClient) -> None:
    status = api.get(f"{V1}/status").json()
    assert (status["entries"], status["home"]) == (2, str(cats.config.home))
    assert api.get(f"{V1}/due").json() == {"entries": [], "new": 2}
    assert api.get(f"{V1}/progress").json()["overall"]["entries"] == 2
    assert "index" in {check["name"] for check in api.get(f"{V1}/doctor").json()["checks"]}


@pytest.mark.parametrize(
    ("path", "status", "detail", "error"),
    [
        ("/search?query=%20", 422, "The question is empty.", "QueryError"),
        ("/search?query=" + "x" * 10_001, 422, "10,001 characters", "QueryError"),
        ("/search", 422, "query query: Field required.", ""),
        ("/search?query=a&top=51", 422, "query top: ", ""),
        ("/search?query=a&section=dogs", 422, "dogs", "ConfigError"),
        ("/search?query=a&tpo=3", 422, "no parameter 'tpo'", "ConfigError"),
        ("/status?x=1", 422, "no parameter 'x'", "ConfigError"),
        ("/entries/q3", 404, 'No entry is called "q3".', "UnknownEntry"),
        ("/history?entry=q3", 404, "q3", "UnknownEntry"),
        ("/index/1", 404, "Build 1 is not", "UnknownName"),
        ("/nothing", 404, "GET /api/v1/nothing: Not Found.", ""),
        ("/search/", 404, "Not Found", ""),
    ],
)
def test_what_cannot_be_done_is_a_problem(
    api: TestClient, path: str, status: int, detail: str, error: str
) -> None:
    got_status, got_detail, got_error = problem(api.get(V1 + path))
    assert (got_status, got_error) == (status, error) and detail in got_detail


def test_a_method_that_a_path_has_not(api: TestClient) -> None:
    response = api.put(f"{V1}/search")
    assert problem(response)[0] == 405 and response.headers["allow"] == "GET"


@pytest.mark.parametrize("body", [b"", b"{", b'{"entry": "q1"}', b'{"entry": 1, "answer": "x"}',
                                  b'{"entry": "q1", "answer": "x", "secnd": true}'])  # fmt: skip
def test_a_body_that_cannot_be_read(api: TestClient, body: bytes) -> None:
    """Also one with a key that nobody reads: it would be a mistake unseen."""
    sent = {"content-type": "application/json"}
    assert problem(api.post(f"{V1}/grade", content=body, headers=sent))[0] == 422


def test_a_body_is_json_by_its_own_word(api: TestClient) -> None:
    """A form of another page can send text, and cannot say that it is JSON."""
    text = {"content-type": "text/plain"}
    body = b'{"entry": "q1", "answer": "mice"}'
    assert problem(api.post(f"{V1}/grade", content=body, headers=text))[0] == 422


def test_half_a_character_is_no_mistake_of_ours(api: TestClient) -> None:
    sent = {"content-type": "application/json"}
    body = b'{"entry": "q1", "answer": "\\ud800"}'
    assert api.post(f"{V1}/grade", content=body, headers=sent).status_code < 500


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer wrong"}, 401),
        ({"host": "evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
    ],
)
def test_a_refusal_of_the_guard_is_a_problem(
    api: TestClient, headers: dict[str, str], status: int
) -> None:
    assert problem(api.get(f"{V1}/status", headers=headers))[0] == status


def test_a_body_that_is_too_large_is_a_problem(api: TestClient) -> None:
    assert problem(api.post(f"{V1}/grade", content=b"x" * 262_145))[0] == 413


def test_a_mistake_of_ours_is_a_problem(
    cats: Prep, api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's log has it, the client is told nothing of it."""

    def fails(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Prep, "doctor", fails)
    quiet = TestClient(api.app, f"http://{ADDRESS}", raise_server_exceptions=False)
    response = quiet.get(f"{V1}/doctor", headers={"authorization": "Bearer secret"})
    status, detail, _ = problem(response)
    assert status == 500 and "secret" not in response.text and detail


def test_a_path_that_nobody_has_is_a_problem_or_a_page(api: TestClient) -> None:
    """A path with a line break, too, which no mount matches."""
    assert problem(api.get(f"{V1}/entries/a%0Ab"))[0] == 404
    page = api.get("/nothing")
    assert page.status_code == 404 and page.headers["content-type"].startswith("text/html")
    assert "GET /nothing: Not Found." in page.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/practice", {"new": True}),
        ("/practice", {"questions": "3"}),
        ("/mock", {"transcript": 0}),
        ("/mock", {"minutes": "10"}),
        ("/grade", {"entry": "q1", "answer": "Mice.", "second": "no"}),
    ],
)
def test_a_value_of_another_type_is_refused(api: TestClient, path: str, body: object) -> None:
    """It is not read as what it may mean: true is no number, and 0 is no false."""
    assert problem(api.post(f"{V1}{path}", json=body))[0] == 422
