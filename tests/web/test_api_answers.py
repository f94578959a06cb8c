"""Answers over the API: whole, in pieces, in conversations, one language model at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response
from program import program
from starlette.testclient import TestClient
from test_api import V1, problem

from ragprep import Prep
from ragprep.testing.fakes import FakeReader
from ragprep.testing.servers import FakeOllama, Fault

EAT = {"question": "What does a cat eat?"}
STREAM = {"accept": "text/event-stream"}


def events(response: Response) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and data of each server-sent event."""
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\ndata: ") for block in response.text.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data)) for name, data in blocks]


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama(["Cats catch mice", " at night. [q1]"]) as server:
        yield server


def written_by(cats: Prep, server: FakeOllama) -> TestClient:
    """Return a client whose answers a fake model writes."""
    config = replace(cats.config, llm="ollama", llm_model="fake:1b", ollama_host=server.url)
    embedder = cats.snapshot().embedder
    prep = Prep(config, encoder=(embedder.info, embedder), reader=FakeReader())  # type: ignore
    return program(prep)


def test_an_answer_is_what_the_command_prints(cats: Prep, api: TestClient) -> None:
    """But for the time it took."""
    answer = api.post(f"{V1}/ask", json=EAT).json()
    assert answer["text"] == cats.ask("What does a cat eat?").text
    assert (answer["verdict"], answer["model"]) == ("extractive", None)


def test_the_guide_s_own_sentences_come_in_one_event(api: TestClient) -> None:
    [(name, data)] = events(api.post(f"{V1}/ask", json=EAT, headers=STREAM))
    assert (name, data["verdict"]) == ("answer", "extractive")


def test_a_model_writes_and_each_piece_comes_once(cats: Prep, ollama: FakeOllama) -> None:
    ollama.pause_s = 0.3  # longer than the time between two looks
    sent = events(written_by(cats, ollama).post(f"{V1}/ask", json=EAT, headers=STREAM))
    *pieces, (name, answer) = sent
    assert (name, answer["model"], answer["verdict"]) == ("answer", "fake:1b", "answered")
    assert {kind for kind, _ in pieces} <= {"text"}
    assert answer["text"].startswith("".join(data["text"] for _, data in pieces))


def test_models_are_named_and_one_is_chosen(cats: Prep, api: TestClient) -> None:
    """The first one writes where no other is chosen; there is none where none is wanted."""
    with FakeOllama(["Mice."], models=("fake:1b", "odd:1b")) as server:
        client = written_by(cats, server)
        assert client.get(f"{V1}/models").json() == {"models": ["fake:1b", "odd:1b"]}
        for chosen, writer in ((None, "fake:1b"), ("odd:1b", "odd:1b")):
            client.post(f"{V1}/ask", json=EAT | {"llm": chosen})
            assert server.requests[-1]["model"] == writer
    assert api.get(f"{V1}/models").json() == {"models": []}


def test_no_model_writes_where_none_is_wanted(cats: Prep, ollama: FakeOllama) -> None:
    client = written_by(cats, ollama)
    assert client.post(f"{V1}/ask", json=EAT | {"llm": "none"}).json()["model"] is None
    assert ollama.requests == []
    status, detail, _ = problem(client.post(f"{V1}/ask", json=EAT | {"llm": "gpt"}))
    assert status == 422 and "gpt" in detail


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_a_model_that_dies_leaves_the_guide_s_own_sentences(
    cats: Prep, headers: dict[str, str]
) -> None:
    """With a note; it is no error of the request."""
    with FakeOllama(fault=Fault.DIES) as server:
        response = written_by(cats, server).post(f"{V1}/ask", json=EAT, headers=headers)
    answer = events(response)[-1][1] if headers else response.json()
    assert answer["verdict"] == "extractive" and answer["note"]


def test_a_slow_model_keeps_no_search_waiting(cats: Prep) -> None:
    """Eight answers wait for the model, which hangs; searches and extractive answers go on."""
    with FakeOllama(fault=Fault.HANGS) as server:
        client = written_by(cats, server)
        asking = [
            threading.Thread(target=client.post, args=(f"{V1}/ask",), kwargs={"json": EAT})
            for _ in range(8)
        ]
        for thread in asking:
            thread.start()
        for _ in range(200):
            if server.requests:
                break
            threading.Event().wait(0.01)
        for _ in range(3):
            assert client.get(f"{V1}/search?query=cat").status_code == 200
            assert client.post(f"{V1}/ask", json=EAT | {"llm": "none"}).status_code == 200
        assert len(server.requests) == 1
    for thread in asking:
        thread.join()


def test_a_question_may_refer_to_the_one_before(api: TestClient) -> None:
    first = api.post(f"{V1}/chat", json={"question": "How long does a cat sleep?"})
    assert first.status_code == 201
    second = api.post(first.headers["location"], json={"question": "Tell me more about it."})
    assert second.json()["searched"] != "Tell me more about it."
    assert [source["label"] for source in second.json()["sources"]] == ["q2"]


def test_a_conversation_ends(api: TestClient) -> None:
    place = api.post(f"{V1}/chat", json=EAT, headers=STREAM).headers["location"]
    assert api.delete(place).status_code == 204
    assert problem(api.delete(place)) == problem(api.post(place, json=EAT))
    assert problem(api.post(place, json=EAT))[0] == 404


def test_a_question_that_is_refused_leaves_the_conversation(api: TestClient) -> None:
    place = api.post(f"{V1}/chat", json=EAT).headers["location"]
    assert problem(api.post(place, json={"question": " "}))[0] == 422
    assert api.post(place, json=EAT).status_code == 200
