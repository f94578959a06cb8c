"""A part of the app that its first request makes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from ragprep.web.later import Later


def test_the_first_request_makes_it_and_the_others_wait() -> None:
    """Two requests at once: it is made once, and answers both."""
    apps, both_came = [], threading.Barrier(2)

    def make() -> ASGIApp:
        apps.append("app")
        return PlainTextResponse("here")

    app = Starlette(routes=[Mount("/", Later(make))])
    assert apps == []
    with TestClient(app) as client, ThreadPoolExecutor(2) as threads:

        def get(_: int) -> str:
            both_came.wait(5)
            return client.get("/").text

        assert list(threads.map(get, range(2))) == ["here", "here"]
    assert apps == ["app"]
