"""Servers: whatever one does, an answer or a clear error, and never a hang; for each protocol."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from ragprep.errors import LLMError, LLMLooped, LLMTimeout, LLMUnavailable
from ragprep.llm import Timeouts
from ragprep.llm.ollama import OllamaLLM, installed_models, open_ollama
from ragprep.llm.openai import OpenAILLM, open_openai
from ragprep.llm.openai_server import server_of
from ragprep.llm.stream import MAX_ANSWER_CHARS
from ragprep.protocols import LLM
from ragprep.testing.servers import FakeOllama, FakeOpenAI, Fault

SHORT = Timeouts(connect_s=0.5, first_s=0.5, whole_s=1.5, probe_s=0.5)

Server = type[FakeOllama] | type[FakeOpenAI]


def ollama(url: str, timeouts: Timeouts | None = None) -> LLM:
    return OllamaLLM("fake:1b", host=url, timeouts=timeouts)


def openai(url: str, timeouts: Timeouts | None = None) -> LLM:
    server, key = server_of(url, {})
    return OpenAILLM("fake:1b", server=server, key=key, timeouts=timeouts)


both = pytest.mark.parametrize(
    ("fake", "connect"), [(FakeOllama, ollama), (FakeOpenAI, openai)], ids=["ollama", "openai"]
)
Connect = Callable[..., LLM]


@both
@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (Fault.HANGS, LLMTimeout, "gave no answer in time"),
        (Fault.STALLS, LLMTimeout, "gave no answer in time"),
        (Fault.TRICKLES, LLMTimeout, "gave no answer in time"),
        (Fault.DIES, LLMUnavailable, "stopped in mid-answer"),
        (Fault.ENDS_EARLY, LLMUnavailable, "stopped in mid-answer"),
        (Fault.HTML, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.NOT_JSON, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.OTHER_JSON, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.FAILS, LLMUnavailable, r"failed \(HTTP 500\): out of memory"),
        (Fault.BREAKS, LLMUnavailable, "failed: the runner stopped"),
        (Fault.LOOPS, LLMLooped, "repeat itself"),
    ],
)
def test_every_fault_is_a_clear_error_in_time(
    fake: Server, connect: Connect, fault: Fault, error: type[LLMError], said: str
) -> None:
    """One line on what happened, a remedy, and no longer than the limits."""
    with fake(fault=fault) as server:
        start = time.monotonic()
        with pytest.raises(error, match=said) as caught:
            connect(server.url, SHORT).complete("hi")
        assert time.monotonic() - start < 10  # of the limits, 1.5; the rest is a busy machine's
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@both
@pytest.mark.parametrize("fault", [Fault.HANGS, Fault.HTML, Fault.OTHER_JSON, Fault.FAILS])
def test_faults_in_the_list_of_models_are_clear_errors(
    fake: Server, connect: Connect, fault: Fault
) -> None:
    """The probe has limits of its own."""
    with fake(fault=fault) as server, pytest.raises(LLMError):
        if fake is FakeOllama:
            installed_models(host=server.url, timeouts=SHORT)
        else:
            open_openai(url=server.url, timeouts=SHORT)


@both
def test_nobody_there_is_said_at_once(fake: Server, connect: Connect, nobody: str) -> None:
    """Where nothing listens, nothing is waited for."""
    start = time.monotonic()
    with pytest.raises(LLMUnavailable, match="is not running at http://127"):
        connect(nobody).complete("hi")
    with pytest.raises(LLMUnavailable, match="is not running at"):
        open_ollama(host=nobody) if fake is FakeOllama else open_openai(url=nobody)
    assert time.monotonic() - start < Timeouts().connect_s


@both
def test_endless_output_is_cut(fake: Server, connect: Connect) -> None:
    """10,000 tokens and more: the connection is closed at the limit, what came is returned."""
    with fake(fault=Fault.ENDLESS) as server:
        text = connect(server.url).complete("hi")
        assert server.hung_up.wait(2)
    assert MAX_ANSWER_CHARS <= len(text) < 2 * MAX_ANSWER_CHARS


@both
def test_an_interrupt_closes_the_connection(fake: Server, connect: Connect) -> None:
    """Ctrl-C in mid-stream comes through, and the server is told to stop."""

    def interrupt(piece: str) -> None:
        raise KeyboardInterrupt

    with fake(fault=Fault.ENDLESS) as server:
        with pytest.raises(KeyboardInterrupt):
            connect(server.url).complete("hi", on_text=interrupt)
        assert server.hung_up.wait(2)


@both
def test_a_loop_closes_the_connection(fake: Server, connect: Connect) -> None:
    """Nothing more is generated that nobody wants; JSON may repeat itself."""
    with fake(fault=Fault.LOOPS) as server:
        with pytest.raises(LLMLooped):
            connect(server.url).complete("hi")
        assert server.hung_up.wait(2)
        assert len(connect(server.url).complete("hi", schema={})) >= MAX_ANSWER_CHARS


@both
def test_reasoning_is_hidden(fake: Server, connect: Connect) -> None:
    """Neither a field of its own nor a <think> block is answer."""
    field = "thinking" if fake is FakeOllama else "reasoning_content"
    pieces = [{"content": "", field: "Hm."}, "<thi", "nk>Well", "...</think>\n\n", "Hello."]
    with fake(pieces) as server:
        assert connect(server.url).complete("hi") == "Hello."


@both
def test_reasoning_is_switched_off_where_that_is_possible(fake: Server, connect: Connect) -> None:
    """A server that rejects the option is asked without it."""
    with fake(fault=Fault.NO_THINK) as server:
        assert connect(server.url).complete("hi") == "Hello there."
    option = server.speech.think
    assert [bool(option in request) for request in server.requests] == [True, False]


@both
def test_a_lone_surrogate_does_not_break_the_request(fake: Server, connect: Connect) -> None:
    """Such text can come from a broken file name or terminal."""
    with fake() as server:
        connect(server.url).complete("a\ud800b")
    assert server.requests[0]["messages"][0]["content"] == "a?b"
