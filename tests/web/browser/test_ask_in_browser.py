"""Ask in a real browser, at a desk and on a phone, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from serving import Visit

DROPOUT = "What is dropout and why is it used?"


def asked(visit: Visit, question: str) -> None:
    """Type a question and press Enter."""
    visit.page.get_by_label("Your question").fill(question)
    visit.page.get_by_label("Your question").press("Enter")


def test_entries_are_shown_while_one_types(visit: Visit) -> None:
    """Without scripts a button shows them."""
    page = visit.go("/")
    visit.check()
    field = page.get_by_label("Your question")
    field.press_sequentially("what is dropout")
    if not visit.scripted:
        page.get_by_role("button", name="Search only").click()
    expect(page.locator(".hits > li").first).to_contain_text(DROPOUT)
    expect(page.get_by_label("Closest entries")).to_contain_text("strong")
    expect(field).to_have_value("what is dropout")
    visit.check()
    page.get_by_role("link", name=DROPOUT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(DROPOUT)


def test_a_citation_shows_its_source_and_leads_to_the_entry(visit: Visit, way: Any) -> None:
    """By pointer, by keyboard and by finger; Escape hides it."""
    page = visit.go("/")
    asked(visit, "what is dropout?")
    turn = page.locator("#turn-1")
    expect(turn).to_contain_text("a regularization technique")
    cite = turn.locator(".cite").first
    source = cite.locator(".source")
    expect(source).to_be_hidden()
    if way.phone and way.scripts:
        cite.get_by_role("link").first.tap()
    else:
        cite.hover()
    expect(source).to_contain_text("lines 152")
    visit.check()
    if visit.scripted:
        page.keyboard.press("Escape")
        expect(source).to_be_hidden()
    page.mouse.move(0, 0)
    cite.get_by_role("link").first.focus()
    expect(source).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(DROPOUT)
    page.go_back()
    expect(turn).to_contain_text("a regularization technique")


def test_a_follow_up_goes_on_with_the_subject(visit: Visit) -> None:
    """The conversation has an address of its own: it is there after a reload."""
    page = visit.go("/")
    asked(visit, "what is dropout?")
    expect(page.locator("#turn-1")).to_be_visible()
    asked(visit, "and what are the benefits?")
    second = page.locator("#turn-2")
    expect(second).to_contain_text("Searched for: what is dropout? and what are the benefits?")
    expect(second).to_contain_text("Prevents overfitting")
    visit.check()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_a_problem_is_gone_with_the_next_answer(visit: Visit) -> None:
    """It stays while nothing was answered after it."""
    visit.expected.append("422")
    page = visit.go("/")
    asked(visit, "   ")
    expect(page.get_by_role("alert")).to_contain_text("The question is empty.")
    asked(visit, "what is dropout?")
    expect(page.locator("#turn-1")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_the_browsers_way_back_leads_out_of_a_conversation(visit: Visit) -> None:
    """And forward into it again."""
    page = visit.go("/")
    asked(visit, "what is dropout?")
    expect(page.locator("#turn-1")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="For example")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    page.wait_for_load_state("load")  # htmx hears of a step forward only then
    page.go_forward()
    expect(page.locator("#turn-1")).to_contain_text("a regularization technique")


def test_what_is_not_covered_has_the_nearest_questions(visit: Visit) -> None:
    """Each leads to its entry."""
    page = visit.go("/")
    asked(visit, "how do I fry an egg?")
    turn = page.locator("#turn-1")
    expect(turn).to_contain_text("The guides do not cover this question.")
    expect(turn.get_by_label("Nearest questions").get_by_role("listitem")).to_have_count(3)
    visit.check()


@pytest.mark.parametrize("way", ["desktop"], indirect=True)
def test_text_of_a_question_is_only_text(visit: Visit) -> None:
    """Nothing that is typed becomes a part of the page."""
    page = visit.go("/")
    asked(visit, "<img src=x onerror=alert(1)> <script>alert(1)</script> what is dropout?")
    expect(page.locator("#turn-1 h2")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#turn-1 img, #turn-1 script").count() == 0
