"""Guides over the API: what is read, and builds that go on while their progress is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient
from test_api import V1, problem
from test_api_answers import STREAM, events

from ragprep import Prep
from ragprep.locks import building

DOGS = "# Dogs\n\n### Q1. What does a dog eat?\n\n**A:** Meat.\n"


def built(api: TestClient, response: Response) -> dict[str, object]:
    """Return the last event of the build that a response leads to."""
    assert response.status_code == 202 and response.json()["state"] == "running"
    name, job = events(api.get(response.headers["location"], headers=STREAM))[-1]
    assert name == "job"
    assert api.get(response.headers["location"]).json() == job
    return job


def sources(api: TestClient) -> list[str]:
    return [Path(source).name for source in api.get(f"{V1}/status").json()["sources"]]


def test_the_index_is_built_again(cats: Prep, api: TestClient) -> None:
    """An edit is in the result."""
    [source] = cats.status().sources
    edited = Path(source).read_text(encoding="utf-8").replace("Fifteen", "Twenty")
    Path(source).write_text(edited, encoding="utf-8")
    job = built(api, api.post(f"{V1}/index"))
    assert (job["state"], job["report"]["entries"]) == ("done", 2)
    [shown] = api.get(f"{V1}/entries/q2").json()["entries"]
    assert shown["answer"] == "Twenty hours a day."


def test_a_guide_is_uploaded_into_the_guides_folder(cats: Prep, api: TestClient) -> None:
    """Its name loses the folders in it; a second one of the name is refused."""
    sent = {"file": ("../../dogs.md", DOGS)}
    job = built(api, api.post(f"{V1}/guides/upload", files=sent))
    assert job["state"] == "done" and sources(api) == ["cats.md", "dogs.md"]
    assert (cats.config.guides / "dogs.md").read_text(encoding="utf-8") == DOGS
    assert problem(api.post(f"{V1}/guides/upload", files=sent))[0] == 422
    sent = {"file": ("dogs.md", DOGS)}
    job = built(api, api.post(f"{V1}/guides/upload", files=sent, data={"replacing": "true"}))
    assert job["state"] == "done"


@pytest.mark.parametrize("path", [f"{V1}/guides/upload", "/guides/upload"])
def test_a_file_that_comes_during_a_build_is_not_stored(
    cats: Prep, api: TestClient, path: str
) -> None:
    """Otherwise its name would be taken when it is sent again."""
    sent = {"file": ("dogs.md", DOGS)}
    with building(cats.config.home):  # the build that begins waits for it
        build = api.post(f"{V1}/index")
        assert api.post(path, files=sent).status_code == 409
    assert not (cats.config.guides / "dogs.md").exists()
    assert built(api, build)["state"] == "done"


@pytest.mark.parametrize("name", ["notes.exe", ".md", ".."])
def test_a_name_that_is_none_is_refused(api: TestClient, name: str) -> None:
    status, _, _ = problem(api.post(f"{V1}/guides/upload", files={"file": (name, DOGS)}))
    assert status == 422


def test_no_file_outside_the_named_folders_is_read(
    cats: Prep, api: TestClient, tmp_path: Path
) -> None:
    """Nor by a link out of them; what is in them is added."""
    outside, folder = tmp_path / "secret.md", cats.config.guides
    outside.write_text(DOGS, encoding="utf-8")
    folder.mkdir()
    (folder / "link.md").symlink_to(outside)
    for path in (outside, folder / "link.md", folder / ".." / "secret.md", "a\x00b", "~nobody/x"):
        assert problem(api.post(f"{V1}/guides", json={"path": str(path)}))[0] == 422
    assert problem(api.get(f"{V1}/guides", params={"path": str(outside)}))[0] == 404
    (folder / "dogs.md").write_text(DOGS, encoding="utf-8")
    job = built(api, api.post(f"{V1}/guides", json={"path": str(folder / "dogs.md")}))
    assert job["state"] == "done" and sources(api) == ["cats.md", "dogs.md"]


def test_a_build_that_fails_says_why(cats: Prep, api: TestClient) -> None:
    """The index stays as it was."""
    cats.config.guides.mkdir()
    (cats.config.guides / "empty.md").write_text("Nothing.", encoding="utf-8")
    path = str(cats.config.guides / "empty.md")
    job = built(api, api.post(f"{V1}/guides", json={"path": path}))
    assert job["state"] == "failed" and job["problem"]["remedy"]
    assert sources(api) == ["cats.md"]


def test_a_source_is_removed(cats: Prep, api: TestClient) -> None:
    """But for the last one; its file stays."""
    built(api, api.post(f"{V1}/guides/upload", files={"file": ("dogs.md", DOGS)}))
    first, second = cats.status().sources
    built(api, api.delete(f"{V1}/guides", params={"source": first}))
    assert sources(api) == ["dogs.md"] and Path(first).exists()
    assert problem(api.delete(f"{V1}/guides", params={"source": second}))[0] == 422
    assert problem(api.delete(f"{V1}/guides", params={"source": first}))[0] == 404


def test_what_a_guide_is_read_as(cats: Prep, api: TestClient) -> None:
    [guide] = api.get(f"{V1}/status").json()["guides"]
    account = api.get(f"{V1}/guides", params={"path": guide["path"]}).json()
    assert [entry["label"] for entry in account["found"]] == ["q1", "q2"]
