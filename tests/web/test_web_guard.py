"""Who is let through to the pages, and who is not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ragprep.web.guard import BODY_BYTES, Guard

pytestmark = pytest.mark.fast

OURS = "http://127.0.0.1:8000"
BEARER = {"authorization": "Bearer secret"}


async def echo(request: Request) -> Response:
    return PlainTextResponse(f"{request.method} {request.url.path} {len(await request.body())}")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{rest:path}", echo, methods=["GET", "POST"])])
    hosts = ("127.0.0.1:8000", "localhost:8000")
    guarded = Guard(app, token="secret", hosts=hosts, uploads=["/upload"])
    return TestClient(guarded, base_url=OURS, follow_redirects=False)


def test_the_token_is_exchanged_for_a_cookie_and_leaves_the_address(client: TestClient):
    first = client.get("/entry/q3?token=secret&top=2")
    assert (first.status_code, first.headers["location"]) == (303, "/entry/q3?top=2")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "secret" not in cookie
    assert client.get("/entry/q3").text == "GET /entry/q3 0"


def test_on_port_80_the_cookie_of_a_host_without_port_is_known():
    app = Starlette(routes=[Route("/", echo)])
    guarded = Guard(app, token="secret", hosts=["127.0.0.1"])
    client = TestClient(guarded, base_url="http://127.0.0.1", follow_redirects=False)
    cookie = client.get("/?token=secret").headers["set-cookie"]
    assert cookie.startswith("ragprep_80=")
    assert client.get("/").text == "GET / 0"


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=secre"])
def test_without_the_token_nothing_is_shown(client: TestClient, query: str):
    answer = client.get(f"/{query}")
    assert answer.status_code == 401 and "ragprep web" in answer.text


def test_a_redirect_leads_to_no_other_machine(client: TestClient):
    assert client.get(f"{OURS}//evil.example/?token=secret").headers["location"].startswith("/evil")


def test_a_program_sends_its_token(client: TestClient):
    assert client.post("/x", content=b"abc", headers=BEARER).text == "POST /x 3"
    assert client.get("/x", headers={"authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9", "127.0.0.1:8000.x"])
def test_another_name_for_this_machine_is_refused(client: TestClient, host: str):
    assert client.get("/", headers={"host": host, **BEARER}).status_code == 421


def test_a_host_is_the_same_in_capitals(client: TestClient):
    assert client.get("/", headers={"host": "LocalHost:8000", **BEARER}).text == "GET / 0"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:9000"},
        {},  # neither: no browser of these years, and no program with its token
    ],
)
def test_a_form_of_another_page_changes_nothing(client: TestClient, headers: dict[str, str]):
    client.get("/?token=secret")
    assert client.post("/x", headers=headers).status_code == 403


def test_our_own_form_is_let_through(client: TestClient):
    client.get("/?token=secret")
    ours = {"origin": OURS, "sec-fetch-site": "same-origin"}
    assert client.post("/x", headers=ours).text == "POST /x 0"


def test_another_page_embeds_nothing_of_ours(client: TestClient):
    client.get("/?token=secret")
    image = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/", headers=image).status_code == 403


def test_a_link_elsewhere_may_lead_here_and_shows_nothing_without_the_cookie(client: TestClient):
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=link).status_code == 401


def test_a_body_has_a_limit(client: TestClient):
    body = b"x" * (BODY_BYTES + 1)
    assert client.post("/x", content=body, headers=BEARER).status_code == 413
    assert client.post("/upload", content=body, headers=BEARER).text == f"POST /upload {len(body)}"


def test_a_body_says_how_long_it_is(client: TestClient):
    assert client.post("/x", content=iter([b"x"]), headers=BEARER).status_code == 411


def test_every_response_forbids_what_pages_do_not_need(client: TestClient):
    for answer in (client.get("/"), client.get("/?token=secret"), client.get("/")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
