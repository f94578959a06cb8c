"""Pages by keyboard alone: everything can be reached, in order, and shows where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from serving import Visit

pytestmark = pytest.mark.parametrize("way", ["desktop"], indirect=True)

FOCUSED = """() => {
  const it = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(it);
  return [it.innerText || it.name || it.tagName, outlineStyle, parseFloat(outlineWidth)];
}"""


def tabbed(page: Page, times: int) -> list[str]:
    """Press Tab; return what has the focus each time, which has to be seen."""
    names = []
    for _ in range(times):
        page.keyboard.press("Tab")
        name, outline, width = page.evaluate(FOCUSED)
        assert (outline, width) == ("solid", 3), name
        names.append(name.strip())
    return names


def test_a_question_is_asked_and_an_entry_opened(visit: Visit) -> None:
    """The field has the focus at once; Tab leads from there to the answer."""
    page = visit.go("/")
    page.keyboard.type("what is dropout?")
    expect(page.locator(".hits > li")).to_have_count(8)
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1 .cite").first).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#turn-1").get_by_role("link", name="What is dropout").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("dropout")


def test_the_content_can_be_skipped_to(visit: Visit) -> None:
    """Before the navigation, which comes in its order."""
    page = visit.go("/entry/q15")
    pages = ["ragprep", "Ask", "Practice", "Mock", "Progress", "Guides"]
    assert tabbed(page, 7) == ["Skip to the content", *pages]
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert tabbed(page, 1) == ["The guide’s answer"]


def test_an_answer_is_graded(visit: Visit) -> None:
    """From the field to the button and on to what to read next."""
    page = visit.go("/entry/q15")
    page.get_by_label("Your answer").focus()
    page.keyboard.type("Dropout sets random units to zero during training.")
    assert tabbed(page, 1) == ["Grade it"]
    page.keyboard.press("Enter")
    expect(page.get_by_label("Grade", exact=True)).to_be_visible()
    page.get_by_role("button", name="Grade it").focus()
    assert tabbed(page, 2)[0] == "Practice"


def test_guides_are_reached(visit: Visit) -> None:
    """What is indexed, then the two ways to add to it."""
    page = visit.go("/guides")
    page.get_by_role("button", name="Read them again").focus()
    names = ["line by line", "file", "replacing", "Add the files", "path", "Add the path"]
    assert tabbed(page, 7)[1:] == names  # after the table, which may scroll
