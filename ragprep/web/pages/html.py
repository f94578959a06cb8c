"""What all pages share: their templates, the addresses of static files, and pages of errors."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse

from ragprep.wire import section

if TYPE_CHECKING:
    from jinja2 import Environment

    from ragprep.errors import RagprepError

WEB = Path(__file__).parents[1]
STATIC = WEB / "static"

PAGES = (
    ("Ask", "/"),
    ("Practice", "/practice"),
    ("Mock", "/mock"),
    ("Progress", "/progress"),
    ("Guides", "/guides"),
)
"""The navigation: what each page is called, and where it is."""


def page(template: str, *, current: str = "", status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page, or the part of one that `template` is.

    Args:
        template: name of the file.
        current: the page of `PAGES` that the navigation marks.
        status: of HTTP.
        **values: what the template shows; all of it is escaped.
    """
    return HTMLResponse(render(template, current=current, **values), status)


def render(template: str, **values: Any) -> str:
    """Return what a template makes of `values`."""
    return environment().get_template(template).render(**values)


def error_page(error: RagprepError, status: int, *, fragment: bool) -> HTMLResponse:
    """Return what went wrong and what to do about it.

    Args:
        error: to tell.
        status: of HTTP.
        fragment: for a part of a page that is there already.
    """
    template = "_problem.html" if fragment else "error.html"
    title = "Not found" if status == 404 else "This did not work"
    return page(template, status=status, title=title, message=str(error), remedy=error.remedy)


def entry_path(label: str) -> str:
    """Return the address of an entry; the label of a second guide has a slash in it."""
    return f"/entry/{quote(label)}"


def clock(seconds: int) -> str:
    """Return a time as a timer shows it: 65 seconds are "1:05"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def line_numbers(lines: tuple[int, int]) -> str:
    """Return the first and last line of something as text: "line 3", "lines 3–5"."""
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}–{last}"


@cache
def static(name: str) -> str:
    """Return the address of a static file; it changes with its content, so browsers may keep it."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


@cache
def environment() -> Environment:
    """Return the templates, which escape what they show and fail at names that nobody gave."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals |= {"static": static, "PAGES": PAGES}
    templates.filters |= {"section": section, "entry_path": entry_path, "clock": clock}
    templates.filters["line_numbers"] = line_numbers
    return templates
