"""The page of an entry in a real browser: one's own answer, graded beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from serving import Visit

ANSWER = "Dropout sets random units to zero during training. It prevents overfitting."


def test_an_answer_is_graded_in_the_persons_own_text(visit: Visit) -> None:
    """Each point has its status in a word; the words that it was read in are marked."""
    page = visit.go("/entry/q15")
    expect(page.get_by_text("Reduces co-adaptation of neurons").first).to_be_visible()
    visit.check()
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Grade it").click()
    grade = page.get_by_label("Grade", exact=True)
    expect(grade).to_contain_text("of 100")
    expect(grade.locator(".points > li")).to_have_count(5)
    expect(grade.locator(".points .tag").first).to_have_text("covered")
    expect(grade.locator("mark.covered").first).to_contain_text("Dropout sets random units")
    expect(grade.locator(".written")).to_contain_text("It prevents overfitting.")
    expect(page.get_by_label("Your answer")).to_have_value(ANSWER)
    visit.check()


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_related_entries_say_why(visit: Visit) -> None:
    """And lead on."""
    page = visit.go("/entry/q15")
    related = page.get_by_label("Related")
    expect(related).to_contain_text("next step")
    expect(related).to_contain_text("about the key point: Prevents overfitting")
    related.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("dropout")


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_what_is_typed_is_still_there(visit: Visit) -> None:
    """When the tab was closed, or the page left."""
    page = visit.go("/entry/q15")
    page.get_by_label("Your answer").fill(ANSWER)
    page.goto("about:blank")
    visit.faults.clear()
    visit.go("/entry/q15")
    expect(page.get_by_label("Your answer")).to_have_value(ANSWER)
    visit.go("/entry/q16")
    expect(page.get_by_label("Your answer")).to_have_value("")


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_an_unknown_entry_says_so(visit: Visit) -> None:
    """With the way back."""
    visit.expected.append("404")
    page = visit.go("/entry/q999")
    expect(page.get_by_role("alert")).to_contain_text("q999")
    visit.check()
    page.get_by_role("link", name="Back to Ask").click()
    expect(page.get_by_label("Your question")).to_be_visible()
