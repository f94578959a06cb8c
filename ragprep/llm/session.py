"""Requests to a language model's server: bounded in time and size, failures as ragprep's errors."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ragprep.errors import LLMError, LLMTimeout, LLMUnavailable
from ragprep.llm.connect import Passed, Server, Timeouts, absent, foreign, is_up, late

if TYPE_CHECKING:
    import httpx

MAX_LINE = 2**20
"""Bytes of the longest line of a stream. A guess: a line is a word or two of an answer."""

MAX_BODY = 4 * 2**20
"""Bytes of any other response. A guess: a list of a thousand models takes half a MiB."""


class Session:
    """A connection to a server for one request.

    Attributes:
        server: asked.
        deadline: its limits in time.
    """

    def __init__(self, server: Server, client: httpx.Client, deadline: Deadline) -> None:
        """Send requests to `server` by `client`, whose connection `deadline` may cut."""
        self.server = server
        self._client = client
        self.deadline = deadline

    @contextlib.contextmanager
    def get(self, path: str) -> Iterator[httpx.Response]:
        """Open the response to a GET of `path` below the server's URL; nothing of it is read."""
        with self._request("GET", path) as response:
            yield response

    @contextlib.contextmanager
    def post(self, path: str, body: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """Open the response to a POST of `body` as JSON; nothing of it is read."""
        with self._request("POST", path, json=body) as response:
            yield response

    def lines(self, response: httpx.Response) -> Iterator[str]:
        """Yield the lines of a stream, without their ends; what is no UTF-8 is replaced.

        Raises:
            LLMUnavailable: a line is longer than `MAX_LINE`.
        """
        buffer = bytearray()
        for chunk in response.iter_raw():
            searched = len(buffer)
            buffer += chunk
            while (end := buffer.find(b"\n", searched)) >= 0:
                yield _text(buffer[:end])
                del buffer[: end + 1]
                searched = 0
            if len(buffer) > MAX_LINE:
                raise foreign(self.server, "a line of more than 1 MiB")
        if buffer:
            yield _text(buffer)

    def text(self, response: httpx.Response) -> str:
        """Return the whole body of a response; what is no UTF-8 is replaced.

        Raises:
            LLMUnavailable: it is longer than `MAX_BODY`.
        """
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MAX_BODY:
                raise foreign(self.server, "a response of more than 4 MiB")
        return _text(body)

    def json(self, response: httpx.Response) -> Any:
        """Return the body of a response, read as JSON.

        Raises:
            ValueError: it is none.
            LLMUnavailable: it is longer than `MAX_BODY`.
        """
        return json.loads(self.text(response))

    def _request(
        self, method: str, path: str, **content: Any
    ) -> contextlib.AbstractContextManager[httpx.Response]:
        return self._client.stream(
            method,
            f"{self.server.url}{path}",
            extensions={"trace": self.deadline.trace},
            **content,
        )


@contextlib.contextmanager
def session(
    server: Server,
    limits: Timeouts,
    *,
    model: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[Session]:
    """Open a session that is closed at the end, and translate what goes wrong meanwhile.

    Args:
        server: asked.
        limits: in time; those of a probe where no model is asked for text.
        model: asked for text, and named in messages.
        headers: of each request, such as the one with a key.

    Raises:
        LLMUnavailable: nothing listens, or the server failed.
        LLMTimeout: a time limit passed.
    """
    if server.is_local and not is_up(server.url, timeout_s=limits.connect_s):
        raise absent(server)  # before httpx, which takes 0.1 s to load
    import httpx

    deadline = Deadline(
        whole_s=limits.whole_s if model else limits.probe_s,
        quiet_s=limits.first_s if model else limits.probe_s,
    )
    client = httpx.Client(
        headers={"Accept-Encoding": "identity"} | dict(headers or {}),  # nothing unpacks to more
        timeout=httpx.Timeout(deadline.whole_s, connect=limits.connect_s),
        trust_env=not server.is_local,
    )
    opened = Session(server, client, deadline)
    try:
        with deadline, client:
            yield opened
    # The last two: a name that no host can have, such as "a..b" or "999.1.1.1".
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, UnicodeError) as exc:
        raise absent(server) from exc
    except httpx.HTTPError as exc:
        if deadline.passed or isinstance(exc, httpx.TimeoutException):
            raise _late(opened, model, limits, headers) from exc
        raise LLMUnavailable(
            f"{server.name} stopped in mid-answer: {exc}.", remedy="Ask again, or use --llm none."
        ) from exc
    # An answer that is no JSON, or other JSON than the protocol's.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        if deadline.passed:
            raise _late(opened, model, limits, headers) from exc
        raise foreign(server) from exc


def _late(
    opened: Session, model: str | None, limits: Timeouts, headers: Mapping[str, str] | None
) -> LLMTimeout:
    """Return the error of a time limit; a server that sent no text is asked for its models."""
    passed = opened.deadline.passed or "whole"  # which is also the time limit of the client
    is_alive = False
    if model is not None and passed == "first":
        with (
            contextlib.suppress(LLMError),
            session(opened.server, limits, headers=headers) as probe,
            probe.get(opened.server.listing),
        ):
            is_alive = True
    return late(opened.server, model, limits, passed, is_alive=is_alive)


class Deadline:
    """Cuts a connection when its time is up, or goes by without text, even while a read waits.

    Attributes:
        whole_s: seconds for everything.
        quiet_s: seconds until the first text, and from one to the next.
        passed: which limit did: for the "first" text, for the "next" one, or for the "whole".
    """

    def __init__(self, *, whole_s: float, quiet_s: float) -> None:
        self.whole_s = whole_s
        self.quiet_s = quiet_s
        self.passed: Passed = ""
        self._end = self._quiet_end = 0.0
        self._has_text = False
        self._done = threading.Event()
        self._socket: socket.socket | None = None

    def __enter__(self) -> None:
        now = time.monotonic()
        self._end, self._quiet_end = now + self.whole_s, now + self.quiet_s
        threading.Thread(target=self._watch, daemon=True).start()

    def __exit__(self, *exc: object) -> None:
        self._done.set()

    def heard(self) -> None:
        """Say that the server sent text: the time without text begins anew."""
        self._has_text = True
        self._quiet_end = time.monotonic() + self.quiet_s

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take the connection to cut when it is opened; httpcore calls this with what it does."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    def _watch(self) -> None:
        while (left := min(self._end, self._quiet_end) - time.monotonic()) > 0:
            if self._done.wait(left):
                return
        if self._end <= self._quiet_end:
            self.passed = "whole"
        else:
            self.passed = "next" if self._has_text else "first"
        while not self._done.wait(0.05):  # again for a connection that is opened only now
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


def _text(data: bytes | bytearray) -> str:
    return data.decode("utf-8", errors="replace").rstrip("\r")
