"""Guides in a real browser: adding, reading line by line, removing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from serving import Visit, served

from ragprep import Prep
from ragprep.config import Config

CATS = "# Cats\n\nAll about them.\n\n## What does a cat eat?\n\nMice and fish.\n"
LOCKS = "# Locks\n\nSome notes.\n\n## What is a deadlock?\n\nTwo wait.\n\n## What is a livelock?\n"


@pytest.fixture
def visit(tmp_path: Path, open_at: Callable) -> Iterator[Visit]:
    """The pages of a person with one small guide."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "cats.md").write_text(CATS, encoding="utf-8")
    home, history, guides = (tmp_path / name for name in ("home", "history", "guides"))
    prep = Prep.open(Config(home=home, llm="none", practice=history, guides=guides))
    prep.build([notes])
    with served(prep) as address:
        visit = open_at(address)
        yield visit
        visit.page.close()


def test_a_guide_is_added_read_and_removed(visit: Visit, tmp_path: Path) -> None:
    """Its lines are accounted for; the file stays where it is."""
    page = visit.go("/guides")
    visit.check()
    file = tmp_path / "locks.md"
    file.write_text(LOCKS, encoding="utf-8")
    page.get_by_label("Files, chosen or dropped here").set_input_files(file)
    page.get_by_role("button", name="Add the files").click()
    done(visit, "Adding locks.md")
    visit.check()
    page.get_by_role("link", name="locks line by line").click()
    row = page.get_by_role("row", name="left out")
    expect(row).to_contain_text("3")
    expect(page.get_by_role("row", name="What is a deadlock?")).to_contain_text("5–7")
    expect(page.get_by_role("main")).to_contain_text("2 entries, 1 of them without an answer")
    visit.check()
    visit.go("/?question=deadlock")
    expect(page.locator(".hits")).to_contain_text("What is a deadlock?")
    visit.go("/guides")
    page.get_by_role("button", name="Remove").last.click()
    done(visit, "Removing")
    expect(page.get_by_role("link", name="locks line by line")).to_have_count(0)
    assert (tmp_path / "guides" / "locks.md").read_text(encoding="utf-8") == LOCKS
    page.get_by_role("button", name="Add locks.md").click()
    done(visit, "Adding")
    expect(page.get_by_role("link", name="locks line by line")).to_be_visible()


def test_a_path_is_added_only_in_named_folders(visit: Visit, tmp_path: Path) -> None:
    """The message says which those are; what was typed is not lost."""
    visit.expected.append("422")
    page = visit.go("/guides")
    page.get_by_label("A file or folder, by its path").fill(f"{tmp_path}/elsewhere.md")
    page.get_by_role("button", name="Add the path").click()
    expect(page.get_by_role("alert")).to_contain_text("in none of the folders")
    expect(page.get_by_role("alert")).to_contain_text(str(tmp_path / "guides"))
    visit.check()
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "locks.md").write_text(LOCKS, encoding="utf-8")
    visit.go("/guides")
    page.get_by_label("A file or folder, by its path").fill(str(folder))
    page.get_by_role("button", name="Add the path").click()
    done(visit, "Adding")


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_guides_are_read_again(visit: Visit) -> None:
    """The page says what came of it."""
    page = visit.go("/guides")
    page.get_by_role("button", name="Read them again").click()
    done(visit, "Reading the guides again")


@pytest.mark.parametrize("way", ["desktop", "phone"], indirect=True)
def test_a_dropped_file_is_added(visit: Visit, tmp_path: Path) -> None:
    """As from a folder of the desktop: the place shows that it takes it, and it is sent at once."""
    page = visit.go("/guides")
    dropped = page.evaluate_handle(
        """text => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([text], "locks.md", { type: "text/markdown" }));
          return dropped;
        }""",
        LOCKS,
    )
    form = page.locator("form.drop")
    form.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(form).to_contain_class("over")
    visit.check()
    form.dispatch_event("drop", {"dataTransfer": dropped})
    done(visit, "Adding locks.md")
    assert (tmp_path / "guides" / "locks.md").read_text(encoding="utf-8") == LOCKS


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_dropped_text_is_no_file(visit: Visit) -> None:
    """A drop without a file sends nothing, and the place no longer shows that it would."""
    page = visit.go("/guides")
    form = page.locator("form.drop")
    text = page.evaluate_handle("() => new DataTransfer()")
    form.dispatch_event("dragover", {"dataTransfer": text})
    form.dispatch_event("drop", {"dataTransfer": text})
    expect(form).not_to_contain_class("over")
    assert page.evaluate("document.querySelector('#file').files.length") == 0


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_a_guide_is_added_and_removed_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    """By its path; then it is read line by line, and taken out again."""
    page = visit.go("/guides")
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "locks.md").write_text(LOCKS, encoding="utf-8")
    page.get_by_label("A file or folder, by its path").focus()
    page.keyboard.type(str(tmp_path / "guides" / "locks.md"))
    page.keyboard.press("Enter")
    done(visit, "Adding")
    page.get_by_role("link", name="locks line by line").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("2 entries, 1 of them without an answer")
    visit.go("/guides")
    page.get_by_role("button", name="Remove").last.focus()
    page.keyboard.press("Space")
    done(visit, "Removing")
    expect(page.get_by_role("link", name="locks line by line")).to_have_count(0)


def done(visit: Visit, name: str) -> None:
    """Wait for a build; without scripts by looking again."""
    built = visit.page.get_by_label("Built", exact=True).filter(has_text=name)
    if not visit.scripted:
        visit.until(built.is_visible, lambda: visit.go("/guides"))
    expect(built).to_be_visible()
