"""Heavy work in the server: it waits for its slot, and what is light waits for none of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field, replace

import pytest
from program import ADDRESS, program
from starlette.testclient import TestClient
from test_api import V1, problem

from ragprep import Prep
from ragprep.errors import UnknownEntry
from ragprep.slots import Slots
from ragprep.testing.fakes import FakeReader
from ragprep.types.grade import ReaderOutput
from ragprep.web.app import GRADES, WAITING
from ragprep.web.llm_queue import LONGEST

EAT = {"entry": "q1", "answer": "Cats catch mice at night."}

THREADS = 40
"""In which the server does what is not asynchronous: those of anyio."""


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


def test_a_grade_of_an_unknown_entry_waits_for_no_slot(cats: Prep) -> None:
    """Nor does one whose entry is on a server that does not answer: others are graded meanwhile."""
    slots = Slots(1, waiting=0)
    with slots.take(), pytest.raises(UnknownEntry):
        cats.shared(slots=slots, patience_s=0).grade("q9", "Cats catch mice at night.")


class HeldPrep(Prep):
    """Guides whose language models say nothing until they are let go.

    Attributes:
        let_go: then they speak.
        asked: set when one is asked to write.
    """

    let_go: threading.Event
    asked: threading.Event

    def writers(self) -> tuple[str, ...]:
        """Wait, then name them."""
        assert self.let_go.wait(30)
        return super().writers()

    def with_writer(self, name: str | None) -> Prep:
        """Wait where a model is named."""
        self.asked.set()
        assert name is None or self.let_go.wait(30)
        return super().with_writer(name)


@pytest.fixture
def held(cats: Prep) -> Iterator[HeldPrep]:
    embedder = cats.snapshot().embedder
    config = replace(cats.config, llm="auto", ollama_host="127.0.0.1:1")  # where nothing listens
    prep = HeldPrep(config, encoder=(embedder.info, embedder), reader=FakeReader())  # type: ignore
    prep.let_go, prep.asked = threading.Event(), threading.Event()
    yield prep
    prep.let_go.set()


def test_a_server_of_models_that_hangs_blocks_no_page(held: HeldPrep) -> None:
    """As many pages as there are threads, and a search: all come, without the models' names."""
    with program(held) as client, ThreadPoolExecutor(THREADS) as threads:
        pages = [threads.submit(client.get, "/") for _ in range(THREADS)]
        assert client.get(f"{V1}/search?query=cat").status_code == 200
        assert {page.result(30).status_code for page in pages} == {200}
        assert client.get(f"{V1}/models").json() == {"models": []}


def test_answers_that_wait_for_a_model_block_no_search(held: HeldPrep) -> None:
    """More ask than there are threads: those who may wait are held, the others are refused."""
    asked = {"question": "What does a cat eat?", "llm": "fake:1b"}
    with program(held) as client, ThreadPoolExecutor(THREADS + 1) as threads:
        asks = [threads.submit(client.post, f"{V1}/ask", json=asked)]
        assert held.asked.wait(30)
        asks += [threads.submit(client.post, f"{V1}/ask", json=asked) for _ in range(THREADS)]
        refused = [next(coming).result() for coming in [as_completed(asks)] * (THREADS - LONGEST)]
        assert {response.status_code for response in refused} == {503}
        assert {response.headers["retry-after"] for response in refused} == {"30"}
        assert client.get(f"{V1}/search?query=cat").status_code == 200
        held.let_go.set()
        assert Counter(ask.result(30).status_code for ask in asks)[422] == LONGEST + 1
