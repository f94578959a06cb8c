"""The protocol's conformance suite against `ragprep web --mcp`: needs npm's `npx`, which loads it.

`python benchmarks/mcp_conformance.py` runs the scenarios that ask for nothing but the protocol;
the others call tools, resources and prompts that the suite prescribes, or use what a server need
not offer. The suite cannot send a token, so here each request is given it on its way to the guard.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from measuring import Figure, arguments, at_most, show

from ragprep import Prep
from ragprep.config import Config
from ragprep.web.app import create_app

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

SUITE = (
    *("npx", "--yes", "--package", "node@22"),
    *("--package", "@modelcontextprotocol/conformance@0.1.16", "conformance", "server"),
)
SCENARIOS = (
    "server-initialize",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the shipped guide on a free port; give the address of the protocol."""
    prep = Prep.open(Config(home=home, practice=home / "history", llm="none"))
    prep.build(["shipped"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(prep, token="secret", hosts=[host], mcp=True)

        async def with_token(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                token = (b"authorization", b"Bearer secret")
                scope = {**scope, "headers": [*scope["headers"], token]}
            await app(scope, receive, send)

        server = uvicorn.Server(uvicorn.Config(with_token, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://{host}/mcp"
        server.should_exit = True
        thread.join(10)


def failed(url: str, scenario: str, folder: Path) -> int:
    """Return how many checks of a scenario were not passed.

    Raises:
        SystemExit: the suite did not run.
    """
    command = [*SUITE, "--url", url, "--scenario", scenario, "--output-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    results = list(folder.glob("*/checks.json"))
    if len(results) != 1:
        raise SystemExit(f"failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    checks = json.loads(results[0].read_text(encoding="utf-8"))
    return sum(check["status"] != "SUCCESS" for check in checks)


def main() -> None:
    """Run each scenario once."""
    options = arguments(__doc__, runs=1)
    if shutil.which("npx") is None:
        raise SystemExit("npx is not installed; it comes with npm.")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "home") as url:
        for scenario in SCENARIOS:
            count = failed(url, scenario, Path(folder) / scenario)
            figures.append(at_most(scenario, count, 0, "failed"))
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
