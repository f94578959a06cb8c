"""A server with the OpenAI protocol: where it is, its key, the models it lists, its refusals.

The key comes from the environment alone: it is in no setting, file, message or representation.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ragprep.errors import ConfigError, LLMUnavailable
from ragprep.llm.connect import Server, Timeouts, failed, split_url
from ragprep.llm.session import session
from ragprep.text.sanitize import without_surrogates

_WINDOWS = ("n_ctx", "max_model_len", "loaded_context_length", "context_length")
"""What llama.cpp, vLLM and LM Studio call the length of a model's context."""


LISTING = "/models"
"""Where a server lists its models."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a server lists, and its context in tokens (None where it does not say)."""

    id: str
    window: int | None


class Key:
    """A secret that shows in no representation."""

    def __init__(self, value: str) -> None:
        """Keep `value`; "" for none.

        Raises:
            ConfigError: it cannot stand in a request.
        """
        if not re.fullmatch(r"[!-~]*", value):
            raise ConfigError(
                "The key of the OpenAI-protocol server has spaces or characters that no key has.",
                remedy="Correct RAGPREP_OPENAI_KEY or OPENAI_API_KEY.",
            )
        self._value = value

    def header(self) -> dict[str, str]:
        """Return the header that shows it to the server."""
        return {"Authorization": f"Bearer {self._value}"} if self._value else {}

    def blot(self, text: str) -> str:
        """Return `text` without the key."""
        return text.replace(self._value, "***") if self._value else text


def server_of(url: str | None, environ: Mapping[str, str] | None = None) -> tuple[Server, Key]:
    """Return the server at `url`, else at OPENAI_BASE_URL, and the key that belongs to it.

    OPENAI_API_KEY goes with OPENAI_BASE_URL only: it is not sent to another address.

    Raises:
        ConfigError: there is no URL, or it or the key cannot be used.
    """
    environ = os.environ if environ is None else environ
    address = (url or environ.get("OPENAI_BASE_URL") or "").strip()
    key = environ.get("RAGPREP_OPENAI_KEY") or ("" if url else environ.get("OPENAI_API_KEY")) or ""
    try:
        parts = split_url(address)
        if not parts.hostname:
            raise ValueError(address)
    except ValueError:
        raise ConfigError(
            "The address of the OpenAI-protocol server is missing or is none.",
            remedy="Set RAGPREP_OPENAI_URL to something like http://127.0.0.1:8080/v1.",
        ) from None
    if parts.username or parts.password or parts.query:
        raise ConfigError(
            "The address of the OpenAI-protocol server holds a password or a query.",
            remedy="Leave it out of RAGPREP_OPENAI_URL; a key goes into RAGPREP_OPENAI_KEY.",
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return _described(f"{parts.scheme}://{parts.netloc}{path}"), Key(key.strip())


def _described(url: str) -> Server:
    """Return the server at `url` as messages speak of it."""
    return Server(
        url,
        name=f"The OpenAI-protocol server at {url}",
        protocol="the OpenAI protocol",
        start="Start it, or use --llm none.",
        address="RAGPREP_OPENAI_URL or OPENAI_BASE_URL",
        listing=LISTING,
    )


def served_models(
    server: Server, key: Key, *, timeouts: Timeouts | None = None
) -> list[ServedModel]:
    """Return the models that a server lists, in its order.

    Raises:
        LLMUnavailable: no server, it refuses, or it does not speak the protocol.
        LLMTimeout: no list within `timeouts.probe_s`.
    """
    limits = timeouts or Timeouts()
    with (
        session(server, limits, headers=key.header()) as opened,
        opened.get(server.listing) as response,
    ):
        if response.status_code != 200:
            raise refused(server, key, response.status_code, reason(opened.text(response)))
        listed = opened.json(response)["data"]
        return [
            ServedModel(without_surrogates(str(model["id"])), _window(model)) for model in listed
        ]


def reason(body: str) -> str:
    """Return what the body of an error response says."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return body[:1000]
    return str(error.get("message", "")) if isinstance(error, dict) else str(error)


def refused(server: Server, key: Key, status: int, reported: str) -> LLMUnavailable:
    """Return the error of a request that a server refuses, and never the key."""
    if status in {401, 403}:  # some servers say the key in their reply
        return LLMUnavailable(
            f"{server.name} refuses the key, or wants one (HTTP {status}).",
            remedy="Set it as RAGPREP_OPENAI_KEY.",
        )
    return failed(server, key.blot(reported), status)


def _window(listed: Mapping[str, Any]) -> int | None:
    """Return the context of a listed model in tokens; llama.cpp keeps it under "meta"."""
    places = (listed, listed.get("meta") or {})
    windows = [place[name] for place in places for name in _WINDOWS if name in place]
    return next((window for window in windows if isinstance(window, int)), None)
