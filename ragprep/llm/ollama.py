"""A model that Ollama serves, by Ollama's own protocol (its docs/api.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from ragprep.errors import LLMUnavailable
from ragprep.llm.connect import Server, Timeouts, base_url, failed
from ragprep.llm.session import session
from ragprep.llm.stream import (
    MAX_ANSWER_TOKENS,
    choose_model,
    context_tokens,
    read_whole,
    visible_pieces,
)
from ragprep.text.sanitize import without_surrogates

SUGGESTED, SUGGESTED_SIZE = "llama3.2", "2.0 GB"
"""What to pull when nothing is installed; size from the table in Ollama's README."""


KEEP_ALIVE = "30m"
"""How long Ollama keeps the model after an answer; its own 5 minutes are short for a person who
thinks between two questions. A guess."""


class _ThinkRefusedError(Exception):
    """This server or model rejects the `think` option (Ollama 0.12 did for a while)."""


class OllamaLLM:
    """A model that a local Ollama serves.

    Attributes:
        name: as Ollama names it.
        url: where Ollama is.
        whereabouts: what a person who waits for it is told.
    """

    def __init__(
        self, model: str, *, host: str | None = None, timeouts: Timeouts | None = None
    ) -> None:
        """Use `model` at `host`; opens no connection.

        Args:
            model: as Ollama names it ("llama3.2:3b").
            host: URL or host:port; OLLAMA_HOST when None, else 127.0.0.1:11434.
            timeouts: the default limits when None.

        Raises:
            ConfigError: `host` is not a host.
        """
        self.name = without_surrogates(model)
        self.url = base_url(host)
        self._timeouts = timeouts or Timeouts()
        self.whereabouts = f"{self.name} at {self.url} (up to {self._timeouts.first_s:g} s)"

    def complete(
        self,
        prompt: str,
        *,
        schema: dict[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> str:
        """Return the whole text, reasoning left out; hand each piece to `on_text` as it arrives.

        The text ends early at `MAX_ANSWER_CHARS`.

        Raises:
            LLMUnavailable: no server, no such model, or it failed.
            LLMTimeout: it took longer than its limits.
            LLMLooped: it says the same again and again.
        """
        return read_whole(
            self._stream(prompt, schema),
            model=self.name,
            may_loop=schema is not None,
            on_text=on_text,
        )

    def _stream(self, prompt: str, schema: dict[str, Any] | None) -> Generator[str]:
        body = self._body(prompt, schema)
        try:
            yield from self._chat(body)
        except _ThinkRefusedError:  # nothing came yet
            del body["think"]
            yield from self._chat(body)

    def _body(self, prompt: str, schema: dict[str, Any] | None) -> dict[str, Any]:
        prompt = without_surrogates(prompt)  # they do not go into JSON
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
            "think": False,
            "keep_alive": KEEP_ALIVE,
            "options": {
                "num_ctx": context_tokens(prompt),
                "num_predict": MAX_ANSWER_TOKENS,
                "temperature": 0.0,
                "seed": 0,
            },
        }
        return body if schema is None else body | {"format": schema}

    def _chat(self, body: dict[str, Any]) -> Generator[str]:
        """Yield the pieces of one request until it is done or long enough."""
        with (
            session(_server(self.url), self._timeouts, model=self.name) as opened,
            opened.post("/api/chat", body) as response,
        ):
            if response.status_code != 200:
                raise self._failed(_reason(opened.text(response)), response.status_code)
            yield from visible_pieces(self._pieces(opened.lines(response)), opened.deadline.heard)

    def _pieces(self, lines: Iterator[str]) -> Generator[tuple[str, str]]:
        """Yield the text and the reasoning of each line until the last one."""
        import httpx

        for line in filter(str.strip, lines):
            piece = json.loads(line)
            if "error" in piece:
                raise self._failed(str(piece["error"]))
            message = piece["message"]
            yield message.get("content") or "", message.get("thinking") or ""
            if piece["done"]:
                return
        raise httpx.RemoteProtocolError("its last piece is missing")

    def _failed(self, reported: str, status: int | None = None) -> Exception:
        """Return the error that Ollama reports."""
        if "think" in reported and "support" in reported:
            return _ThinkRefusedError(reported)
        server = _server(self.url)
        if status == 404 and "model" in reported:
            return LLMUnavailable(
                f"{server.name} has no model {self.name}.",
                remedy=f"Get it with `ollama pull {self.name}`.",
            )
        return failed(server, reported, status)


def open_ollama(
    model: str | None = None, *, host: str | None = None, timeouts: Timeouts | None = None
) -> OllamaLLM:
    """Return `model` at `host`, or the best installed one when it is None.

    Raises:
        ConfigError: `host` is not a host.
        LLMUnavailable: no server, or no model installed that writes text and runs there.
        LLMTimeout: the server does not say which models it has.
    """
    if model is None:
        model = choose_model(installed_models(host=host, timeouts=timeouts))
    if model is None:
        raise LLMUnavailable(
            "Ollama runs, but has no model that writes text and runs there.",
            remedy=f"Get one with `ollama pull {SUGGESTED}` ({SUGGESTED_SIZE}). A cloud model, "
            "which gets the text sent, is used only where it is named.",
        )
    return OllamaLLM(model, host=host, timeouts=timeouts)


def installed_models(*, host: str | None = None, timeouts: Timeouts | None = None) -> list[str]:
    """Return the names of the installed models that write text, as Ollama lists them.

    Those that another machine runs are left out where Ollama says so: cloud models and their
    copies under other names.

    Raises:
        ConfigError: `host` is not a host.
        LLMUnavailable: no server, or it does not speak Ollama's protocol.
        LLMTimeout: no list within `timeouts.probe_s`.
    """
    server = _server(base_url(host))
    with (
        session(server, timeouts or Timeouts()) as opened,
        opened.get(server.listing) as response,
    ):
        if response.status_code != 200:
            raise failed(server, _reason(opened.text(response)), response.status_code)
        models = opened.json(response)["models"]
        writers = [model for model in models if not (_embeds(model) or _is_remote(model))]
        return [without_surrogates(str(model["model"])) for model in writers]


def _embeds(model: Mapping[str, Any]) -> bool:
    """Return whether a listed model makes vectors, not text."""
    family = (model.get("details") or {}).get("family") or ""
    return "bert" in family or "embed" in model["model"]


def _is_remote(model: Mapping[str, Any]) -> bool:
    """Return whether a listed model only passes on what it is asked."""
    return bool(model.get("remote_host") or model.get("remote_model"))


def _server(url: str) -> Server:
    """Return the Ollama at `url` as messages speak of it."""
    return Server(
        url,
        name=f"Ollama at {url}",
        protocol="Ollama's protocol",
        start="Start it with `ollama serve`, or use --llm none.",
        address="OLLAMA_HOST",
        listing="/api/tags",
    )


def _reason(body: str) -> str:
    """Return what the body of an error response says."""
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return body[:1000]
