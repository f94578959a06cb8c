"""The page Guides: what is indexed, what was read of it, and adding, re-indexing and removing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, Header, UploadFile
from fastapi.responses import RedirectResponse, Response

from ragprep.errors import ConfigError, IndexFault, RagprepError
from ragprep.types.guide import Role
from ragprep.web.folders import guides_folder, named_folders, sources_of, store_upload, within
from ragprep.web.pages.html import page

if TYPE_CHECKING:
    from ragprep.protocols import Progress
    from ragprep.service import Prep
    from ragprep.types.index import BuildReport, GuideFile, Manifest
    from ragprep.web.jobs import Jobs

SHIPPED = "shipped"

Text = Annotated[str, Form()]
Hx = Annotated[str, Header(alias="HX-Request")]


def router(prep: Prep, jobs: Jobs, folders: Sequence[Path] = ()) -> APIRouter:
    """Return the routes of the page.

    Args:
        prep: the guides.
        jobs: in which the index is built.
        folders: in which guides may be added by path, besides those that are known.
    """
    routes = APIRouter(include_in_schema=False)

    def started(
        name: str, work: Callable[[Progress], BuildReport], hx_request: str = ""
    ) -> Response:
        place = f"/guides?job={jobs.start(name, work).number}#job"
        if hx_request:
            return Response(headers={"HX-Redirect": place})
        return RedirectResponse(place, 303)

    @routes.get("/guides")
    def guides() -> Response:
        """Show what is indexed, and the build that runs or ran last."""
        return page("guides.html", current="Guides", **_shown(prep, jobs, folders))

    @routes.get("/guides/job")
    def job() -> Response:
        """Return how far the build is; once it is done the page is shown anew."""
        last = jobs.last
        if last is not None and last.running:
            return page("_job.html", job=last)
        return Response(status_code=204, headers={"HX-Refresh": "true"})

    @routes.get("/guides/account")
    def account(path: str = "") -> Response:
        """Show what was read of an indexed guide, line by line."""
        if path not in {guide.path for guide in prep.status().guides}:
            raise ConfigError(f"{path!r} is not indexed.", remedy="Choose one of the guides.")
        guide = prep.lint(path)
        questions = {entry.label: entry.question for entry in guide.entries}
        return page("account.html", current="Guides", guide=guide, questions=questions, Role=Role)

    @routes.post("/guides/index")
    def index() -> Response:
        """Read what is indexed again."""
        return started("Reading the guides again", lambda tell: prep.build(progress=tell))

    @routes.post("/guides/add")
    def add(path: Text = "", hx_request: Hx = "") -> Response:
        """Index a file or folder by its path, in the folders that the person named."""
        source = path.strip()
        if source != SHIPPED:
            source = str(within(source, named_folders(prep.config, sources_of(prep), folders)))
        return started(
            f"Adding {source}", lambda tell: prep.add_guide(source, progress=tell), hx_request
        )

    @routes.post("/guides/upload")
    def upload(
        file: Annotated[list[UploadFile] | None, File()] = None,
        replacing: Text = "",
        hx_request: Hx = "",
    ) -> Response:
        """Put files into the guides folder, and index them."""
        chosen = [(item.filename, item.file) for item in file or () if item.filename]
        if not chosen:
            raise ConfigError("No file was chosen.", remedy="Choose one, or drop it on the page.")
        jobs.check_idle()  # before anything is stored, which another try would meet
        folder = guides_folder(prep.config)
        stored = [
            store_upload(name, content, folder, replacing=bool(replacing))
            for name, content in chosen
        ]
        names = ", ".join(path.name for path in stored)
        return started(
            f"Adding {names}",
            lambda tell: [prep.add_guide(path, progress=tell) for path in stored][-1],
            hx_request,
        )

    @routes.post("/guides/remove")
    def remove(source: Text = "") -> Response:
        """Take a source out of the index; its files stay."""
        return started(f"Removing {source}", lambda tell: prep.remove_guide(source, progress=tell))

    return routes


def _shown(prep: Prep, jobs: Jobs, folders: Sequence[Path]) -> dict[str, Any]:
    """Return what the page shows."""
    last = jobs.last  # before the status: where it says done, that is the status after it
    manifest, problem = _status(prep)
    sources = manifest.sources if manifest else ()
    return {
        "manifest": manifest,
        "problem": problem,
        "guides": _by_source(manifest) if manifest else [],
        "job": last,
        "folder": guides_folder(prep.config),
        "waiting": _waiting(guides_folder(prep.config), manifest),
        "folders": named_folders(prep.config, sources, folders),
        "suffixes": _suffixes(),
    }


def _by_source(manifest: Manifest) -> list[tuple[str, list[GuideFile]]]:
    """Return each source with the guides that were found in it."""
    others = {guide.path: guide for guide in manifest.guides}
    grouped: dict[str, list[GuideFile]] = {}
    for source in manifest.sources:
        paths = [path for path in others if Path(path).is_relative_to(source)]
        grouped[source] = [others.pop(path) for path in paths]
    if SHIPPED in grouped:
        grouped[SHIPPED] += others.values()
    return list(grouped.items())


def _waiting(folder: Path, manifest: Manifest | None) -> list[Path]:
    """Return the files of the guides folder that are not indexed."""
    from ragprep.ingest.folders import notes_in

    if not folder.is_dir():
        return []
    indexed = {guide.path for guide in manifest.guides} if manifest else set()
    return [path for path in notes_in(folder)[0] if str(path) not in indexed]


def _status(prep: Prep) -> tuple[Manifest | None, RagprepError | None]:
    try:
        return prep.status(), None
    except IndexFault as exc:
        return None, exc


def _suffixes() -> list[str]:
    """Return the endings of the files that are read."""
    from ragprep.ingest.formats import FORMATS

    return sorted({suffix for item in FORMATS for suffix in item.suffixes})
