"""The guides for assistants in the web application: its MCP server, over streamable HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

from ragprep.mcp.results import OnText, Write, write_at_once
from ragprep.mcp.server import create_server
from ragprep.web.guard import BODY_BYTES
from ragprep.web.streaming import finished

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ragprep.service import Prep
    from ragprep.web.llm_queue import LLMQueue

T = TypeVar("T")

PATH = "/mcp"

MAX_SESSIONS = 500
"""A session that its client left without a word stays for half an hour; 500 hold 19 MB (each 38
KiB, measured over 1,500)."""


def add_mcp(app: FastAPI, prep: Prep, queue: LLMQueue) -> None:
    """Serve the Model Context Protocol at `PATH` of `app`, while its lifespan lasts.

    Args:
        app: of the pages.
        prep: the guides.
        queue: before the language model, where answers wait for those of the pages.
    """
    write = write_at_once if prep.config.llm == "none" else write_in_turn(queue)
    server = create_server(prep, write=write)
    protocol = server.streamable_http_app(
        streamable_http_path=PATH,
        max_request_body_size=BODY_BYTES,
        max_sessions=MAX_SESSIONS,
        # the guard before the app knows our addresses better: another --host is one of them
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.router.routes.append(Route(PATH, _Completed(protocol)))
    app.router.lifespan_context = lambda _: _running(server.session_manager)


def write_in_turn(queue: LLMQueue) -> Write:
    """Return what runs work in the thread of `queue`, one after the other."""

    async def write(work: Callable[[OnText], T]) -> T:
        return await finished(work, queue)

    return write


@asynccontextmanager
async def _running(sessions: StreamableHTTPSessionManager) -> AsyncIterator[None]:
    """Serve sessions, and end them at once.

    The SDK's own end takes six seconds where a person is being asked something: it tells a client
    that the question is void, which reads no longer.
    """
    async with sessions.run():
        yield
        for session in list(sessions._server_instances.values()):  # the SDK has no public name
            await session.terminate()


class _Completed:
    """Ends the responses of an app, which leaves streams unfinished when the server stops."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unfinished = False

        async def sending(message: Message) -> None:
            nonlocal unfinished
            await send(message)
            unfinished = message["type"] == "http.response.start" or message.get("more_body", False)

        await self._app(scope, receive, sending)
        if unfinished:
            await send({"type": "http.response.body", "body": b""})
