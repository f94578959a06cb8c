"""Pages of others, in a real browser: they neither read ours nor change anything."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from serving import TOKEN, Visit

pytestmark = pytest.mark.parametrize("way", ["desktop"], indirect=True)


def test_another_name_for_this_machine_is_refused(visit: Visit) -> None:
    """DNS rebinding: a page's host leads here, even with the token of this launch."""
    visit.expected += ["421", "favicon.ico"]
    port = urlsplit(visit.site).port
    answer = visit.page.goto(f"http://evil.example:{port}/?token={TOKEN}")
    visit.faults.clear()  # it asked another host, which is the point
    assert answer is not None
    assert answer.status == 421
    assert visit.page.context.cookies(f"http://evil.example:{port}") == []


def test_a_form_of_another_page_changes_nothing(visit: Visit, tmp_path: Path) -> None:
    """The browser would send it here; the person is known to it, and the guard refuses."""
    visit.expected += ["403", "favicon.ico"]
    visit.page.goto("data:text/html,<p>another page</p>")
    visit.faults.clear()
    visit.page.set_content(
        f'<form method="post" action="{visit.site}/guides/index"><button>Win</button></form>'
    )
    with visit.page.expect_response(f"{visit.site}/guides/index") as answer:
        visit.page.get_by_role("button").click()
    assert answer.value.status == 403
    visit.go("/guides")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Guides")
    expect(visit.page.get_by_text("Reading the guides again")).to_have_count(0)


def test_a_script_of_another_page_reads_nothing(visit: Visit) -> None:
    """Neither an answer nor whether there is one."""
    visit.expected += ["403", "blocked", "ERR_FAILED", "ERR_BLOCKED"]
    visit.page.goto("data:text/html,<p>another page</p>")
    visit.faults.clear()
    read = "url => fetch(url, {credentials: 'include'}).then(r => r.text(), () => 'nothing')"
    assert visit.page.evaluate(read, f"{visit.site}/") == "nothing"
