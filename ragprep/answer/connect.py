"""A connection to Ollama: its address, its time limits, and its failures as ragprep's errors."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ragprep.errors import ConfigError, LLMTimeout, LLMUnavailable

if TYPE_CHECKING:
    import httpx
    import ollama

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


class ThinkRefusedError(Exception):
    """This server or model rejects the `think` option (Ollama 0.12 did for a while)."""


def base_url(host: str | None = None) -> str:
    """Return the URL of `host`, else of OLLAMA_HOST, else the default, as Ollama reads them.

    Raises:
        ConfigError: it is not a host.
    """
    given = (host or os.environ.get("OLLAMA_HOST") or DEFAULT_HOST).strip()
    scheme, _, _ = given.rpartition("://")
    try:
        parts = urlsplit(given if scheme else f"http://{given}")
        port = parts.port or {"": 11434, "http": 80, "https": 443}[scheme]
        name = parts.hostname or "127.0.0.1"
        if not re.fullmatch(r"[\w.:-]+", name):
            raise ValueError(name)
    except (ValueError, KeyError) as exc:
        raise ConfigError(
            f'"{given}" is not an address of Ollama.',
            remedy="Set OLLAMA_HOST or --ollama-host to something like 127.0.0.1:11434.",
        ) from exc
    if name in {"0.0.0.0", "::"}:  # noqa: S104  # where a server listens, not where it is reached
        name = "127.0.0.1"
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def is_up(host: str | None = None, *, timeout_s: float = 0.5) -> bool:
    """Return whether something listens where Ollama should; loads no client, so it costs nothing.

    Raises:
        ConfigError: `host` is not a host.
    """
    url = urlsplit(base_url(host))
    try:
        socket.create_connection((url.hostname or "", url.port or 0), timeout_s).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def session(
    url: str, model: str | None = None, *, connect_s: float, read_s: float, whole_s: float
) -> Iterator[ollama.Client]:
    """Open a client that is closed at the end, and translate what goes wrong meanwhile.

    Args:
        url: as `base_url` gives it.
        model: named in messages; None when none is asked for an answer.
        connect_s: seconds until the server accepts.
        read_s: seconds until something arrives, each time.
        whole_s: seconds for everything.

    Raises:
        LLMUnavailable: nothing listens, the model is missing, or the server failed.
        LLMTimeout: a time limit passed.
    """
    local = urlsplit(url).hostname in _LOOPBACK
    if local and not is_up(url, timeout_s=connect_s):  # loading the client takes half a second
        raise _absent(url)
    import httpx
    import ollama

    deadline = _Deadline(whole_s)
    try:
        with (
            ollama.Client(
                url,
                timeout=httpx.Timeout(min(read_s, whole_s), connect=connect_s),
                trust_env=not local,  # a proxy cannot reach this machine
                event_hooks={"response": [deadline.watch]},
            ) as client,
            deadline,
        ):
            yield client
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as exc:
        raise _absent(url) from exc
    except httpx.TimeoutException as exc:
        raise _late(url, model) from exc
    except ollama.ResponseError as exc:
        raise _failed(url, model, exc) from exc
    except httpx.HTTPError as exc:
        if deadline.expired:
            raise _late(url, model) from exc
        raise LLMUnavailable(
            f"Ollama at {url} stopped in mid-answer: {exc}.",
            remedy="Ask again, or use --llm none.",
        ) from exc
    # What the client lets through when an answer is not JSON, or other JSON than Ollama's.
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        if deadline.expired:
            raise _late(url, model) from exc
        raise LLMUnavailable(
            f"What answers at {url} does not speak Ollama's protocol.",
            remedy="Check the address (OLLAMA_HOST), or use --llm none.",
        ) from exc


class _Deadline:
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


def _absent(url: str) -> LLMUnavailable:
    return LLMUnavailable(
        f"Ollama is not running at {url}.",
        remedy="Start it with `ollama serve`, or use --llm none.",
    )


def _late(url: str, model: str | None) -> LLMTimeout:
    what = f"{model} gave no answer" if model else "Ollama gave no list of its models"
    return LLMTimeout(
        f"{what} in time at {url}.", remedy="Use a smaller model (--model), or --llm none."
    )


def _failed(url: str, model: str | None, exc: ollama.ResponseError) -> Exception:
    said = " ".join(str(exc.error).split())
    if "think" in said and "support" in said:
        return ThinkRefusedError(said)
    if model and exc.status_code == 404 and "model" in said:
        return LLMUnavailable(
            f"Ollama at {url} has no model {model}.", remedy=f"Get it with `ollama pull {model}`."
        )
    code = f" (HTTP {exc.status_code})" if exc.status_code > 0 else ""
    reason = "" if said.startswith("<") or not said else f": {said[:200].rstrip('.')}"
    return LLMUnavailable(
        f"Ollama at {url} failed{code}{reason}.", remedy="See its log, or use --llm none."
    )
