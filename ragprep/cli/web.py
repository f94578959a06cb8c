"""The command `web`: the pages in a browser."""

from __future__ import annotations

import json
import threading
from importlib.util import find_spec
from typing import Annotated
from urllib.parse import quote

import typer

from ragprep.cli import render
from ragprep.cli.mcp import sdk_needed
from ragprep.cli.opening import opened
from ragprep.cli.options import Home
from ragprep.errors import ConfigError

web = typer.Typer(rich_markup_mode=None)

Port = Annotated[
    int, typer.Option(metavar="N", min=0, max=65535, help="Listen there. Otherwise on a free one.")
]
Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Listen there, for other machines. Needs --token.")
]
Token = Annotated[
    str | None,
    typer.Option(metavar="SECRET", help="What a browser has to show. Otherwise drawn anew."),
]
MCP = Annotated[
    bool, typer.Option("--mcp", help="Serve assistants too, at /mcp. Needs the extra mcp.")
]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Print the address, and open no browser.")]


@web.command("web")
def serve(
    port: Port = 0,
    host: Host = "127.0.0.1",
    token: Token = None,
    mcp: MCP = False,
    no_open: NoOpen = False,
    home: Home = None,
) -> None:
    """Ask, practise and look up entries on pages in your browser.

    It serves this machine only, and whoever knows the address with its token,
    until Ctrl-C. Needs the extra web: pip install "ragprep[web]"

    Example: ragprep web --port 8000 --no-open
    """
    if any(find_spec(name) is None for name in ("fastapi", "uvicorn", "jinja2", "nh3")):
        raise ConfigError(
            "The pages need packages that are not installed.",
            remedy='Install them: pip install "ragprep[web]"',
        )
    if mcp:
        with sdk_needed():
            import ragprep.web.mcp
    import webbrowser

    from ragprep.web.serve import serve as run

    lasts = port != 0 and token is not None

    def ready(address: str, token: str) -> None:
        page = f"{address}/?token={quote(token, safe='')}"
        typer.echo(page)
        if mcp:
            _say_settings(f"{address}{ragprep.web.mcp.PATH}", token, lasts=lasts)
        if not no_open:
            # in a thread: a browser for the terminal returns when it is left, and waits for us
            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()

    with opened(home) as prep:
        run(prep, host=host, port=port, token=token, mcp=mcp, ready=ready)


def _say_settings(url: str, token: str, *, lasts: bool) -> None:
    """Tell the person the address for assistants, and what to put into an assistant's settings.

    Args:
        url: of the MCP server.
        token: of this launch.
        lasts: whether the next launch has the same.
    """
    server = {"type": "http", "url": url, "headers": {"Authorization": f"Bearer {token}"}}
    render.say(f"Assistants connect to {url}; most take these settings (docs/mcp.md):")
    typer.echo(json.dumps({"mcpServers": {"ragprep": server}}), err=True)
    if not lasts:
        render.say("They hold for this launch; with --port and --token for the next ones too.")
