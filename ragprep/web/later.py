"""A part of the app that is made for its first request, so that the first page need not wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """An ASGI app that is made in a thread when its first request comes; the others wait for it."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        """Stand for what `make` returns."""
        self._make = make
        self._app: ASGIApp | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        app = await asyncio.to_thread(self._made) if self._app is None else self._app
        await app(scope, receive, send)

    def _made(self) -> ASGIApp:
        with self._making:
            if self._app is None:
                self._app = self._make()
            return self._app
