"""Routes that change nothing: each calls one method of `Prep` and returns what `wire` makes of it.

`grade` is sent, not asked for: an answer is too long for an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ConfigDict
from pydantic.config import JsonDict
from starlette.concurrency import run_in_threadpool

from ragprep import wire
from ragprep.types.progress import Standing
from ragprep.web.api import schemas
from ragprep.web.api.shared import (
    AnswerText,
    Body,
    EntryParam,
    GuideParam,
    QueryParam,
    QueryText,
    RefParam,
    RefPath,
    SectionParam,
    TopParam,
    left,
    returns,
)
from ragprep.web.streaming import Abandoned, finished
from ragprep.web.writers import Writers
from ragprep.wire import shapes

if TYPE_CHECKING:
    from ragprep.service import Prep
    from ragprep.web.llm_queue import LLMQueue


GRADE_EXAMPLE: JsonDict = {
    "entry": "q3",
    "answer": "The model learns noise too; cross-validation helps.",
}


class GradeBody(Body):
    """An answer to grade.

    Attributes:
        entry: a label, an id, or words that find an entry.
        answer: in the person's own words.
        second: whether a language model gives a second opinion.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [GRADE_EXAMPLE]})

    entry: QueryText
    answer: AnswerText
    second: bool = False


def router(prep: Prep, queue: LLMQueue) -> APIRouter:
    """Return the routes."""
    routes, writers = APIRouter(), Writers(prep.writers)

    @routes.get("/search", **returns(shapes.SearchJson, wire.search))
    def search(query: QueryParam, top: TopParam = 5, section: SectionParam = None) -> Response:
        """Find the entries that answer a question, best first, and whether they cover it."""
        return JSONResponse(wire.search(prep.search(query, top, section=section), explain=False))

    @routes.get("/entries", **returns(schemas.ListingJson, wire.listing))
    def list_entries(section: SectionParam = None) -> Response:
        """List the entries, in the guides' order."""
        return JSONResponse(wire.listing(prep.entries(section=section)))

    @routes.get("/entries/{ref:path}", **returns(shapes.EntriesJson, wire.entries_shown))
    def show_entry(ref: RefPath) -> Response:
        """Show a whole entry with its key points."""
        return JSONResponse(wire.entries_shown([(prep.entry(ref), prep.points(ref))]))

    @routes.get("/related", **returns(shapes.RelatedJson, wire.related))
    def related(entry: EntryParam, top: TopParam = 5) -> Response:
        """Say what to look at next after an entry, with reasons."""
        return JSONResponse(wire.related(prep.find(entry), prep.related(entry, top)))

    @routes.post("/grade", **returns(shapes.GradeJson, wire.grade))
    async def grade(body: GradeBody, request: Request) -> Response:
        """Grade an answer point by point; nothing is kept."""
        if not body.second:
            grade = await run_in_threadpool(prep.grade, body.entry, body.answer)
            return JSONResponse(wire.grade(grade))
        try:
            grade = await finished(
                lambda _: prep.grade(body.entry, body.answer, second=True),
                queue,
                gone=request.is_disconnected,
            )
        except Abandoned:
            return left()
        return JSONResponse(wire.grade(grade))

    @routes.get("/status", **returns(schemas.StatusJson, wire.status))
    def status() -> Response:
        """Say what the index is made of."""
        return JSONResponse(wire.status(prep.status(), prep.config.home))

    @routes.get("/doctor", **returns(schemas.DoctorJson, wire.doctor))
    def doctor() -> Response:
        """Check what ragprep needs."""
        return JSONResponse(wire.doctor(prep.doctor()))

    @routes.get("/models", **returns(schemas.ModelsJson, wire.models))
    def models() -> Response:
        """Name the language models that may write answers."""
        return JSONResponse(wire.models(writers.names()))

    @routes.get("/progress", **returns(Standing, wire.progress))
    def progress(section: SectionParam = None, guide: GuideParam = None) -> Response:
        """Say how far the person has come."""
        return JSONResponse(wire.progress(prep.progress(section=section, guide=guide)))

    @routes.get("/due", **returns(shapes.DueJson, wire.due))
    def due(section: SectionParam = None, guide: GuideParam = None) -> Response:
        """Say which entries come due, and when."""
        waiting, new, _ = prep.due(section=section, guide=guide)
        return JSONResponse(wire.due(waiting, new))

    @routes.get("/history", **returns(schemas.HistoryJson, wire.history))
    def history(entry: RefParam = None) -> Response:
        """Show reviews, of one entry or of all."""
        return JSONResponse(wire.history(*prep.history(entry)))

    return routes
