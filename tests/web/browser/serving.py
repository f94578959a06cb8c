"""Pages served to a real browser: the server in a thread, and what a browser saw go wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ragprep import Prep
from ragprep.web.app import create_app

TOKEN = "let-me-in"

ICON = "/static/icon.svg"
"""The browser asks for it when it likes, also when the test's server has stopped."""


@contextmanager
def served(prep: Prep) -> Iterator[str]:
    """Serve the pages on a free port; give their address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(prep, token=TOKEN, hosts=[host])
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://{host}"
        server.should_exit = True
        thread.join(10)


@dataclass
class Visit:
    """A page in a browser, and what it did that it should not.

    Attributes:
        page: of Playwright.
        site: the server's address.
        scripted: whether scripts run.
        expected: pieces of messages that a test expects in the console.
        faults: messages of the console, errors of scripts, and requests to other hosts.
    """

    page: Page
    site: str
    scripted: bool
    expected: list[str] = field(default_factory=lambda: [ICON])
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda it: self._heard(it.type, f"{it.text} {it.location}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.enter()

    def enter(self) -> Page:
        """Open the address that `ragprep web` prints."""
        return self.go(f"/?token={TOKEN}")

    def go(self, path: str) -> Page:
        """Open a page of ours."""
        self.page.goto(f"{self.site}{path}")
        return self.page

    def check(self) -> None:
        """Assert that what is shown now is accessible and fits the window."""
        self.page.wait_for_load_state("load")  # a form's page has text before it has its style
        if self.scripted:
            found = Axe().run(self.page)
            assert found.violations_count == 0, found.generate_report()
        too_wide: Any = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide == 0, "the page scrolls sideways"

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(piece in text for piece in self.expected):
            self.faults.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.site).netloc:
            self.faults.append(f"request: {url}")
