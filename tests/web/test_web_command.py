"""The command `ragprep web`: the address that it prints and opens."""

from __future__ import annotations

import threading
import webbrowser
from typing import Any

import pytest
from typer.testing import CliRunner

from ragprep.cli.web import web
from ragprep.web import serve

pytestmark = pytest.mark.fast


def test_a_token_is_written_so_that_the_address_has_all_of_it(monkeypatch: pytest.MonkeyPatch):
    def run(_prep: Any, *, ready: Any, token: str, **_: Any) -> None:
        ready("http://127.0.0.1:8000", token)

    monkeypatch.setattr(serve, "serve", run)
    shown = CliRunner().invoke(web, ["--no-open", "--token", "a&b#c d+e/f"])
    assert shown.stdout == "http://127.0.0.1:8000/?token=a%26b%23c%20d%2Be%2Ff\n"


def test_the_server_does_not_wait_for_a_browser_that_waits_for_it(monkeypatch: pytest.MonkeyPatch):
    """A browser for the terminal, such as w3m, shows the page before it returns."""
    serving, opened = threading.Event(), threading.Event()
    waited: list[bool] = []

    def terminal_browser(_page: str) -> bool:
        waited.append(serving.wait(5))
        opened.set()
        return True

    def run(_prep: Any, *, ready: Any, **_: Any) -> None:
        ready("http://127.0.0.1:8000", "secret")
        serving.set()
        opened.wait(5)

    monkeypatch.setattr(webbrowser, "open", terminal_browser)
    monkeypatch.setattr(serve, "serve", run)
    assert CliRunner().invoke(web, ["--port", "8000"]).exit_code == 0
    assert waited == [True]
