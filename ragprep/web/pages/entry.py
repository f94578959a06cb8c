"""The page of an entry: its answer, what it is graded by, one's own answer, and what is related."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Header
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from ragprep.errors import GuideError, PracticeError, RagprepError
from ragprep.web.pages.grading import GradeShown, grade_shown
from ragprep.web.pages.html import page
from ragprep.web.pages.markdown import entry_html
from ragprep.web.streaming import finished
from ragprep.web.writers import Writers

if TYPE_CHECKING:
    from collections.abc import Callable

    from ragprep.service import Prep
    from ragprep.web.llm_queue import LLMQueue

RELATED = 5
"""Entries to look at next."""


def router(prep: Prep, queue: LLMQueue) -> APIRouter:
    """Return the routes of the page; second opinions of a model wait for each other in `queue`."""
    routes, writers = APIRouter(include_in_schema=False), Writers(prep.writers)

    @routes.get("/entry/{ref:path}")
    def entry(ref: str) -> Response:
        """Show an entry."""
        return page("entry.html", current="Ask", **_shown(prep, writers, ref))

    @routes.post("/entry/{ref:path}")
    async def grade(
        ref: str,
        answer: Annotated[str, Form()] = "",
        second: Annotated[str, Form()] = "",
        hx_request: Annotated[str, Header(alias="HX-Request")] = "",
    ) -> Response:
        """Grade an answer; nothing of it is kept."""
        written = "\n".join(answer.splitlines())  # a form sends "\r\n"
        ref = (await run_in_threadpool(prep.entry, ref)).id  # else it would be searched for as text
        if second:
            graded = await finished(lambda _: prep.grade(ref, written, second=True), queue)
        else:
            graded = await run_in_threadpool(prep.grade, ref, written)
        shown = grade_shown(graded, written)
        if hx_request:
            return page("_grade.html", shown=shown)
        values = await run_in_threadpool(_shown, prep, writers, ref, shown, written)
        return page("entry.html", current="Ask", **values)

    return routes


def _shown(
    prep: Prep, writers: Writers, ref: str, grade: GradeShown | None = None, written: str = ""
) -> dict[str, Any]:
    """Return what the page shows; a part that fails says so, and the others are there."""
    entry = prep.entry(ref)
    rubric, rubric_problem = _tried(lambda: prep.rubric(ref), GuideError)
    past, past_problem = _tried(lambda: prep.history(ref), PracticeError)
    names, _ = _tried(writers.names, RagprepError)
    return {
        "entry": entry,
        "answer": entry_html(entry.answer),
        "rubric": rubric,
        "rubric_problem": rubric_problem,
        "related": prep.related(ref, RELATED),
        "reviews": [review for _, review in past[0]] if past else [],
        "state": past[1] if past else None,
        "past_problem": past_problem,
        "writers": names or (),
        "shown": grade,
        "written": written,
    }


def _tried(
    call: Callable[[], Any], expected: type[RagprepError]
) -> tuple[Any, RagprepError | None]:
    """Return what `call` returns, or the error of a kind that the page can do without."""
    try:
        return call(), None
    except expected as exc:
        return None, exc
