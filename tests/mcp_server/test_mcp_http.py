"""`ragprep web --mcp` as assistants reach it: by the settings of docs/mcp.md, over HTTP."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.web.app import create_app
from ragprep.web.guard import BODY_BYTES
from ragprep.web.mcp import MAX_SESSIONS

PAGE = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text("utf-8")
SETTINGS = [
    server
    for block in re.findall(r"(?<=```json\n).*?(?=```)", PAGE, re.DOTALL)
    for servers in json.loads(block).values()
    for server in servers.values()
    if "url" in server
]
URL, HEADERS = SETTINGS[0]["url"], SETTINGS[0]["headers"]
[COMMAND] = [shlex.split(line) for line in re.findall(r"^ragprep web .*", PAGE, re.MULTILINE)]

HOST = "127.0.0.1:8000"
GRACE_S = 20
"""For a process to end on a busy machine; on an idle one it takes one."""

MODES = pytest.mark.parametrize("mode", ["legacy", "auto"], ids=["2025-11-25", "2026-07-28"])
"""The protocols of the SDK's client."""


@dataclass
class Server:
    """A running `ragprep web --mcp`.

    Attributes:
        process: to be stopped by a test.
        url: for assistants.
        told: the lines on stderr at the start.
    """

    process: subprocess.Popen[str]
    url: str
    told: list[str]


