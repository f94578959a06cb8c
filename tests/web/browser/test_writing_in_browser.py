"""Answers that a language model writes, in a real browser: piece by piece, by whom one chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Semaphore

import pytest
from playwright.sync_api import expect
from serving import Visit, served

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.servers import FakeOllama

ALL = 99
"""More pieces than are written, an answer that is asked for twice included."""

WRITTEN = (
    "Dropout sets a fraction ",
    "of the input units to 0 at random [q15.1]. ",
    "It ",
    "ends.",
)


@pytest.fixture
def released() -> Semaphore:
    """Lets the models write a piece, as often as it is released."""
    return Semaphore(0)


@pytest.fixture
def ollama(released: Semaphore) -> Iterator[FakeOllama]:
    """A server with two models."""
    with FakeOllama(WRITTEN, models=("fake:1b", "odd:1b"), released=released) as server:
        yield server


@pytest.fixture
def visit(
    ollama: FakeOllama, ready_home: Path, tmp_path: Path, open_at: Callable
) -> Iterator[Visit]:
    """The shipped guide's pages, where Ollama runs."""
    config = Config(
        home=ready_home, llm="ollama", ollama_host=ollama.url, practice=tmp_path / "history"
    )
    with served(Prep.open(config)) as address:
        visit = open_at(address)
        # a server that has not named its models in time is taken for none
        visit.until(visit.page.get_by_label("Answered by").is_visible, visit.page.reload)
        yield visit
        visit.page.close()


def test_an_answer_is_shown_while_it_is_written(visit: Visit, released: Semaphore) -> None:
    """A checked sentence at a time; then its sources, and who wrote it."""
    page = visit.page
    if not visit.scripted:
        released.release(ALL)
    page.get_by_label("Your question").fill("what is dropout?")
    page.get_by_label("Your question").press("Enter")
    turn = page.locator("#turn-1")
    if visit.scripted:
        expect(turn).to_contain_text("The model reads the entries")
        visit.check()
        released.release(3)
        expect(page.locator('#turn-1[aria-busy="true"]')).to_contain_text("at random. q15")
        visit.check()
        released.release(ALL)
    expect(turn).to_contain_text("Written by fake:1b")
    expect(turn).to_have_attribute("aria-busy", "false")
    expect(turn.locator(".cite").first).to_be_visible()
    visit.check()


def test_who_answers_can_be_chosen(visit: Visit, ollama: FakeOllama, released: Semaphore) -> None:
    """Another model, or the guide's own sentences at once; the choice stays."""
    page = visit.page
    released.release(ALL)
    by = page.get_by_label("Answered by")
    for choice, writer in (("odd:1b", "Written by odd:1b"), ("", "The guide’s own sentences")):
        asked = len(ollama.requests)
        by.select_option(choice)
        page.get_by_label("Your question").fill("what is dropout?")
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".turn").last).to_contain_text(writer)
        expect(by).to_have_value(choice)
        assert (len(ollama.requests) > asked) is bool(choice)
    visit.check()
