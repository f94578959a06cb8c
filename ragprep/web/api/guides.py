"""Guides and their index: what is read, and builds in the background with their progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field

from ragprep import wire
from ragprep.errors import ConfigError
from ragprep.web.api import schemas
from ragprep.web.api.answering import event
from ragprep.web.api.shared import MAX_PATH_CHARS, STREAM, Body, returns, streams_wanted
from ragprep.web.folders import guides_folder, named_folders, sources_of, store_upload, within
from ragprep.web.problems import UnknownName, problem_of

if TYPE_CHECKING:
    from ragprep.protocols import Progress
    from ragprep.service import Prep
    from ragprep.types.index import BuildReport
    from ragprep.web.jobs import Job, Jobs

EVERY_S = 0.2
"""Between two looks at a build."""

EVENTS = (
    "Asked for with `Accept: text/event-stream`. Events: `job`, its data the same object as "
    "without a stream, each time that it changes, until the build is done or failed."
)

SourceText = Annotated[str, Field(max_length=MAX_PATH_CHARS)]
SourceParam = Annotated[
    str, Query(max_length=MAX_PATH_CHARS, description="One of `sources` of `/status`.")
]
PathParam = Annotated[
    str, Query(max_length=MAX_PATH_CHARS, description="The path of one of `guides` of `/status`.")
]


class SourceBody(Body):
    """A source of guides.

    Attributes:
        path: of a file or folder on this machine, in a folder that the person named; or "shipped".
    """

    path: SourceText


def router(prep: Prep, jobs: Jobs, folders: Sequence[Path] = ()) -> APIRouter:
    """Return the routes; see `ragprep.web.pages.guides.router`."""
    routes = APIRouter()
    builds = returns(schemas.JobJson, job_json, status=202, location="The build.")

    def started(name: str, work: Callable[[Progress], BuildReport]) -> Response:
        job = jobs.start(name, work)
        return JSONResponse(job_json(job), 202, {"Location": f"/api/v1/index/{job.number}"})

    @routes.get("/guides", **returns(schemas.LintJson, wire.lint))
    def account_of_guide(path: PathParam) -> Response:
        """Say what an indexed guide is read as, line by line."""
        if path not in {guide.path for guide in prep.status().guides}:
            raise UnknownName(f"{path!r} is not indexed.", remedy="`GET /api/v1/status` names all.")
        return JSONResponse(wire.lint(prep.lint(path)))

    @routes.post("/guides", **builds)
    def add_guide(body: SourceBody) -> Response:
        """Index a file or folder on this machine beside what is indexed."""
        source = body.path.strip()
        if source != "shipped":
            source = str(within(source, named_folders(prep.config, sources_of(prep), folders)))
        return started(f"Adding {source}", lambda tell: prep.add_guide(source, progress=tell))

    @routes.post("/guides/upload", **builds)
    def upload_guide(
        file: Annotated[UploadFile, File(description="A guide; at most 50 MB.")],
        replacing: Annotated[bool, Form(description="Replace a file of this name.")] = False,
    ) -> Response:
        """Put a file into the guides folder, and index it."""
        jobs.check_idle()  # before the file is stored, which another try would meet
        folder = guides_folder(prep.config)
        stored = store_upload(file.filename or "", file.file, folder, replacing=replacing)
        return started(f"Adding {stored.name}", lambda tell: prep.add_guide(stored, progress=tell))

    @routes.delete("/guides", **builds)
    def remove_guide(source: SourceParam) -> Response:
        """Take a source out of the index; its files stay."""
        if source not in sources_of(prep):
            raise UnknownName(f"{source!r} is not indexed.", remedy="`GET /api/v1/status` tells.")
        if len(sources_of(prep)) == 1:
            raise ConfigError(f"{source} is all that is indexed.", remedy="Add another before.")
        return started(f"Removing {source}", lambda tell: prep.remove_guide(source, progress=tell))

    @routes.post("/index", **builds)
    def rebuild() -> Response:
        """Read what is indexed again."""
        return started("Reading the guides again", lambda tell: prep.build(progress=tell))

    @routes.get("/index/{number}", **returns(schemas.JobJson, job_json, streams=EVENTS))
    async def show_build(number: int, request: Request) -> Response:
        """Say how far a build is; of the builds of this process the last one is known."""
        job = _job(jobs, number)
        if streams_wanted(request):
            return StreamingResponse(_events(jobs, number), media_type=STREAM)
        return JSONResponse(job_json(job))

    return routes


def job_json(job: Job) -> dict[str, Any]:
    """Return a build of the index as it stands.

    - `job`: its number; `name`: what it does.
    - `state`: "running", "done" or "failed".
    - `stage`: what goes on; `done` of `total` of it (0 where nobody knows).
    - `report`: what it did, as of `ragprep index --json`; null while it runs or where it failed.
    - `problem`: why it failed, else null.
    """
    return {
        "job": job.number,
        "name": job.name,
        "state": "running" if job.running else "failed" if job.error else "done",
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "report": job.report and wire.build(job.report),
        "problem": job.error and problem_of(job.error),
    }


def _job(jobs: Jobs, number: int) -> Job:
    if jobs.last is None or jobs.last.number != number:
        raise UnknownName(
            f"Build {number} is not the last one of this process.",
            remedy="Begin one: POST /api/v1/index.",
        )
    return jobs.last


async def _events(jobs: Jobs, number: int) -> AsyncIterator[str]:
    shown: Job | None = None
    while shown is None or shown.running:
        job = jobs.last
        if job is None or job.number != number:
            return
        if job != shown:
            yield event("job", job_json(job))
        shown = job
        if job.running:
            await asyncio.sleep(EVERY_S)