@contextmanager
def started(home: Path, history: Path) -> Iterator[Server]:
    """Run the command of the page, on a free port."""
    arguments = [part for part in COMMAND[1:] if part not in {"--port", "8000"}]
    folders = {"RAGPREP_HOME": str(home), "RAGPREP_PRACTICE": str(history)}
    with subprocess.Popen(
        [sys.executable, "-m", "ragprep", *arguments, "--no-open"],
        env={**os.environ, **folders, "RAGPREP_LLM": "none"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        address = process.stdout.readline().partition("/?token=")[0]
        told = [process.stderr.readline().strip() for _ in range(3)]
        yield Server(process, address + "/mcp", told)
        process.kill()


@pytest.fixture(scope="module")
def server(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(ready_home, tmp_path_factory.mktemp("history")) as running:
        yield running


@asynccontextmanager
async def connected(
    url: str, mode: Any, headers: dict[str, str] = HEADERS, **options: Any
) -> AsyncIterator[Client]:
    """Connect the SDK's client, which sends `headers`."""
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=mode, **options) as client:
            yield client


def test_the_settings_are_those_of_the_command() -> None:
    """Of both kinds of clients."""
    assert COMMAND == ["ragprep", "web", "--mcp", "--port", "8000", "--token", "secret"]
    for server in SETTINGS:
        assert (server["type"], server["url"]) == ("http", f"http://{HOST}/mcp")
        assert server["headers"] == {"Authorization": "Bearer secret"}


def test_the_command_prints_its_settings(server: Server) -> None:
    """And that they hold for this launch: the port is a free one."""
    where, settings, how_long = server.told
    assert server.url in where
    assert json.loads(settings) == {"mcpServers": {"ragprep": {**SETTINGS[0], "url": server.url}}}
    assert "--port and --token" in how_long


@MODES
@pytest.mark.anyio
async def test_tools_and_resources_are_served(server: Server, mode: str) -> None:
    """The same as on stdin and stdout."""
    async with connected(server.url, mode) as client:
        assert (client.protocol_version == "2025-11-25") == (mode == "legacy")
        result = await client.call_tool("search", {"query": "what is dropout?"})
        [entry] = (await client.read_resource("ragprep://entry/q15")).contents
    assert result.structured_content["hits"][0]["label"] == "q15"
    assert "# What is dropout" in entry.text


@MODES
@pytest.mark.anyio
async def test_the_person_is_asked_over_http_too(server: Server, mode: str) -> None:
    """A review needs a question from the server to the client."""

    async def person(_context: Any, _params: Any) -> ElicitResult:
        return ElicitResult(action="accept", content={"rating": "good"})

    async with connected(server.url, mode, elicitation_callback=person) as client:
        result = await client.call_tool("review", {"entry": "q1", "answer": "One has labels."})
    assert result.structured_content["rating"] == "good"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.anyio
async def test_a_client_without_the_token_is_refused(
    server: Server, headers: dict[str, str]
) -> None:
    """The SDK's client tells no more than that."""
    with pytest.RaisesGroup(MCPError, flatten_subgroups=True):
        async with connected(server.url, "legacy", headers):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as a signal")
@pytest.mark.anyio
async def test_ctrl_c_ends_it_while_a_session_is_open(ready_home: Path, tmp_path: Path) -> None:
    """Its person is being asked something. The SDK, where it waits in vain, warns on stderr."""
    with started(ready_home, tmp_path) as server:

        async def person(_context: Any, _params: Any) -> ElicitResult:
            server.process.send_signal(signal.SIGINT)
            await anyio.to_thread.run_sync(server.process.wait, GRACE_S)
            return ElicitResult(action="cancel")

        async with connected(server.url, "legacy", elicitation_callback=person) as client:
            with pytest.raises(MCPError):
                await client.call_tool("review", {"entry": "q1", "answer": "One has labels."})
        assert server.process.stderr is not None
        assert (server.process.returncode, server.process.stderr.read()) == (0, "")


@pytest.fixture
def http(cats: Prep) -> Iterator[TestClient]:
    """What answers at the address, in this process."""
    app = create_app(cats, token="secret", hosts=[HOST], mcp=True)
    with TestClient(app, base_url=f"http://{HOST}") as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),  # no browser of these years, and no program with its token
        ({"Authorization": "Bearer wrong"}, 401),
        ({**HEADERS, "Host": "evil.example"}, 421),
        ({**HEADERS, "Host": "127.0.0.1:9000"}, 421),
        ({**HEADERS, "Origin": "http://evil.example"}, 403),
        ({**HEADERS, "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_the_guard_stands_before_it(http: TestClient, headers: dict[str, str], status: int) -> None:
    """A refusal is a problem that says where to read on."""
    answer = http.post("/mcp", json=_hello(), headers=headers)
    assert answer.status_code == status
    assert "docs/mcp.md" in answer.json()["remedy"]


def test_a_message_has_a_length_and_a_limit(http: TestClient) -> None:
    """256 KiB, as everywhere but for uploads."""
    chunked = http.post("/mcp", content=iter([b"{}"]), headers=HEADERS)
    large = http.post("/mcp", content=b" " * (BODY_BYTES + 1), headers=HEADERS)
    assert (chunked.status_code, large.status_code) == (411, 413)


def test_so_many_sessions_may_be_open(http: TestClient) -> None:
    """Clients need not end them; the 501st is asked to come again, and an ended one makes room."""
    headers = {**HEADERS, "Accept": "application/json, text/event-stream"}
    opened = [http.post("/mcp", json=_hello(), headers=headers) for _ in range(MAX_SESSIONS + 1)]
    assert [answer.status_code for answer in opened] == [200] * 500 + [503]
    ended = {**headers, "Mcp-Session-Id": opened[0].headers["Mcp-Session-Id"]}
    assert http.delete("/mcp", headers=ended).status_code == 200
    assert http.post("/mcp", json=_hello(), headers=headers).status_code == 200


def test_it_takes_nothing_from_the_pages(http: TestClient) -> None:
    """They are there, and a path that nobody has is still told as a page."""
    assert "<h1" in http.get("/", headers=HEADERS).text
    lost = http.get("/nowhere", headers=HEADERS)
    assert (lost.status_code, "Choose a page" in lost.text) == (404, True)


def test_without_the_option_there_is_no_such_path(cats: Prep) -> None:
    """Also for whoever holds the token."""
    client = TestClient(create_app(cats, token="secret", hosts=[HOST]), base_url=f"http://{HOST}")
    assert client.post("/mcp", json=_hello(), headers=HEADERS).status_code == 404


def test_without_the_sdk_the_error_says_how_to_install_it() -> None:
    """A process in which it cannot be imported."""
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from ragprep.cli import main; sys.exit(main(['web', '--mcp', '--no-open']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install ".[mcp]"' in done.stderr


def _hello() -> dict[str, Any]:
    """Return the first message of a client of 2025-11-25."""
    parameters = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "by hand", "version": "1"},
    }
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}
