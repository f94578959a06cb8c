"""A real browser, once a module, and the shipped guide's pages in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")  # while it is open, other tests cannot run an event loop
def chromium() -> Iterator[object]:
    """Debian's Chromium, for which no browser has to be downloaded."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("for tests in a browser: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",  # root needs it
                "--disable-gpu",
                "--host-resolver-rules=MAP evil.example 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped guide's pages, for reading."""
    from serving import served

    folder = tmp_path_factory.mktemp("site")
    config = Config(
        home=ready_home, llm="none", practice=folder / "history", guides=folder / "guides"
    )
    with served(Prep.open(config)) as address:
        yield address


@dataclass(frozen=True)
class Way:
    """A way to look at pages: on a phone it is dark, and fingers point."""

    phone: bool
    scripts: bool


WAYS = {
    "desktop": Way(phone=False, scripts=True),
    "desktop without scripts": Way(phone=False, scripts=False),
    "phone": Way(phone=True, scripts=True),
    "phone without scripts": Way(phone=True, scripts=False),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each of `WAYS`; a test may name those that it is for."""
    return WAYS[request.param]


@pytest.fixture
def open_at(chromium, way: Way) -> Iterator[Callable]:
    """Open a browser's page at a site; nothing may have gone wrong in it at the end of the test."""
    from playwright.sync_api import expect
    from serving import DESKTOP, PHONE, WAIT_MS, Visit

    look = PHONE if way.phone else DESKTOP
    context = chromium.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.colours,
        has_touch=way.phone,
        java_script_enabled=way.scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    visits: list[Visit] = []

    def open_at(site: str) -> Visit:
        visits.append(Visit(context.new_page(), site, way.scripts))
        return visits[-1]

    yield open_at
    context.close()
    assert [fault for visit in visits for fault in visit.faults] == []


@pytest.fixture
def visit(open_at: Callable, site: str):
    """A browser's page at the shipped guide."""
    return open_at(site)
