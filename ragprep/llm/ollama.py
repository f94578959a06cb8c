"""A model that Ollama serves; whatever its client raises leaves here translated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, cast

from ragprep.errors import LLMUnavailable
from ragprep.llm.connect import (
    Server,
    Timeouts,
    base_url,
    client_options,
    failed,
    guarded,
)
from ragprep.llm.stream import (
    MAX_ANSWER_CHARS,
    MAX_ANSWER_TOKENS,
    choose_model,
    context_tokens,
    read_whole,
)

if TYPE_CHECKING:
    import ollama

SUGGESTED, SUGGESTED_SIZE = "llama3.2", "2.0 GB"
"""What to pull when nothing is installed; size from the table in Ollama's README."""


KEEP_ALIVE = "30m"
"""How long Ollama keeps the model after an answer; its own 5 minutes are short for a person who
thinks between two questions. A guess."""


class _ThinkRefusedError(Exception):
    """This server or model rejects the `think` option (Ollama 0.12 did for a while)."""


class OllamaLLM:
    """A model that a local Ollama serves."""

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
        self.name = model
        self.url = base_url(host)
        self._timeouts = timeouts or Timeouts()

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
        try:
            yield from self._chat(prompt, schema, think=False)
        except _ThinkRefusedError:  # nothing came yet
            yield from self._chat(prompt, schema, think=None)

    def _chat(
        self, prompt: str, schema: dict[str, Any] | None, *, think: bool | None
    ) -> Generator[str]:
        """Yield the pieces of one request until it is done or long enough."""
        import httpx

        prompt = prompt.encode(errors="replace").decode()  # lone surrogates do not go into JSON
        limits = self._timeouts
        received = 0
        with _session(
            self.url,
            self.name,
            connect_s=limits.connect_s,
            read_s=limits.first_s,
            whole_s=limits.whole_s,
        ) as client:
            stream = client.chat(
                model=self.name,
                messages=[{"role": "user", "content": prompt}],
                stream=True,
                think=think,
                format=schema,
                keep_alive=KEEP_ALIVE,
                options={
                    "num_ctx": context_tokens(prompt),
                    "num_predict": MAX_ANSWER_TOKENS,
                    "temperature": 0.0,
                    "seed": 0,
                },
            )
            with contextlib.closing(cast("Generator[ollama.ChatResponse]", stream)) as parts:
                for part in parts:
                    content = part.message.content or ""
                    received += len(content) + len(part.message.thinking or "")
                    if content:
                        yield content
                    if part.done or received > MAX_ANSWER_CHARS:
                        return
            raise httpx.RemoteProtocolError("its last piece is missing")


def open_ollama(
    model: str | None = None, *, host: str | None = None, timeouts: Timeouts | None = None
) -> OllamaLLM:
    """Return `model` at `host`, or the best installed one when it is None.

    Raises:
        ConfigError: `host` is not a host.
        LLMUnavailable: no server, or no model installed that writes text.
        LLMTimeout: the server does not say which models it has.
    """
    if model is None:
        installed = installed_models(host=host, timeouts=timeouts)
        if not installed:
            raise LLMUnavailable(
                "Ollama runs, but has no model that writes text.",
                remedy=f"Get one with `ollama pull {SUGGESTED}` ({SUGGESTED_SIZE}).",
            )
        model = choose_model(installed)
    return OllamaLLM(model, host=host, timeouts=timeouts)


def installed_models(*, host: str | None = None, timeouts: Timeouts | None = None) -> list[str]:
    """Return the names of the installed models that write text, as Ollama lists them.

    Raises:
        ConfigError: `host` is not a host.
        LLMUnavailable: no server, or it does not speak Ollama's protocol.
        LLMTimeout: no list within `timeouts.probe_s`.
    """
    limits = timeouts or Timeouts()
    with _session(
        base_url(host),
        connect_s=limits.connect_s,
        read_s=limits.probe_s,
        whole_s=limits.probe_s,
    ) as client:
        models = client.list().models
    return [model.model for model in models if model.model and not _embeds(model)]


def _embeds(model: ollama.ListResponse.Model) -> bool:
    """Return whether a model makes vectors, not text."""
    family = (model.details.family or "") if model.details else ""
    return "bert" in family or "embed" in (model.model or "")


@contextlib.contextmanager
def _session(
    url: str, model: str | None = None, *, connect_s: float, read_s: float, whole_s: float
) -> Iterator[ollama.Client]:
    """Open a client that is closed at the end, and translate what goes wrong meanwhile."""
    server = Server(
        url,
        name=f"Ollama at {url}",
        protocol="Ollama's protocol",
        start="Start it with `ollama serve`, or use --llm none.",
        address="OLLAMA_HOST",
    )
    with guarded(server, model, connect_s=connect_s, whole_s=whole_s) as deadline:
        import ollama

        options = client_options(server, deadline, connect_s=connect_s, read_s=read_s)
        try:
            with ollama.Client(url, **options) as client:
                yield client
        except ollama.ResponseError as exc:
            raise _failed(server, model, exc) from exc


def _failed(server: Server, model: str | None, exc: ollama.ResponseError) -> Exception:
    said = str(exc.error)
    if "think" in said and "support" in said:
        return _ThinkRefusedError(said)
    if model and exc.status_code == 404 and "model" in said:
        return LLMUnavailable(
            f"{server.name} has no model {model}.", remedy=f"Get it with `ollama pull {model}`."
        )
    return failed(server, said, exc.status_code if exc.status_code > 0 else None)
