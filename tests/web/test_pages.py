"""Ask, entries and guides without a browser: what each request is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest
from shown import text_of
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder
from ragprep.web.app import site
from ragprep.web.pages.html import line_numbers

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(cats: Prep) -> TestClient:
    """The site over two entries, without what guards it."""
    return TestClient(site(cats), follow_redirects=False)


def test_nothing_is_read_for_the_first_page(tmp_path: Path) -> None:
    """Before there is an index it says that the first answer takes a while."""
    fake = FakeEmbedder(("cat",))
    config = Config(home=tmp_path, llm="none", practice=tmp_path / "history")
    prep = Prep(config, encoder=(fake.info, fake))
    page = TestClient(site(prep)).get("/")
    assert "read for the first time" in text_of(page)
    assert (fake.embedded, list(tmp_path.iterdir())) == ([], [])


def test_an_answer_to_an_entry_that_is_gone_is_graded_by_no_other(client: TestClient) -> None:
    """What the address says is no question to search for."""
    answer = {"answer": "Cats catch mice."}
    gone = client.post("/entry/what does a cat eat", data=answer, headers=HTMX)
    assert gone.status_code == 404
    assert "No entry is called" in text_of(gone)


def test_an_empty_page_offers_questions_of_the_guides(client: TestClient) -> None:
    """Each leads to what is found for it."""
    page = client.get("/")
    assert "For example What does a cat eat? How long does a cat sleep?" in text_of(page)
    assert 'href="/?question=What%20does%20a%20cat%20eat%3F"' in page.text


def test_nothing_is_found_for_nothing(client: TestClient) -> None:
    """A field that was emptied empties the results."""
    assert client.get("/results", params={"question": " "}).text == ""


def test_a_question_that_is_too_long_is_refused(client: TestClient) -> None:
    """Beside the field where a script asks, as a page otherwise."""
    for headers, begins in ((HTMX, '<div class="notice bad" role="alert">'), ({}, "<!doctype")):
        answer = client.get("/results", params={"question": 10_001 * "x"}, headers=headers)
        assert answer.status_code == 422
        assert answer.text.startswith(begins)
        assert "10,000" in text_of(answer)


def test_an_answer_has_an_address(client: TestClient) -> None:
    """A form is sent on to it; a script is told of it and gets the turn alone."""
    answer = client.post("/ask", data={"question": "What does a cat eat?"})
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    assert "Cats catch mice at night." in text_of(client.get(path))
    thread = path.removeprefix("/ask/")
    data = {"question": "How long does a cat sleep?", "thread": thread}
    turn = client.post("/ask", data=data, headers=HTMX)
    assert turn.headers["HX-Push-Url"] == path
    assert 'id="turn-2"' in turn.text
    assert "<h1" not in turn.text
    assert client.get(path).text.count('class="turn"') == 2


def test_a_conversation_that_is_gone_begins_anew(client: TestClient) -> None:
    """They end with the process."""
    assert client.get("/ask/gone").headers["location"] == "/"


def test_an_empty_question_is_refused(client: TestClient) -> None:
    """The browser refuses it before; a program may send it."""
    for question in ("", " "):
        assert client.post("/ask", data={"question": question}).status_code == 422


def test_only_models_that_are_there_may_answer(client: TestClient) -> None:
    """A name from a request opens no file and asks no server."""
    data = {"question": "What does a cat eat?", "llm": "gguf:/etc/passwd"}
    answer = client.post("/ask", data=data)
    assert answer.status_code == 422
    assert "No language model gguf:/etc/passwd answers here." in text_of(answer)


def test_an_entry_is_shown_with_its_points(client: TestClient) -> None:
    """Its answer is rendered; one who never practised it has no history."""
    page = client.get("/entry/q1")
    assert "<p>Cats catch mice at night.</p>" in page.text
    assert "3 key points" in text_of(page)
    assert "You have not practised it yet." in text_of(page)


def test_lines_of_a_form_are_lines_of_an_answer(client: TestClient) -> None:
    """Forms send "\\r\\n"; the words are marked where they stand."""
    data = {"answer": "Dogs bark.\r\nCats catch mice at night."}
    grade = client.post("/entry/q1", data=data, headers=HTMX)
    assert '<mark class="covered">Cats catch mice at night.</mark>' in grade.text
    assert "Dogs bark.\n<mark" in grade.text


def test_an_unknown_entry_is_not_found(client: TestClient) -> None:
    """As a page."""
    assert client.get("/entry/q9").status_code == 404


def test_only_an_indexed_guide_is_accounted_for(client: TestClient, tmp_path: Path) -> None:
    """Whatever else may be read on this machine."""
    cats = client.get("/guides/account", params={"path": str(tmp_path / "cats.md")})
    assert "1 section Food" in text_of(cats)
    assert client.get("/guides/account", params={"path": "/etc/passwd"}).status_code == 422


def test_one_line_and_one_entry_are_not_plural(tmp_path: Path) -> None:
    """A question that is not marked is told of, and a source of one line has one number."""
    guide = tmp_path / "pods.md"
    guide.write_text("- what is a pod?\n\n## whats a service?\nA name.\n", "utf-8")
    fake = FakeEmbedder(("pod", "service"))
    prep = Prep(Config(home=tmp_path / "home", llm="none"), encoder=(fake.info, fake))
    prep.build([guide])
    account = TestClient(site(prep)).get("/guides/account", params={"path": str(guide)})
    assert "1 entry; 1 line looks like a question and is in no entry." in text_of(account)
    assert (line_numbers((4, 4)), line_numbers((4, 5))) == ("line 4", "lines 4–5")


def test_the_only_source_cannot_be_removed(client: TestClient, tmp_path: Path) -> None:
    """The page says so when the build has ended."""
    assert "Remove" not in client.get("/guides").text
    client.post("/guides/remove", data={"source": str(tmp_path / "cats.md")})
    while client.get("/guides/job").status_code == 200:
        pass
    assert "all that is indexed" in text_of(client.get("/guides"))


def test_looking_changes_nothing(client: TestClient, tmp_path: Path) -> None:
    """GET may be sent by any page."""
    client.get("/entry/q1")  # which makes the history
    before = changes(tmp_path)
    for path in ("/", "/results", "/entry/q1", "/guides", "/guides/job"):
        client.get(path, params={"question": "What does a cat eat?"})
    assert changes(tmp_path) == before


def test_what_changes_something_is_posted(client: TestClient) -> None:
    """By no other method."""
    for path in ("/ask", "/guides/index", "/guides/add", "/guides/upload", "/guides/remove"):
        for method in ("GET", "PUT", "DELETE"):
            assert client.request(method, path).status_code == 405, (method, path)


def changes(folder: Path) -> dict[Path, int]:
    """Return when each file of the index was changed."""
    return {file: file.stat().st_mtime_ns for file in (folder / "home").rglob("*")}
