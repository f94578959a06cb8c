"""A model behind the OpenAI protocol: llama.cpp's server, LM Studio, vLLM and their like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from ragprep.errors import LLMUnavailable
from ragprep.llm.connect import Server, Timeouts, failed
from ragprep.llm.openai_server import Key, reason, refused, served_models, server_of
from ragprep.llm.session import session
from ragprep.llm.stream import MAX_ANSWER_TOKENS, choose_model, read_whole, visible_pieces
from ragprep.text.sanitize import without_surrogates
from ragprep.text.tokens import approx_tokens

MIN_ANSWER_TOKENS = 256
"""Less room than this for an answer is no use. A guess: eight sentences."""


class OpenAILLM:
    """A model that a server with the OpenAI protocol serves.

    Attributes:
        name: for people.
        url: where its server is.
        whereabouts: what a person who waits for it is told.
    """

    def __init__(
        self,
        model: str,
        *,
        server: Server,
        key: Key,
        window: int | None = None,
        name: str | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Use `model` of `server`; opens no connection.

        Args:
            model: as the server names it.
            server: its URL is the one that "/chat/completions" follows.
            key: shown to the server alone.
            window: tokens of the model's context, if known.
            name: for people; made of `model` when None.
            timeouts: the default limits when None.
        """
        self.name = name or short_name(without_surrogates(model))
        self.url = server.url
        self._model = without_surrogates(model)
        self._server = server
        self._key = key
        self._window = window
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
            LLMUnavailable: no server, no such model, no room for the prompt, or it failed.
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
        except _ExtraRefusedError:  # nothing came yet
            del body["chat_template_kwargs"]
            yield from self._chat(body)

    def _body(self, prompt: str, schema: dict[str, Any] | None) -> dict[str, Any]:
        prompt = without_surrogates(prompt)  # they do not go into JSON
        room = MAX_ANSWER_TOKENS
        if self._window is not None:
            room = min(room, self._window - approx_tokens(prompt))
            if room < MIN_ANSWER_TOKENS:
                raise self._too_long(self._window)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
            "max_tokens": room,
            "temperature": 0.0,
            "seed": 0,
            "chat_template_kwargs": {"enable_thinking": False},
        }
        if schema is not None:
            form = {"name": "answer", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def _chat(self, body: dict[str, Any]) -> Generator[str]:
        """Yield the pieces of one request until it is done or long enough."""
        with (
            session(
                self._server, self._timeouts, model=self.name, headers=self._key.header()
            ) as opened,
            opened.post("/chat/completions", body) as response,
        ):
            if response.status_code != 200:
                raise self._failed(response.status_code, reason(opened.text(response)))
            yield from visible_pieces(self._pieces(opened.lines(response)), opened.deadline.heard)

    def _pieces(self, lines: Iterator[str]) -> Generator[tuple[str, str]]:
        """Yield the text and the reasoning of each event until the last one."""
        import httpx

        for event in _events(lines):
            if event is None:
                return
            if "error" in event:
                raise self._reported(event["error"])
            for choice in event["choices"]:
                yield _content(choice["delta"])
                if choice.get("finish_reason"):
                    return
        raise httpx.RemoteProtocolError("its last piece is missing")

    def _failed(self, status: int, reported: str) -> Exception:
        """Return the error of a response that is none of 200."""
        if status in {400, 422} and "chat_template" in reported:
            return _ExtraRefusedError(reported)
        if status in {400, 413} and re.search(r"context (size|length|window)|n_ctx", reported):
            return self._too_long(self._window)
        if status == 404 and "model" in reported:
            return LLMUnavailable(
                f"{self._server.name} has no model {self.name}.",
                remedy="Name one that it has with --model.",
            )
        return refused(self._server, self._key, status, reported)

    def _reported(self, error: Any) -> LLMUnavailable:
        reported = str(error["message"] if isinstance(error, dict) else error)
        return failed(self._server, self._key.blot(reported))

    def _too_long(self, window: int | None) -> LLMUnavailable:
        has = f" of {window:,} tokens" if window else ""
        return LLMUnavailable(
            f"The question and its sources do not fit the context{has} that {self.name} has.",
            remedy="Start its server with a longer one (llama.cpp: -c 8192), or use --llm none.",
        )


class _ExtraRefusedError(Exception):
    """This server does not know `chat_template_kwargs`, which switches reasoning off."""


def open_openai(
    model: str | None = None, *, url: str | None = None, timeouts: Timeouts | None = None
) -> OpenAILLM:
    """Return `model` of the server at `url`, or the best one it lists when it is None.

    Args:
        model: as the server names it.
        url: the server's; OPENAI_BASE_URL when None.
        timeouts: the default limits when None.

    Raises:
        ConfigError: there is no URL, or it or the key cannot be used.
        LLMUnavailable: no server, or no model that writes text.
        LLMTimeout: the server does not say which models it has.
    """
    server, key = server_of(url)
    listed = {served.id: served for served in served_models(server, key, timeouts=timeouts)}
    if model is None:
        model = choose_model([name for name in listed if "embed" not in name.lower()])
    if model is None:
        raise LLMUnavailable(
            f"{server.name} lists no model that writes text and runs there.",
            remedy="Load one there, or name one with --model.",
        )
    window = listed[model].window if model in listed else None
    return OpenAILLM(model, server=server, key=key, window=window, timeouts=timeouts)


def short_name(model: str) -> str:
    """Return a model's name for people; llama.cpp's is the path of its file."""
    is_path = model.endswith(".gguf")
    return re.split(r"[/\\]", model)[-1].removesuffix(".gguf") if is_path else model


def _events(lines: Iterator[str]) -> Iterator[dict[str, Any] | None]:
    """Yield the objects of a stream of server-sent events, None for its end.

    Raises:
        ValueError: it is no such stream.
    """
    for line in lines:
        if not line or line.startswith((":", "event:", "id:", "retry:")):
            continue
        if not line.startswith("data:"):
            raise ValueError("not an event")
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            yield None
            continue
        event = json.loads(data)
        if not isinstance(event, dict):
            raise TypeError("not an object")
        yield event


def _content(delta: Mapping[str, Any]) -> tuple[str, str]:
    """Return the text of a piece, and its reasoning, which servers call by either name."""
    reasoning = delta.get("reasoning_content") or delta.get("reasoning") or ""
    return delta.get("content") or "", reasoning
