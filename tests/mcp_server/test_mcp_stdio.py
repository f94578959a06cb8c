"""`ragprep mcp` as assistants start it: by the settings of docs/mcp.md, over stdin and stdout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

DOCUMENT = Path(__file__).parents[2] / "docs" / "mcp.md"
SETTINGS = [
    server
    for block in re.findall(r"(?<=```json\n).*?(?=```)", DOCUMENT.read_text("utf-8"), re.DOTALL)
    for servers in json.loads(block).values()
    for server in servers.values()
    if "command" in server
]


def test_all_settings_start_the_same_command() -> None:
    """Of the three kinds of clients; so one start tries them all."""
    assert [(server["command"], server["args"]) for server in SETTINGS] == [
        ("ragprep", ["mcp"])
    ] * 3


@pytest.mark.anyio
async def test_the_command_of_the_settings_answers(ready_home: Path) -> None:
    """The command stands for what pip installs as `ragprep`."""
    server = SETTINGS[0]
    assert server["command"] == "ragprep"
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ragprep", *server["args"]],
        env={**os.environ, "RAGPREP_HOME": str(ready_home), "RAGPREP_LLM": "none"},
    )
    async with Client(parameters) as client:
        assert client.protocol_version == "2026-07-28"
        result = await client.call_tool("search", {"query": "what is dropout?"})
    assert result.structured_content["hits"][0]["label"] == "q15"


def test_a_client_of_2025_11_25_reads_nothing_but_messages_on_stdout(ready_home: Path) -> None:
    """Its handshake and a call, line by line; the server ends with its stdin."""
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "by hand", "version": "1"},
    }
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {
            "id": 2,
            "method": "tools/call",
            "params": {"name": "entry", "arguments": {"entry": "q15"}},
        },
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "ragprep", "mcp", "--llm", "none", "--home", str(ready_home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        first, second = (json.loads(process.stdout.readline()) for _ in range(2))
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0
    assert first["result"]["protocolVersion"] == "2025-11-25"
    assert second["result"]["structuredContent"]["entries"][0]["label"] == "q15"


def test_without_the_sdk_the_error_says_how_to_install_it() -> None:
    """A process in which it cannot be imported."""
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from ragprep.cli import main; sys.exit(main(['mcp']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install ".[mcp]"' in done.stderr
