"""A mock interview by plain forms: two questions of cats, and the report."""

from __future__ import annotations

from fake_memory import Clock
from httpx import Response
from shown import step_of, text_of, typed_in
from starlette.testclient import TestClient

from ragprep import Prep

ANSWERS = {
    "What does a cat eat?": "Cats catch mice at night, fresh fish and warm milk.",
    "How long does a cat sleep?": "Fifteen hours a day.",
}


def begin(pages: TestClient, **fields: str) -> Response:
    return pages.post("/mock", data={"minutes": "10", "questions": "2"} | fields)


def press(pages: TestClient, page: Response, action: str, answer: str = "") -> Response:
    data = {"step": step_of(page), "action": action, "answer": answer}
    return pages.post("/mock/interview", data=data)


def question_of(page: Response) -> str:
    return page.text.partition("<h1>")[2].partition("</h1>")[0]


def test_answers_are_graded_at_the_end(pages: TestClient, cats: Prep):
    """Nothing is said of the first one before the second is answered; both are right."""
    page = begin(pages)
    assert "1 of 2 · about 5 minutes for it" in text_of(page)
    page = press(pages, page, "answer", ANSWERS[question_of(page)])
    assert "of 100" not in text_of(page)
    assert cats.history()[0] == ()
    page = press(pages, page, "answer", ANSWERS[question_of(page)])
    assert page.url.path == "/mock/report"
    assert "100 of 100 on average, over 2 of 2 questions" in text_of(page)
    assert {review.rating for _, review in cats.history()[0]} == {None}


def test_what_was_passed_over_is_to_be_worked_on(pages: TestClient):
    """What was typed does not count."""
    page = press(pages, press(pages, begin(pages), "pass", "Mice."), "pass")
    assert "0 of 100 on average, over 2 of 2 questions" in text_of(page)
    assert "Not answered: read the entry, then say it in your own words." in text_of(page)


def test_who_ends_it_hands_in_what_is_written(pages: TestClient, cats: Prep):
    """The other question was not asked."""
    page = begin(pages)
    page = press(pages, page, "end", ANSWERS[question_of(page)])
    assert "over 1 of 2 questions" in text_of(page)
    assert "There was no time for" in text_of(page)
    assert len(cats.history()[0]) == 1


def test_after_the_time_the_last_answer_is_handed_in(pages: TestClient, clock: Clock):
    """It counts; the other question was not asked."""
    page = begin(pages)
    clock.move(minutes=11)
    late = pages.get("/mock/interview")
    assert "the time is up: this is the last one" in text_of(late)
    assert "Hand in" in text_of(late)
    page = press(pages, late, "answer", ANSWERS[question_of(page)])
    assert "100 of 100 on average, over 1 of 2 questions" in text_of(page)


def test_an_interview_of_no_minutes_cannot_begin(pages: TestClient):
    page = begin(pages, minutes="0")
    assert page.status_code == 422
    assert '"0" is no number of minutes.' in text_of(page)


def test_a_draft_is_there_when_the_page_is_opened_again(pages: TestClient):
    """The next question begins without one; the report shows it as no answer."""
    page = begin(pages)
    pages.post("/mock/draft", data={"step": step_of(page), "answer": "half an"})
    assert typed_in(pages.get("/mock/interview")) == "half an"
    assert typed_in(press(pages, page, "pass")) == ""
    reply = pages.post("/mock/draft", data={"step": step_of(page), "answer": "late"})
    assert reply.status_code == 410


def test_a_form_counts_once(pages: TestClient):
    """Another click does not answer the next question; other words are given back."""
    asked = begin(pages)
    press(pages, asked, "answer", "Mice.")
    assert "2 of 2" in text_of(press(pages, asked, "answer", "Mice."))
    reply = press(pages, asked, "answer", "Fish.")
    assert (reply.status_code, "Fish." in text_of(reply)) == (409, True)


def test_the_report_can_be_kept_as_a_file(pages: TestClient):
    """Before there is one, and for other endings, the page of the interview is shown."""
    assert pages.get("/mock/report").url.path == "/mock"
    assert pages.get("/mock/report.md").url.path == "/mock"
    press(pages, press(pages, begin(pages), "pass"), "pass")
    kept = pages.get("/mock/report.md")
    assert kept.text.startswith("# Mock interview of ")
    assert kept.headers["content-disposition"].endswith('.md"')
    assert pages.get("/mock/report.html").text.startswith("<!doctype html>")
    assert pages.get("/mock/report.exe").url.path == "/mock"


def test_the_way_back_to_an_interview_and_to_its_report(pages: TestClient):
    assert pages.get("/mock/interview").url.path == "/mock"
    page = begin(pages)
    assert "An interview goes on." in text_of(pages.get("/mock"))
    press(pages, page, "end")
    assert pages.get("/mock/interview").url.path == "/mock/report"
    assert "The last interview has a report." in text_of(pages.get("/mock"))
