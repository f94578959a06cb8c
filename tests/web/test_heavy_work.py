"""Heavy work in the server: it waits for its slot, and what is light waits for none of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import pytest
from program import ADDRESS, program
from starlette.testclient import TestClient
from test_api import V1, problem

from ragprep import Prep
from ragprep.testing.fakes import FakeReader
from ragprep.types.grade import ReaderOutput
from ragprep.web.app import GRADES, WAITING

EAT = {"entry": "q1", "answer": "Cats catch mice at night."}


@dataclass
class HeldReader(FakeReader):
    """A reader that reads nothing until it is let go."""

    let_go: threading.Event = field(default_factory=threading.Event)

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Wait, then read as `FakeReader` does."""
        assert self.let_go.wait(30)
        return super().read(question, points, answer)


@pytest.fixture
def reader() -> Iterator[HeldReader]:
    held = HeldReader()
    yield held
    held.let_go.set()


@pytest.fixture
def client(cats: Prep, reader: HeldReader) -> Iterator[TestClient]:
    """A client whose requests share one event loop and its threads, as in the server."""
    embedder = cats.snapshot().embedder
    prep = Prep(cats.config, encoder=(embedder.info, embedder), reader=reader)  # type: ignore
    with program(prep) as shared:
        yield shared


def test_grades_that_wait_block_no_search(client: TestClient, reader: HeldReader) -> None:
    """As many grades as may run are held, as many as may wait do, and one more is refused.

    Searches, answers and pages are served meanwhile. Let go, all the other grades come.
    """
    most = GRADES + WAITING
    with ThreadPoolExecutor(most + 1) as threads:
        grades = {threads.submit(client.post, f"{V1}/grade", json=EAT) for _ in range(most + 1)}
        [refused], held = wait(grades, 30, FIRST_COMPLETED)
        assert problem(refused.result())[:2] == (503, f"{WAITING} others wait for the same.")
        assert refused.result().headers["retry-after"] == "5"
        page = client.post("/entry/q1", data=EAT, headers={"origin": f"http://{ADDRESS}"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        for address in (f"{V1}/search?query=cat", "/results?question=cat", "/entry/q1", "/"):
            assert client.get(address).status_code == 200
        asked = {"question": "What does a cat eat?", "llm": "none"}
        assert client.post(f"{V1}/ask", json=asked).status_code == 200
        assert reader.answers == []
        reader.let_go.set()
        assert {grade.result(30).status_code for grade in held} == {200}
