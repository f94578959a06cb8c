"""The walk in docs/api.md: every command of its console blocks runs against a real server."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BLOCKS = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n", re.MULTILINE)
ENDED = "\x1e"


@pytest.fixture(scope="module")
def address(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `ragprep web` listens, over the shipped guide."""
    history = tmp_path_factory.mktemp("history")
    folders = {"RAGPREP_HOME": ready_home, "RAGPREP_PRACTICE": history}
    variables = {name: str(folder) for name, folder in folders.items()} | {"RAGPREP_LLM": "none"}
    command = [sys.executable, "-m", "ragprep", "web", "--no-open", "--token", "secret"]
    with subprocess.Popen(
        command, env=os.environ | variables, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().partition("/?token=")[0]
        server.terminate()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_command_prints_what_the_page_shows(address: str, tmp_path: Path) -> None:
    """As far as the page shows it: up to "..."."""
    text = "".join(BLOCKS.findall(PAGE.read_text(encoding="utf-8")))
    _, *parts = COMMAND.split(text)
    commands, shown = parts[::2], parts[1::2]
    script = "".join(f"{command}\nprintf '\\n{ENDED}'\n" for command in commands)
    script = script.replace("http://127.0.0.1:8000", address)
    done = subprocess.run(
        ["bash", "-e"], input=script, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    *printed, _ = done.stdout.split(ENDED)
    for command, expected, output in zip(commands, shown, printed, strict=True):
        beginning = expected.partition("...")[0].strip()
        assert output.strip().startswith(beginning), command


def test_the_longest_question_fits_into_an_address(address: str) -> None:
    """10,000 characters of four bytes each, which are 120,000 in an address and come in parts."""
    query = urllib.parse.quote("\N{GRINNING FACE}" * 9_999 + "?")
    host = address.removeprefix("http://")
    sent = f"GET /api/v1/search?query={query} HTTP/1.1\r\nHost: {host}\r\n"
    sent += "Authorization: Bearer secret\r\nConnection: close\r\n\r\n"
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=60) as connection:
        connection.sendall(sent[:100_000].encode())
        urllib.request.urlopen(f"{address}/static/app.css").close()  # by now it has read the part
        connection.sendall(sent[100_000:].encode())
        with connection.makefile("rb") as response:
            assert response.readline() == b"HTTP/1.1 200 OK\r\n"
