"""Practice, mock interview and progress in a real browser, from the first page to the last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from serving import Visit, served

from ragprep import Prep
from ragprep.practice.journal import Journal
from ragprep.types.practice import Rating

MICE = "Cats catch mice at night."
FOOD = f"{MICE} They like fresh fish and warm milk."

at_a_desk = pytest.mark.parametrize("way", ["desktop"], indirect=True)


@pytest.fixture
def visit(cats: Prep, open_at: Callable) -> Iterator[Visit]:
    """The pages of a person who has answered nothing yet."""
    with served(cats) as address:
        visit = open_at(address)
        yield visit
        for page in visit.page.context.pages:
            page.wait_for_load_state()  # what it still loads would be refused


def ready(page: Page, button: str = "") -> None:
    """Wait until the answer, or a button, has the focus and the script hears the keys."""
    field = page.get_by_label("Your answer")
    expect(page.get_by_role("button", name=button) if button else field).to_be_focused()
    page.wait_for_load_state()


def focused(page: Page) -> str:
    """What has the focus: its text, or the name of a field."""
    script = "() => { const it = document.activeElement; return it.name + ' ' + it.innerText; }"
    return " ".join(str(page.evaluate(script)).split())


def test_a_session_from_its_beginning_to_the_progress(visit: Visit, cats: Prep) -> None:
    """Every stage is accessible and fits the window; the charts are there in the end."""
    page = visit.go("/practice")
    visit.check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does a cat eat?")
    visit.check()
    page.get_by_label("Your answer").fill(MICE)
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_label("Grade", exact=True)).to_contain_text("of 100")
    expect(page.locator("mark.covered")).to_have_text(MICE)
    expect(page.get_by_text('Fix first: Left out: 2 more of "Other food".')).to_be_visible()
    visit.check()
    page.get_by_role("button", name="Hard").click()
    expect(page.get_by_text('Name 2 more of "Other food".')).to_be_visible()
    visit.check()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_label("What you left out")).to_contain_text("Fresh fish")
    page.get_by_text("The entry").click()
    expect(page.locator("details .prose").last).to_contain_text("Fifteen hours a day.")
    visit.check()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("1 answered")).to_be_visible()
    visit.check()
    page.get_by_role("link", name="See your progress").click()
    day = cats.progress().at.date() + timedelta(days=10)
    page.get_by_label("Day of the interview").fill(day.isoformat())
    page.get_by_role("button", name="Keep it").click()
    names = ("Known by section", "Known until the interview", "Answers by day")
    for name in (*names, "Entries that come due", "The guides as a map"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    visit.check()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_role("row", name="Food").first).to_be_visible()
    visit.check()


def test_an_interview_from_its_beginning_to_the_report(visit: Visit) -> None:
    page = visit.go("/mock")
    visit.check()
    page.get_by_label("Questions").fill("2")
    page.get_by_role("button", name="Begin the interview").click()
    page.get_by_label("Your answer").fill(FOOD)
    visit.check()
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("button", name="Pass").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report of the interview")
    expect(page.get_by_label("To work on")).to_contain_text("Not answered")
    visit.check()
    page.locator("summary").first.click()
    visit.check()


@at_a_desk
def test_pages_before_the_first_answer_and_out_of_date_ones(visit: Visit) -> None:
    """There is no chart of nothing; what was written on an old page is shown."""
    visit.expected += ["409", "410"]
    page = visit.go("/progress")
    expect(page.get_by_text("There is none in the last 28 days.")).to_be_visible()
    visit.check()
    visit.go("/practice")
    page.get_by_role("button", name="Begin").click()
    step = page.locator("[name=step]").get_attribute("value")
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How long does a cat sleep?")
    page.evaluate("step => { document.querySelector('[name=step]').value = step; }", step)
    page.get_by_label("Your answer").fill(MICE)
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_text(MICE)).to_be_visible()
    visit.check()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How long does a cat sleep?")


@at_a_desk
def test_a_session_by_keyboard_alone(visit: Visit) -> None:
    """With the keys of the terminal, which are shown; in the answer they are letters."""
    page = visit.go("/practice")
    page.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")
    ready(page)
    page.keyboard.type("squeaking mice?")
    expect(page.get_by_label("Your answer")).to_have_value("squeaking mice?")
    page.keyboard.press("Control+Enter")
    ready(page, "(proposed)")
    page.keyboard.press("u")
    expect(page.get_by_label("Your answer")).to_have_value("squeaking mice?")
    ready(page)
    page.get_by_label("Your answer").fill(FOOD)
    page.keyboard.press("Control+Enter")
    ready(page, "Good (proposed)")
    page.keyboard.press("?")
    expect(page.locator("details .prose").last).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Good: q1 comes again on")).to_be_visible()
    ready(page)
    page.keyboard.press("Escape")
    assert focused(page) == "action s Skip"
    page.keyboard.press("u")
    ready(page, "Good (proposed)")
    page.keyboard.press("e")
    expect(page.get_by_text("Easy: q1 comes again on")).to_be_visible()
    ready(page)
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.get_by_text("1 answered")).to_be_visible()


@at_a_desk
def test_an_interview_by_keyboard_alone(visit: Visit) -> None:
    """The first question is answered, the second passed over."""
    page = visit.go("/mock")
    page.get_by_label("Questions").focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    ready(page)
    page.keyboard.type("squeaking")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    ready(page)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report of the interview")


@at_a_desk
def test_the_day_of_the_interview_by_keyboard_alone(visit: Visit, cats: Prep) -> None:
    """It is set, seen in a table that a key opens, and removed."""
    review = cats.propose_review("q1", FOOD)
    cats.keep_review(review, Rating.GOOD)
    day = cats.progress().at.date() + timedelta(days=10)
    page = visit.go("/progress")
    page.get_by_label("Day of the interview").focus()
    page.keyboard.type(f"{day:%m%d%Y}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Known until the interview")).to_be_visible()
    assert cats.progress().until == day
    page.get_by_text("Until the interview: the figures").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="10", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Say when the interview is")).to_be_visible()
    assert cats.progress().until is None


@at_a_desk
def test_a_key_means_nothing_outside_the_form(visit: Visit) -> None:
    """So that who speaks to the browser, or types by mistake, ends no session."""
    page = visit.go("/practice")
    page.get_by_role("button", name="Begin").click()
    ready(page)
    page.get_by_role("link", name="Progress").focus()
    page.keyboard.press("q")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("What does a cat eat?")


@at_a_desk
@pytest.mark.parametrize("path", ["/practice", "/mock"])
@pytest.mark.parametrize("left", [False, True], ids=["kept", "left"])
def test_a_draft_outlasts_a_closed_tab(
    visit: Visit, open_at: Callable, path: str, left: bool
) -> None:
    """It is kept every few seconds, and when the page is left."""
    page = visit.go(path)
    page.get_by_role("button", name="Begin").click()
    ready(page)  # before that nothing hears that the page is left
    page.get_by_label("Your answer").fill("Half an answ")
    if not left:
        expect(page.get_by_text("Kept.", exact=True)).to_be_visible()
        page.close()
    else:
        page.goto("about:blank")
        visit.faults.clear()
    page = open_at(visit.site).go(path)
    page.get_by_role("link", name="Go on with it").click()
    field = page.get_by_label("Your answer")
    # what a page sends when it is left may come after the next has begun
    visit.until(lambda: field.input_value() != "", page.reload)
    expect(field).to_have_value("Half an answ")


@at_a_desk
def test_a_server_that_is_gone_takes_no_words_with_it(visit: Visit) -> None:
    """The form is not sent, and the page stays; once there is an answer again, it is."""
    visit.expected.append("ERR_FAILED")
    page = visit.go("/practice")
    page.get_by_role("button", name="Begin").click()
    ready(page)
    page.route("**/practice/draft", lambda route: route.abort())
    page.get_by_label("Your answer").fill(MICE)
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_text("Not kept: ragprep does not answer.")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value(MICE)
    visit.check()
    page.unroute("**/practice/draft")
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_label("Grade", exact=True)).to_be_visible()


@at_a_desk
def test_a_history_that_another_process_writes_takes_no_words_with_it(
    visit: Visit, cats: Prep
) -> None:
    """The page says so, and its form is not sent; once the other is done, it is."""
    visit.expected.append("409")
    page = visit.go("/practice")
    page.get_by_role("button", name="Begin").click()
    ready(page)
    with Journal.open(cats.config.practice) as journal, journal.database.writing():
        page.get_by_label("Your answer").fill(MICE)
        page.get_by_role("button", name="Grade it").click()
        expect(page.get_by_text("Not kept: Another process is writing")).to_be_visible()
        expect(page.get_by_label("Your answer")).to_have_value(MICE)
    page.get_by_role("button", name="Grade it").click()
    expect(page.get_by_label("Grade", exact=True)).to_be_visible()


@at_a_desk
def test_the_timer_counts(visit: Visit) -> None:
    """Up from nothing, and down from the minutes that were chosen."""
    page = visit.go("/practice")
    page.get_by_label("Minutes").fill("5")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("timer").first).to_have_text(re.compile(r"0:(0[2-9]|[1-5]\d)"))
    expect(page.get_by_role("timer").last).to_have_text(re.compile(r"4:[0-5]\d left"))
