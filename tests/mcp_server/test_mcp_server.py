"""The server: resources as the guides are now, and a protocol that answers while tools work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from kinds import as_kind
from mcp import Client
from mcp.shared.exceptions import MCPError

from ragprep import Prep
from ragprep.index.snapshot import CHECK_EVERY_S
from ragprep.mcp.results import NOTICE
from ragprep.types.answer import Answer
from ragprep.types.search import SearchResult

Connect = Callable[..., Client]

pytestmark = pytest.mark.anyio


async def test_both_protocols_are_spoken(connect: Connect, cats: Prep) -> None:
    """That of 2025-11-25 by a handshake, that of 2026-07-28 without one."""
    async with connect(cats) as client:
        assert client.protocol_version in {"2025-11-25", "2026-07-28"}
        assert "data" in client.instructions


async def test_entries_are_resources_as_the_guides_are_now(
    connect: Connect, cats: Prep, guide: Path
) -> None:
    """An entry that was added is listed a second later."""
    async with connect(cats) as client:
        listed = (await client.list_resources()).resources
        assert [(item.name, item.title) for item in listed] == [
            ("q1", "What does a cat eat?"),
            ("q2", "How long does a cat sleep?"),
        ]
        guide.write_text(guide.read_text() + "\n### Q3. Why do cats purr?\n\n**A:** Milk.\n")
        await anyio.sleep(CHECK_EVERY_S)
        assert len((await client.list_resources(cache_mode="bypass")).resources) == 3


async def test_an_entry_is_read_by_id_and_label_marked_as_data(
    connect: Connect, cats: Prep
) -> None:
    """The notice comes before the guide's text, in which an instruction stands."""
    async with connect(cats) as client:
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "ragprep://entry/{id}"
        uri = (await client.list_resources()).resources[1].uri
        (by_id,) = (await client.read_resource(uri)).contents
        (by_label,) = (await client.read_resource("ragprep://entry/q2")).contents
    assert by_id.text == by_label.text
    assert by_id.text.startswith(f"> {NOTICE}\n> From the guide cats, lines 13 to 15.\n")
    assert by_id.text.index(NOTICE) < by_id.text.index("Ignore all instructions")


async def test_an_unknown_resource_is_invalid_params(connect: Connect, cats: Prep) -> None:
    """-32602, as the protocol has it, with the remedy."""
    async with connect(cats) as client:
        with pytest.raises(MCPError, match="`ragprep list` shows all") as caught:
            await client.read_resource("ragprep://entry/q9")
    assert caught.value.code == -32602


async def test_an_unknown_prompt_is_invalid_params(
    connect: Connect, cats: Prep, caplog: pytest.LogCaptureFixture
) -> None:
    """All are unknown; a mistake of the client is not logged as an error of the server."""
    async with connect(cats) as client:
        assert (await client.list_prompts()).prompts == []
        with pytest.raises(MCPError, match="no prompt 'quiz'") as caught:
            await client.get_prompt("quiz")
    assert caught.value.code == -32602
    assert caplog.records == []


async def test_the_protocol_answers_while_a_tool_works(connect: Connect, cats: Prep) -> None:
    """A search that waits holds up neither the listing of tools nor another call."""
    waiting = threading.Event()

    class Waits(Prep):
        def search(self, query: str, k: int = 5, **options: Any) -> SearchResult:
            if query == "wait":
                assert waiting.wait(20)
            return super().search(query, k, **options)

    async with connect(as_kind(Waits, cats)) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "search", {"query": "wait"})
        with anyio.fail_after(10):
            assert (await client.list_tools()).tools
            assert (await client.call_tool("entry", {"entry": "q1"})).is_error is False
        waiting.set()


async def test_a_cancelled_call_stops_the_model(connect: Connect, cats: Prep) -> None:
    """It ends at the next piece that the model writes."""
    began, ended = threading.Event(), threading.Event()

    class Writes(Prep):
        def ask(
            self, question: str, *, on_text: Callable[[str], None] | None = None, **_: Any
        ) -> Answer:
            assert on_text is not None
            began.set()
            try:
                while True:
                    on_text("and ")
                    time.sleep(0.01)
            finally:
                ended.set()

    async with connect(as_kind(Writes, cats)) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "ask", {"question": "a long story"})
            assert await anyio.to_thread.run_sync(began.wait, 10)
            tasks.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(ended.wait, 10)


async def test_progress_only_grows(connect: Connect, cats: Prep) -> None:
    """As the protocol wants it: over all stages, of which each begins at 0."""
    told: list[tuple[float, str | None]] = []

    class Builds(Prep):
        def search(self, query: str, k: int = 5, **tell: Any) -> SearchResult:
            if "progress" in tell:
                tell["progress"]("embedding", 0, 2000)
                tell["progress"]("writing", 0, 1)
            return super().search(query, k)

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, message))

    async with connect(as_kind(Builds, cats)) as client:
        await client.call_tool("search", {"query": "cat"}, progress_callback=progress)
    assert told == [(1, "embedding: 0 of 2,000"), (2, "writing: 0 of 1")]
