"""Static files: kept by browsers where the address names their content."""

from __future__ import annotations

from starlette.testclient import TestClient

from ragprep.web.pages.html import static


def test_a_file_of_a_page_is_kept(api: TestClient) -> None:
    """The page names it by its content; the page itself is never stored."""
    page = api.get("/")
    assert static("app.css") in page.text
    assert page.headers["cache-control"] == "no-store"
    kept = api.get(static("app.css"))
    assert kept.headers["cache-control"] == "max-age=31536000, immutable"


def test_a_file_without_its_version_is_asked_for_by_etag(api: TestClient) -> None:
    """One that has not changed is not sent again."""
    first = api.get("/static/app.css")
    assert first.headers["cache-control"] == "no-cache"
    again = api.get("/static/app.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
