"""A small guide behind the pages, and a client of theirs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from fake_memory import Clock
from fastapi import FastAPI
from program import CATS, VOCABULARY, program
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder, FakeReader
from ragprep.web.pages import mock, practice, progress


@pytest.fixture
def cats(tmp_path: Path) -> Prep:
    """Two entries, each with a section of its own, and no history."""
    guide = tmp_path / "cats.md"
    guide.write_text(CATS, encoding="utf-8")
    fake = FakeEmbedder(VOCABULARY)
    config = Config(
        home=tmp_path / "home",
        llm="none",
        practice=tmp_path / "history",
        guides=tmp_path / "guides",
    )
    prep = Prep(config, encoder=(fake.info, fake), reader=FakeReader())
    prep.build([guide])
    return prep


@pytest.fixture
def api(cats: Prep) -> TestClient:
    """The app behind its guard, and a program that holds the token."""
    return program(cats)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now().astimezone())


@pytest.fixture
def pages(cats: Prep, clock: Clock) -> TestClient:
    """The pages of practice, mock interview and progress, without what guards them."""
    app = FastAPI()
    for routes in (practice.router(cats, clock=clock), mock.router(cats, clock=clock)):
        app.include_router(routes)
    app.include_router(progress.router(cats))
    return TestClient(app)
