"""A connection to a server: addresses, time limits, and its failures as ragprep's errors."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from ragprep.errors import ConfigError, LLMTimeout, LLMUnavailable

if TYPE_CHECKING:
    import httpx

DEFAULT_HOST = "http://127.0.0.1:11434"

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds.

    Attributes:
        connect_s: until the server accepts the connection.
        first_s: until its first piece, loading the model included; also between two pieces.
        whole_s: for the whole answer.
        probe_s: for the list of installed models.
    """

    connect_s: float = 2.0
    first_s: float = 60.0
    whole_s: float = 180.0
    probe_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server, as messages speak of it.

    Attributes:
        url: where it is.
        name: "Ollama at http://...".
        protocol: "Ollama's protocol".
        start: how to have it running, the remedy when nothing answers.
        address: where its address comes from, the remedy when something else answers.
    """

    url: str
    name: str
    protocol: str
    start: str
    address: str

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where no proxy leads."""
        return urlsplit(self.url).hostname in _LOOPBACK


def base_url(host: str | None = None) -> str:
    """Return the URL of `host`, else of OLLAMA_HOST, else the default, as Ollama reads them.

    Raises:
        ConfigError: it is not a host.
    """
    given = (host or os.environ.get("OLLAMA_HOST") or DEFAULT_HOST).strip()
    try:
        parts = split_url(given)
        port = parts.port or (11434 if "://" not in given else _PORTS[parts.scheme])
        name = parts.hostname or "127.0.0.1"
    except ValueError as exc:
        raise ConfigError(
            f'"{given}" is not an address of Ollama.',
            remedy="Set OLLAMA_HOST or --ollama-host to something like 127.0.0.1:11434.",
        ) from exc
    if name in {"0.0.0.0", "::"}:  # noqa: S104  # where a server listens, not where it is reached
        name = "127.0.0.1"
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}:{port}{parts.path.rstrip('/')}"


_PORTS = {"http": 80, "https": 443}


def split_url(given: str) -> SplitResult:
    """Return the parts of an http address; without a scheme it is http.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme not in _PORTS or not re.fullmatch(r"[\w.:-]*", parts.hostname or ""):
        raise ValueError(given)
    _ = parts.port  # raises where it is no number
    return parts


def is_up(url: str, *, timeout_s: float = 0.5) -> bool:
    """Return whether something listens at `url`; loads no client, so it costs nothing."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
        socket.create_connection((parts.hostname or "", port), timeout_s).close()
    except (OSError, UnicodeError):  # a name that no host can have, such as "a..b"
        return False
    return True


@contextlib.contextmanager
def guarded(
    server: Server, model: str | None, *, connect_s: float, whole_s: float
) -> Iterator[Deadline]:
    """Translate what goes wrong while a client talks to `server`, and give its deadline.

    Args:
        server: asked.
        model: named in messages; None when none is asked for an answer.
        connect_s: seconds until the server accepts.
        whole_s: seconds for everything.

    Raises:
        LLMUnavailable: nothing listens, or the server failed.
        LLMTimeout: a time limit passed.
    """
    if server.is_local and not is_up(server.url, timeout_s=connect_s):  # httpx takes 0.1 s to load
        raise absent(server)
    import httpx

    deadline = Deadline(whole_s)
    try:
        with deadline:
            yield deadline
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as exc:
        raise absent(server) from exc
    except httpx.TimeoutException as exc:
        raise late(server, model) from exc
    except httpx.HTTPError as exc:
        if deadline.expired:
            raise late(server, model) from exc
        raise LLMUnavailable(
            f"{server.name} stopped in mid-answer: {exc}.",
            remedy="Ask again, or use --llm none.",
        ) from exc
    # What a client lets through when an answer is not JSON, or other JSON than the protocol's.
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as exc:
        if deadline.expired:
            raise late(server, model) from exc
        raise LLMUnavailable(
            f"What answers at {server.url} does not speak {server.protocol}.",
            remedy=f"Check the address ({server.address}), or use --llm none.",
        ) from exc


def client_options(
    server: Server, deadline: Deadline, *, connect_s: float, read_s: float
) -> dict[str, Any]:
    """Return what an httpx client needs to keep to the limits; `read_s` is for each read."""
    import httpx

    return {
        "timeout": httpx.Timeout(min(read_s, deadline.seconds), connect=connect_s),
        "trust_env": not server.is_local,
        "event_hooks": {"response": [deadline.watch]},
    }


class Deadline:
    """Cuts a connection when its time is up, even while a read waits on it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()

    def watch(self, response: httpx.Response) -> None:
        """Take the connection of `response` to cut; an httpx event hook."""
        stream = response.extensions.get("network_stream")
        self._socket = stream.get_extra_info("socket") if stream else None
        if self.expired:
            self._expire()

    def _expire(self) -> None:
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def absent(server: Server) -> LLMUnavailable:
    """Return the error of a server that is not there."""
    name, _, where = server.name.partition(" at ")
    return LLMUnavailable(f"{name} is not running at {where}.", remedy=server.start)


def late(server: Server, model: str | None) -> LLMTimeout:
    """Return the error of a time limit that passed."""
    what = f"{model} gave no answer" if model else "No list of models came"
    return LLMTimeout(
        f"{what} in time from {server.name}.",
        remedy="Use a smaller model (--model), or --llm none.",
    )


def failed(server: Server, said: str, status: int | None = None) -> LLMUnavailable:
    """Return the error of a server that reports one: its words, unless they are a web page."""
    said = " ".join(said.split())
    code = f" (HTTP {status})" if status else ""
    reason = "" if said.startswith("<") or not said else f": {said[:200].rstrip('.')}"
    return LLMUnavailable(
        f"{server.name} failed{code}{reason}.", remedy="See its log, or use --llm none."
    )
