"""Answers to assistants and to the pages of the same server: one at a time is written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import pytest
from kinds import as_kind
from mcp import Client
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.mcp.server import create_server
from ragprep.types.answer import Answer
from ragprep.web.app import create_app
from ragprep.web.llm_queue import LONGEST, LLMQueue
from ragprep.web.mcp import write_in_turn

pytestmark = pytest.mark.anyio

ASK = ("ask", {"question": "what does a cat eat?"})
HOST = "127.0.0.1:8000"


@dataclass
class Model:
    """A language model that writes until it is released.

    Attributes:
        begun: answers so far.
        writing: answers at this moment.
        most: that it wrote at once.
    """

    begun: int = 0
    writing: int = 0
    most: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def write(self, on_text: Callable[[str], None]) -> None:
        """Write one answer."""
        self.begun += 1
        self.writing += 1
        self.most = max(self.most, self.writing)
        try:
            while not self.released.is_set():
                on_text("and ")
                time.sleep(0.01)
        finally:
            self.writing -= 1


class Writes(Prep):
    """Guides with that model, which their copies share."""

    model: Model

    def ask(
        self, question: str, *, on_text: Callable[[str], None] | None = None, **options: Any
    ) -> Answer:
        assert on_text is not None
        self.model.write(on_text)
        return super().ask(question, **options)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def slow(cats: Prep, model: Model) -> Prep:
    prep = as_kind(Writes, cats)
    prep.model = model
    return prep


async def test_answers_to_two_calls_are_written_one_after_the_other(
    slow: Prep, model: Model
) -> None:
    """Both come; never two are written at once."""
    async with _client(slow) as client, anyio.create_task_group() as tasks:
        results: list[Any] = []

        async def ask() -> None:
            results.append(await client.call_tool(*ASK))

        tasks.start_soon(ask)
        tasks.start_soon(ask)
        await _until(lambda: model.begun == 1)
        model.released.set()
        await _until(lambda: len(results) == 2)
    assert [result.is_error for result in results] == [False, False]
    assert (model.begun, model.most) == (2, 1)


async def test_a_cancelled_call_stops_the_model_and_another_gives_up_its_place(
    slow: Prep,
    model: Model,
) -> None:
    """The second was never begun."""
    async with _client(slow) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, *ASK)
            await _until(lambda: model.begun == 1)
            tasks.start_soon(client.call_tool, *ASK)
            await anyio.sleep(0.1)
            tasks.cancel_scope.cancel()
        await _until(lambda: model.writing == 0)
        model.released.set()
        assert (await client.call_tool(*ASK)).is_error is False
    assert model.begun == 2


async def test_so_many_may_wait_and_searches_wait_for_none(slow: Prep, model: Model) -> None:
    """One is written, 16 wait; of 18 one is told what to do, and a search answers."""
    results: list[Any] = []

    async def ask() -> None:
        results.append(await client.call_tool(*ASK))

    async with _client(slow) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await _until(lambda: model.begun == 1)
        for _ in range(LONGEST + 1):
            tasks.start_soon(ask)
        await _until(lambda: len(results) > 0)
        searched = await client.call_tool("search", {"query": "cat"})
        tasks.cancel_scope.cancel()
    [refused] = results
    assert (refused.is_error, "Ask again in a minute" in refused.content[0].text) == (True, True)
    assert searched.is_error is False


async def test_an_assistant_waits_for_the_answers_of_the_api(slow: Prep, model: Model) -> None:
    """Over HTTP; both want the settings' language model."""
    slow.config = replace(slow.config, llm="auto")
    app = create_app(slow, token="secret", hosts=[HOST], mcp=True)
    token = {"Authorization": "Bearer secret"}
    _, question = ASK
    with TestClient(app, base_url=f"http://{HOST}", headers=token) as http:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.to_thread.run_sync, lambda: _call(http, *ASK))
            ask = partial(http.post, "/api/v1/ask", json=question)
            tasks.start_soon(anyio.to_thread.run_sync, ask)
            try:
                await _until(lambda: model.begun > 0)
                await anyio.sleep(0.2)  # so long the other could begin, and must not
            finally:
                model.released.set()
    assert (model.begun, model.most) == (2, 1)


def _client(prep: Prep) -> Client:
    return Client(create_server(prep, write=write_in_turn(LLMQueue())))


def _call(http: TestClient, tool: str, arguments: dict[str, Any]) -> None:
    """Call a tool by the protocol of 2026-07-28, in which one request is enough."""
    version = "2026-07-28"
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    parameters = {"name": tool, "arguments": arguments, "_meta": meta}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    answer = http.post("/mcp", json=message, headers=headers)
    assert answer.status_code == 200, answer.text


async def _until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(20):
        while not holds():
            await anyio.sleep(0.01)
