"""Pages served to a real browser: the server in a thread, and what a browser saw go wrong."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from ragprep import Prep
from ragprep.web.app import create_app

TOKEN = "let-me-in"

WAIT_MS = 30_000
"""For what a page is to show: a busy machine takes seconds."""


@dataclass(frozen=True)
class Look:
    """A window, and the colours that its person prefers."""

    width: int
    height: int
    colours: Literal["light", "dark"]


DESKTOP, PHONE = Look(1280, 900, "light"), Look(360, 740, "dark")

NEEDS_SCRIPTS = re.compile(r"<script.*?</script>|</?noscript>", re.DOTALL)
"""Taken out of what a page without scripts shows, for a browser with scripts to show the same."""

BROKEN_WORDS = r"""[...document.querySelectorAll("th, td")]
  .filter((cell) => cell.checkVisibility() && cell.querySelector("*") === null)
  .flatMap((cell) => [...cell.textContent.matchAll(/[\p{L}\p{N}]+/gu)].map((word) => {
    const range = document.createRange();
    range.setStart(cell.firstChild, word.index);
    range.setEnd(cell.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1 ? word[0] : "";
  }))
  .filter((word) => word)"""
"""Words in the cells of tables that stand on two lines, with no hyphen between."""

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
            _audit(self.page)
        else:
            self._audit_copy()
        too_wide: Any = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide == 0, "the page scrolls sideways"
        assert self.page.evaluate(BROKEN_WORDS) == [], "words of a table are broken"

    def check_looks(self) -> None:
        """Assert as `check` does at a desk, in light colours, and on a phone, in dark ones."""
        for look in (PHONE, DESKTOP):
            self.page.set_viewport_size({"width": look.width, "height": look.height})
            self.page.emulate_media(color_scheme=look.colours)
            self.check()

    def until(self, holds: Callable[[], bool], look_again: Callable[[], object]) -> None:
        """Look again and again until something holds that no page shows by itself."""
        end = time.monotonic() + WAIT_MS / 1000
        while not holds():
            assert time.monotonic() < end, "it never came to hold"
            time.sleep(0.1)
            look_again()

    def _audit_copy(self) -> None:
        """Audit what a page without scripts shows in a window with them: axe is a script."""
        assert self.page.context.browser is not None and self.page.viewport_size is not None
        html = NEEDS_SCRIPTS.sub("", self.page.content())
        colours = "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
        copy = self.page.context.browser.new_page(
            viewport=self.page.viewport_size,
            color_scheme=self.page.evaluate(colours),
            reduced_motion="reduce",
        )

        def answer(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=html, content_type="text/html")
            else:
                route.continue_()

        copy.route("**/*", answer)
        copy.goto(self.page.url)
        _audit(copy)
        copy.close()

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(piece in text for piece in self.expected):
            self.faults.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.site).netloc:
            self.faults.append(f"request: {url}")


def _audit(page: Page) -> None:
    audit = Axe().run(page)
    assert audit.violations_count == 0, audit.generate_report()
