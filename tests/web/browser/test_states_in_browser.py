"""States of pages that no flow comes by: each is accessible and fits, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect
from program import VOCABULARY
from serving import WAIT_MS, Visit, served

from ragprep import Prep
from ragprep.config import Config
from ragprep.errors import PracticeError
from ragprep.practice.mock import Interview
from ragprep.protocols import Role
from ragprep.testing.fakes import FakeEmbedder, FakeReader
from ragprep.testing.servers import FakeOllama, Fault
from ragprep.types.practice import Rating
from ragprep.types.session import Answered

pytestmark = pytest.mark.parametrize("way", ["desktop"], indirect=True)

ODD = """# Odd things

## What is in an answer?

| one | two |
| --- | --- |
| 1   | 2   |

```python
print("a line of code that is longer than any phone is wide, whichever way it is turned")
```

- A point about $O(n^2)$ and `inline_code_that_does_not_end_before_the_window_does_on_a_phone`
- [A link](https://example.org) and **bold** words

## What has no answer?
"""

LOCKS = "# Locks\n\n## What is a deadlock?\n\nTwo wait.\n"

Opened = Callable[[Prep], Visit]


@pytest.fixture
def opened(open_at: Callable) -> Iterator[Opened]:
    """Serve a person's guides, and open them."""
    with ExitStack() as servers:
        visits: list[Visit] = []

        def opened(prep: Prep) -> Visit:
            visits.append(open_at(servers.enter_context(served(prep))))
            return visits[-1]

        yield opened
        for visit in visits:
            visit.page.close()


def with_guide(cats: Prep, path: Path, text: str) -> Prep:
    """Return the guides of `cats` with another one in their place."""
    path.write_text(text, encoding="utf-8")
    cats.build([path])
    return cats


def test_before_the_guides_are_read(opened: Opened, tmp_path: Path) -> None:
    """Ask and Guides say so."""
    visit = opened(Prep(Config(home=tmp_path / "home", llm="none", guides=tmp_path / "guides")))
    expect(visit.page.get_by_text("read for the first time")).to_be_visible()
    visit.check_looks()
    visit.go("/guides")
    visit.check_looks()


def test_a_model_that_is_demanded_and_does_not_run(
    opened: Opened, ready_home: Path, nobody: str
) -> None:
    """The page says how to start it."""
    visit = opened(Prep.open(Config(home=ready_home, llm="ollama", ollama_host=nobody)))
    expect(visit.page.get_by_text("ollama serve")).to_be_visible()
    visit.check_looks()


def test_a_model_that_dies(opened: Opened, ready_home: Path) -> None:
    """The guide's own sentences have a note why they stand there."""
    with FakeOllama(fault=Fault.DIES) as server:
        visit = opened(Prep.open(Config(home=ready_home, llm="ollama", ollama_host=server.url)))
        visit.page.get_by_label("Your question").fill("what is dropout?")
        visit.page.get_by_label("Your question").press("Enter")
        expect(visit.page.locator('#turn-1[aria-busy="false"]')).to_contain_text("dropout")
        visit.check_looks()


def test_a_question_that_is_too_long(opened: Opened, cats: Prep) -> None:
    """Past the limit of the field, which cuts what is typed."""
    visit = opened(cats)
    visit.expected.append("422")
    visit.page.evaluate("document.querySelector('#question').removeAttribute('maxlength')")
    visit.page.get_by_label("Your question").fill("cats " * 2001)
    visit.page.get_by_label("Your question").press("Enter")
    expect(visit.page.get_by_role("alert").first).to_contain_text("10,000")
    visit.check_looks()


def test_an_entry_of_all_that_markdown_has(opened: Opened, cats: Prep, tmp_path: Path) -> None:
    """What is too wide scrolls by itself. An entry without an answer is a page too."""
    visit = opened(with_guide(cats, tmp_path / "odd.md", ODD))
    page = visit.go("/entry/q1")
    expect(page.get_by_role("table").first).to_be_visible()
    visit.check_looks()
    page = visit.go("/entry/q2")
    expect(page.get_by_role("heading", level=1)).to_have_text("What has no answer?")
    visit.check_looks()


@dataclass
class Held(FakeEmbedder):
    """Embeds nothing before it is released."""

    released: Event = field(default_factory=Event)

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return what a `FakeEmbedder` does, once it is released."""
        assert self.released.wait(10 * WAIT_MS / 1000)
        return super().embed(texts, role=role)


def test_a_build_that_runs_and_one_that_fails(opened: Opened, cats: Prep, tmp_path: Path) -> None:
    """And files that wait to be added."""
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "locks.md").write_text(LOCKS, encoding="utf-8")
    (folder / "empty.md").write_text("\n", encoding="utf-8")
    fake = Held(VOCABULARY)
    visit = opened(Prep(cats.config, encoder=(fake.info, fake), reader=FakeReader()))
    page = visit.go("/guides")
    visit.check_looks()
    page.get_by_role("button", name="Add locks.md").click()
    expect(page.get_by_label("Being built")).to_be_visible()
    visit.check_looks()
    fake.released.set()
    expect(page.get_by_label("Built", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add empty.md").click()
    expect(page.get_by_role("alert")).to_contain_text("empty.md")
    visit.check_looks()


def test_a_file_that_is_no_guide(opened: Opened, cats: Prep, tmp_path: Path) -> None:
    """It is refused below its field."""
    visit = opened(cats)
    visit.expected.append("422")
    page = visit.go("/guides")
    file = tmp_path / "song.mp3"
    file.write_bytes(b"la la")
    page.get_by_label("Files, chosen or dropped here").set_input_files(file)
    page.get_by_role("button", name="Add the files").click()
    expect(page.get_by_role("alert")).to_contain_text("song.mp3")
    visit.check_looks()


@pytest.mark.parametrize("path", ["/practice", "/mock"])
def test_a_form_with_a_mistake_while_something_goes_on(
    opened: Opened, cats: Prep, path: str
) -> None:
    """Both are said above the form."""
    visit = opened(cats)
    visit.expected.append("422")
    page = visit.go(path)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Your answer")).to_be_focused()
    visit.go(path)
    page.get_by_label("Questions").fill("0")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("link", name="Go on with it")).to_be_visible()
    visit.check_looks()


def test_a_history_that_fails_while_one_practises(
    opened: Opened, cats: Prep, tmp_path: Path
) -> None:
    """The rating is there to be tried again."""
    visit = opened(cats)
    page = visit.go("/practice")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Your answer").fill("Cats catch mice at night.")
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_label("Grade", exact=True)).to_be_visible()
    damage(tmp_path / "history")
    page.get_by_role("button", name="Hard").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visit.check_looks()


class Full:
    """A memory on a disk that is full once the answers are to be recorded."""

    def keep_draft(self, entry: str, text: str, now: datetime) -> None:
        """Have room for it."""

    def record(self, answered: Answered, rating: Rating | None, now: datetime) -> str:
        """Have none."""
        raise PracticeError("The disk is full.", remedy="Free some space.")


class Unrecorded(Prep):
    """Guides whose interviews cannot be recorded."""

    def mock(self, **about: Any) -> Interview:
        """Return an interview whose report fails."""
        interview = super().mock(**about)
        interview.memory = Full()  # type: ignore[assignment]
        return interview


def test_a_report_that_cannot_be_made(opened: Opened, cats: Prep) -> None:
    """It can be tried again."""
    visit = opened(remade(cats, Unrecorded))
    page = visit.go("/mock")
    page.get_by_label("Questions").fill("1")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Your answer").fill("Cats catch mice at night.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The report could not be made")
    expect(page.get_by_role("alert")).to_contain_text("Free some space.")
    visit.check_looks()


class Late(Prep):
    """Guides whose interviews have run out of time once they have begun."""

    def mock(self, **about: Any) -> Interview:
        """Return an interview of less than a second."""
        interview = super().mock(**about)
        interview.minutes = 1e-6
        return interview


def test_an_interview_that_is_out_of_time(opened: Opened, cats: Prep) -> None:
    """The last question, a report with one that was not asked, and the way back to the report."""
    visit = opened(remade(cats, Late))
    page = visit.go("/mock")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("the time is up: this is the last one")).to_be_visible()
    visit.check_looks()
    page.get_by_role("button", name="Pass").click()
    expect(page.get_by_text("There was no time for")).to_be_visible()
    visit.check_looks()
    visit.go("/mock")
    expect(page.get_by_role("link", name="Read it")).to_be_visible()
    visit.check_looks()


def test_progress_with_a_day_to_come_and_entries_that_are_due(opened: Opened, cats: Prep) -> None:
    """Before the first answer, after a missed one, and with a day that has come."""
    visit = opened(cats)
    visit.expected.append("422")
    now = datetime.now().astimezone()
    cats.set_interview(now.date() + timedelta(days=10))
    page = visit.go("/progress")
    expect(page.get_by_text("The interview is on")).to_be_visible()
    visit.check_looks()
    answered = cats.propose_review("q1", "They eat grass.")
    cats.keep_review(answered, Rating.AGAIN, clock=lambda: now - timedelta(days=3))
    visit.go("/progress")
    expect(page.get_by_role("heading", name="Points most often missed")).to_be_visible()
    expect(page.get_by_role("heading", name="Due today")).to_be_visible()
    page.get_by_label("Day of the interview").fill(f"{now:%Y-%m-%d}")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("has come")
    visit.check_looks()


def remade(cats: Prep, kind: type[Prep]) -> Prep:
    """Return guides of another kind over the same index."""
    fake: Any = cats.snapshot().embedder
    return kind(cats.config, encoder=(fake.info, fake), reader=FakeReader())


def damage(history: Path) -> None:
    """Overwrite what the history is kept in."""
    for file in history.iterdir():
        if file.is_file():
            file.write_bytes(b"no history")
