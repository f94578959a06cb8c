"""The command `mcp`: the guides for an assistant, over stdin and stdout."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from ragprep.cli import render
from ragprep.cli.opening import opened
from ragprep.cli.options import LLM, Home, LLMModel
from ragprep.errors import ConfigError

assisting = typer.Typer(rich_markup_mode=None)


@assisting.command()
def mcp(llm: LLM = None, model: LLMModel = None, home: Home = None) -> None:
    """Serve your guides to an assistant by the Model Context Protocol, on stdin and stdout.

    The assistant starts it: docs/mcp.md has the settings for Claude, VS Code, Zed and others. It
    can search, answer, grade and say what is due; it keeps an answer only after you were asked.
    Needs the extra `mcp`.

    Example: ragprep mcp --llm none
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a thread that waits for stdin hears nothing
    with sdk_needed():
        from ragprep.mcp.server import create_server
    if render.is_terminal(sys.stdin):
        render.say("Waiting for an assistant's messages on stdin; docs/mcp.md says who starts it.")
    with opened(home, llm=llm, llm_model=model) as prep:
        create_server(prep).run("stdio")


@contextmanager
def sdk_needed() -> Iterator[None]:
    """Say how to install the SDK where an import lacks it.

    Raises:
        ConfigError: it is not installed, or too old.
    """
    try:
        yield
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise ConfigError(
            "The package mcp, version 2.3 or newer, is not installed.",
            remedy='Run `pip install ".[mcp]"` in the checkout of ragprep.',
        ) from exc
