"""A server of language models: its address, its time limits, and the errors of its failures."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from ragprep.errors import ConfigError, LLMTimeout, LLMUnavailable
from ragprep.text.sanitize import without_surrogates

Passed = Literal["", "first", "next", "whole"]
"""Which time limit passed: for the first text, for the next one, for the whole answer, or none."""

REDIRECTS = range(300, 400)
"""Statuses of HTTP that lead to another address."""

DEFAULT_HOST = "http://127.0.0.1:11434"

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds.

    Attributes:
        connect_s: until the server accepts the connection.
        first_s: until its first text, loading the model included; also from one text to the next.
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
        listing: path below `url` of the list of its models.
    """

    url: str
    name: str
    protocol: str
    start: str
    address: str
    listing: str

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where no proxy leads."""
        return urlsplit(self.url).hostname in _LOOPBACK


def base_url(host: str | None = None) -> str:
    """Return the URL of `host`, else of OLLAMA_HOST, else the default, as Ollama reads them.

    Raises:
        ConfigError: it is not a host.
    """
    address = (host or os.environ.get("OLLAMA_HOST") or DEFAULT_HOST).strip()
    try:
        parts = split_url(address)
        port = parts.port or (11434 if "://" not in address else _PORTS[parts.scheme])
        name = parts.hostname or "127.0.0.1"
    except ValueError as exc:
        raise ConfigError(
            f'"{address}" is not an address of Ollama.',
            remedy="Set OLLAMA_HOST to something like 127.0.0.1:11434.",
        ) from exc
    if name in {"0.0.0.0", "::"}:  # noqa: S104  # where a server listens, not where it is reached
        name = "127.0.0.1"
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def split_url(address: str) -> SplitResult:
    """Return the parts of an http address; without a scheme it is http.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in _PORTS or not re.fullmatch(r"[\w.:-]*", parts.hostname or ""):
        raise ValueError(address)
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


def absent(server: Server) -> LLMUnavailable:
    """Return the error of a server that is not there."""
    name, _, where = server.name.partition(" at ")
    return LLMUnavailable(f"{name} is not running at {where}.", remedy=server.start)


def foreign(server: Server, sent: str = "") -> LLMUnavailable:
    """Return the error of something that speaks another protocol; `sent`: what it sent."""
    what = f": it sent {sent}" if sent else ""
    return LLMUnavailable(
        f"What answers at {server.url} does not speak {server.protocol}{what}.",
        remedy=f"Check the address ({server.address}), or use --llm none.",
    )


def late(
    server: Server, model: str | None, limits: Timeouts, passed: Passed, *, is_alive: bool
) -> LLMTimeout:
    """Return the error of a time limit that passed, with a remedy for its cause.

    Args:
        server: asked.
        model: asked for text; None where it was the list of models.
        limits: in time.
        passed: which of them.
        is_alive: the server answers other requests.
    """
    if model is None:
        return LLMTimeout(
            f"{server.name} accepts connections, but sent no list of models within "
            f"{limits.probe_s:g} s.",
            remedy="Restart it, or use --llm none.",
        )
    if passed == "next":
        return LLMTimeout(
            f"{model} stopped in mid-answer: no text for {limits.first_s:g} s.",
            remedy="Ask again, or use --llm none.",
        )
    if passed == "whole":
        return LLMTimeout(
            f"{model} was not done after {limits.whole_s:g} s.",
            remedy="Use a smaller model (--model), or --llm none.",
        )
    if is_alive:
        return LLMTimeout(
            f"{model} gave no text within {limits.first_s:g} s, though {server.name} answers.",
            remedy="The model may still be loading: ask again later, name a smaller one with "
            "--model, or use --llm none.",
        )
    return LLMTimeout(
        f"{server.name} accepts connections, but gave no text within {limits.first_s:g} s.",
        remedy="Restart it, or use --llm none.",
    )


def failed(server: Server, reported: str, status: int | None = None) -> LLMUnavailable:
    """Return the error of a server that reports one: its words, unless they are a web page."""
    reported = " ".join(without_surrogates(reported).split())
    code = f" (HTTP {status})" if status else ""
    reason = f": {reported[:200].rstrip('.')}" if reported and reported[0] != "<" else ""
    if status in REDIRECTS:  # not followed: a key or a text would go where nobody sent it
        remedy = f"It leads to another address, which is not followed: check {server.address}"
    elif status == 503:
        remedy = "It may still be loading: ask again later"
    else:
        remedy = "See its log"
    return LLMUnavailable(
        f"{server.name} failed{code}{reason}.", remedy=f"{remedy}, or use --llm none."
    )
