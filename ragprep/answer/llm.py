"""Adapters to servers of language models: Ollama. Whatever they raise leaves here translated."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from ragprep.answer.connect import ThinkRefusedError, Timeouts, base_url, session
from ragprep.answer.prompts import approx_tokens
from ragprep.errors import LLMUnavailable

if TYPE_CHECKING:
    import ollama

PREFERRED = ("qwen3", "gemma3", "llama3.2", "qwen2.5", "llama3.1", "mistral", "phi")
"""Families that follow the citation rules and run on a laptop, best first. A guess."""

SUGGESTED, SUGGESTED_SIZE = "llama3.2", "2.0 GB"
"""What to pull when nothing is installed; size from the table in Ollama's README."""

MAX_ANSWER_TOKENS = 1024
"""Several times the longest answer of a guide; a reasoning model thinks within it too."""

MAX_ANSWER_CHARS = 8 * MAX_ANSWER_TOKENS
"""Our own limit, for a server that does not keep to the one in tokens."""

CONTEXT_STEP = 4096
"""`num_ctx` is rounded up to this: Ollama loads the model anew whenever it changes."""


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
        """
        text = ""
        # Closing the generators on any way out, Ctrl-C too, closes the connection.
        with (
            contextlib.closing(self._stream(prompt, schema)) as pieces,
            contextlib.closing(hide_thinking(pieces)) as visible,
        ):
            for piece in visible:
                text += piece
                if on_text is not None:
                    on_text(piece)
        return text

    def _stream(self, prompt: str, schema: dict[str, Any] | None) -> Generator[str]:
        try:
            yield from self._chat(prompt, schema, think=False)
        except ThinkRefusedError:  # nothing came yet
            yield from self._chat(prompt, schema, think=None)

    def _chat(
        self, prompt: str, schema: dict[str, Any] | None, *, think: bool | None
    ) -> Generator[str]:
        """Yield the pieces of one request until it is done or long enough."""
        import httpx

        prompt = prompt.encode(errors="replace").decode()  # lone surrogates do not go into JSON
        limits = self._timeouts
        received = 0
        with session(
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
    with session(
        base_url(host),
        connect_s=limits.connect_s,
        read_s=limits.probe_s,
        whole_s=limits.probe_s,
    ) as client:
        models = client.list().models
    return [model.model for model in models if model.model and not _embeds(model)]


def choose_model(installed: Sequence[str]) -> str:
    """Return the first of `installed` from the best family that is there, else the first."""
    for family in PREFERRED:
        for name in installed:
            if name.rpartition("/")[2].startswith(family):
                return name
    return installed[0]


def context_tokens(prompt: str) -> int:
    """Return the `num_ctx` that holds `prompt` and an answer."""
    needed = approx_tokens(prompt) + MAX_ANSWER_TOKENS
    return CONTEXT_STEP * math.ceil(needed / CONTEXT_STEP)


def hide_thinking(pieces: Iterable[str]) -> Generator[str]:
    """Yield `pieces` without <think> blocks, cut anywhere, and without white space in front."""
    rest, hidden, begun = "", False, False
    for piece in pieces:
        rest += piece
        while True:
            tag = "</think>" if hidden else "<think>"
            before, found, after = rest.partition(tag)
            if not found:  # the end of `rest` may be the beginning of the tag
                cut = next(n for n in range(len(tag) - 1, -1, -1) if rest.endswith(tag[:n]))
                before, after = rest[: len(rest) - cut], rest[len(rest) - cut :]
            shown = "" if hidden else before if begun else before.lstrip()
            rest = after
            if shown:
                begun = True
                yield shown
            if not found:
                break
            hidden = not hidden
    if rest and not hidden:
        yield rest


def _embeds(model: ollama.ListResponse.Model) -> bool:
    """Return whether a model makes vectors, not text."""
    family = (model.details.family or "") if model.details else ""
    return "bert" in family or "embed" in (model.model or "")
