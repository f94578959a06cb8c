"""Makes the pictures of the README: the pages over the shipped guide, in Chromium.

    python docs/screenshots.py

Needs what development needs, and Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep import Prep
from ragprep.config import Config

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT / "tests" / "web" / "browser"))  # the server of the browser tests

ANSWER = (
    "Dropout is a regularization technique that sets random units to zero during training. It "
    "prevents overfitting and also reduces the co-adaptation of neurons. It works like an ensemble "
    "of many networks."
)


def main() -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright
    from serving import TOKEN, served

    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        prep = Prep.open(Config(home=Path(home), llm="none", practice=Path(home) / "history"))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(prep) as site:
            page = opened(browser, f"{site}/?token={TOKEN}", width=1100, height=760)
            ask(page)
            page.screenshot(path=IMAGES / "ask.png")
            page = opened(browser, f"{site}/?token={TOKEN}", width=390, height=760, dark=True)
            grade(page, site)
            page.screenshot(path=IMAGES / "grade-phone.png")
        browser.close()


def opened(browser: Browser, address: str, *, width: int, height: int, dark: bool = False) -> Page:
    """Return a window of this size, at an address."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(address)
    return page


def ask(page: Page) -> None:
    """Ask a question, and look at the source of its first sentence."""
    page.get_by_label("Your question").fill("what is dropout good for?")
    page.get_by_label("Your question").press("Enter")
    page.locator("#turn-1 .cite").first.hover()


def grade(page: Page, site: str) -> None:
    """Answer an entry, and look at the grade."""
    page.goto(f"{site}/entry/q15")
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Grade it").click()
    page.locator(".score").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.score').scrollIntoView()")


if __name__ == "__main__":
    main()
