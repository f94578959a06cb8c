"""The command `web`: the pages in a browser."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

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
NoOpen = Annotated[bool, typer.Option("--no-open", help="Print the address, and open no browser.")]


@web.command("web")
def serve(
    port: Port = 0,
    host: Host = "127.0.0.1",
    token: Token = None,
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
    from ragprep.web.serve import serve as run

    def ready(address: str) -> None:
        typer.echo(address)
        if not no_open:
            import webbrowser

            webbrowser.open(address)

    with opened(home) as prep:
        run(prep, host=host, port=port, token=token, ready=ready)
