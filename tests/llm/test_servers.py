"""Servers: whatever one does, an answer or a clear error, and never a hang; for each protocol."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from ragprep.errors import LLMError, LLMLooped, LLMTimeout, LLMUnavailable
from ragprep.llm.connect import Timeouts
from ragprep.llm.ollama import OllamaLLM, installed_models, open_ollama
from ragprep.llm.openai import OpenAILLM, open_openai
from ragprep.llm.openai_server import server_of
from ragprep.llm.session import MAX_BODY
from ragprep.llm.stream import MAX_ANSWER_CHARS
from ragprep.protocols import LLM
from ragprep.testing.servers import FakeOllama, FakeOpenAI, Fault

SHORT = Timeouts(connect_s=10, first_s=1, whole_s=30, probe_s=1)
"""Each limit is passed by fakes that would go on without end, never by one that answers."""
LONG = Timeouts(connect_s=60, first_s=60, whole_s=60, probe_s=60)
"""For fakes that answer or fail by themselves, however late."""

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
    ("fault", "error", "message"),
    [
        (Fault.HANGS, LLMTimeout, r"accepts connections, but gave no text within 1 s"),
        (Fault.HEADERS, LLMTimeout, r"accepts connections, but gave no text within 1 s"),
        (Fault.COMMENTS, LLMTimeout, r"fake:1b gave no text within 1 s, though .* answers"),
        (Fault.COMMENTS_ON, LLMTimeout, r"stopped in mid-answer: no text for 1 s"),
        (Fault.STALLS, LLMTimeout, r"stopped in mid-answer: no text for 1 s"),
        (Fault.TRICKLES, LLMTimeout, r"stopped in mid-answer: no text for 1 s"),
        (Fault.DIES, LLMUnavailable, "stopped in mid-answer"),
        (Fault.ENDS_EARLY, LLMUnavailable, "stopped in mid-answer"),
        (Fault.HTML, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.NOT_JSON, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.OTHER_JSON, LLMUnavailable, "does not speak (Ollama's|the OpenAI) protocol"),
        (Fault.ONE_LINE, LLMUnavailable, r"protocol: it sent a line of more than 1 MiB"),
        (Fault.LONG_ERROR, LLMUnavailable, r"protocol: it sent a response of more than 4 MiB"),
        (Fault.FAILS, LLMUnavailable, r"failed \(HTTP 500\): out of memory"),
        (Fault.BREAKS, LLMUnavailable, "failed: the runner stopped"),
        (Fault.LOOPS, LLMLooped, "repeat itself"),
    ],
)
def test_every_fault_is_a_clear_error_in_time(
    fake: Server, connect: Connect, fault: Fault, error: type[LLMError], message: str
) -> None:
    """One line on what happened, with the limit that was passed, and a remedy."""
    with fake(fault=fault) as server, pytest.raises(error, match=message) as caught:
        connect(server.url, SHORT if error is LLMTimeout else LONG).complete("hi")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@both
@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (Fault.HANGS, "Restart it, or use --llm none."),
        (Fault.COMMENTS, "The model may still be loading: ask again later, name a smaller one"),
        (Fault.STALLS, "Ask again, or use --llm none."),
        (None, "Use a smaller model (--model), or --llm none."),  # ten pieces take 3 of 1 s
    ],
)
def test_a_remedy_fits_the_cause(
    fake: Server, connect: Connect, fault: Fault | None, remedy: str
) -> None:
    """A smaller model helps against slowness, and not against a server that answers nothing."""
    pause_s = 0.3 if fault is None else 0
    limits = SHORT if fault else replace(SHORT, first_s=30, whole_s=1)
    with (
        fake(["word "] * 10, fault=fault, pause_s=pause_s) as server,
        pytest.raises(LLMTimeout) as caught,
    ):
        connect(server.url, limits).complete("hi")
    assert caught.value.remedy.startswith(remedy)


@both
def test_a_redirection_is_not_followed(fake: Server, connect: Connect) -> None:
    """The key and the text stay with the server that the person named."""
    with (
        fake() as other_server,
        fake(fault=Fault.REDIRECTS, elsewhere=other_server.url) as server,
        pytest.raises(LLMUnavailable, match=r"failed \(HTTP 307\)\.") as caught,
    ):
        connect(server.url, LONG).complete("hi")
    assert caught.value.remedy.startswith("It leads to another address, which is not followed")
    assert (other_server.keys, other_server.requests) == ([], [])


@both
@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.HANGS, Fault.HEADERS, Fault.HTML, Fault.OTHER_JSON),
        *(Fault.FAILS, Fault.ONE_LINE, Fault.LONG_ERROR),
    ],
)
def test_faults_in_the_list_of_models_are_clear_errors(
    fake: Server, connect: Connect, fault: Fault
) -> None:
    """The probe has limits of its own, and blames no model."""
    with fake(fault=fault) as server, pytest.raises(LLMError) as caught:
        if fake is FakeOllama:
            installed_models(host=server.url, timeouts=SHORT)
        else:
            open_openai(url=server.url, timeouts=SHORT)
    assert "smaller" not in caught.value.remedy


@both
@pytest.mark.parametrize("fault", [Fault.ONE_LINE, Fault.LONG_ERROR])
def test_what_has_no_end_is_not_read_to_the_end(
    fake: Server, connect: Connect, fault: Fault
) -> None:
    """The connection is closed; what was sent beyond the limits stands in the system's buffers."""
    with fake(fault=fault) as server:
        with pytest.raises(LLMUnavailable):
            connect(server.url).complete("hi")
        assert server.hung_up.wait(60)
        assert server.sent < 4 * MAX_BODY


@both
def test_half_a_character_is_replaced(fake: Server, connect: Connect) -> None:
    """JSON can hold it, and neither a terminal nor a file can."""
    with fake(["Half \ud83d", " of one"]) as server:
        assert connect(server.url).complete("hi") == "Half \N{REPLACEMENT CHARACTER} of one"
    with fake(models=("odd\ud83d",)) as server:
        shown = open_ollama(host=server.url) if fake is FakeOllama else open_openai(url=server.url)
    assert shown.name == "odd\N{REPLACEMENT CHARACTER}"
    with fake() as server:
        odd, url = "odd\ud83d", server.url
        missing = open_ollama(odd, host=url) if fake is FakeOllama else open_openai(odd, url=url)
        with pytest.raises(LLMUnavailable, match="no model odd\N{REPLACEMENT CHARACTER}"):
            missing.complete("hi")


@both
def test_a_slow_model_is_waited_for_as_long_as_it_writes(fake: Server, connect: Connect) -> None:
    """The time without text begins anew with each piece: four pauses of 0.6 s pass no 2 s."""
    pieces = ["one ", "two ", "three ", "four"]
    with fake(pieces, pause_s=0.6) as server:
        llm = connect(server.url, replace(SHORT, first_s=2))
        assert llm.complete("hi") == "one two three four"


@both
def test_it_says_where_it_is_waited_for_and_how_long(fake: Server, connect: Connect) -> None:
    """For a person who looks at nothing."""
    with fake() as server:
        shown = getattr(connect(server.url, SHORT), "whereabouts", "")
    assert re.fullmatch(rf"fake:1b at {server.url}(/v1)? \(up to 1 s\)", shown)


@both
def test_nobody_there_is_said_at_once(fake: Server, connect: Connect, nobody: str) -> None:
    """Where nothing listens, nothing is waited for: this would last an hour, else."""
    hour = Timeouts(connect_s=3600, first_s=3600, whole_s=3600, probe_s=3600)
    with pytest.raises(LLMUnavailable, match="is not running at http://127"):
        connect(nobody, hour).complete("hi")
    with pytest.raises(LLMUnavailable, match="is not running at"):
        if fake is FakeOllama:
            open_ollama(host=nobody, timeouts=hour)
        else:
            open_openai(url=nobody, timeouts=hour)


@both
@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example", "999.1.1.1", "ä" * 64])
def test_a_name_that_no_host_can_have_is_where_nobody_is(
    fake: Server, connect: Connect, host: str
) -> None:
    """Whichever library finds that out."""
    with pytest.raises(LLMUnavailable, match="is not running at"):
        connect(f"http://{host}").complete("hi")


@both
def test_endless_output_is_cut(fake: Server, connect: Connect) -> None:
    """10,000 tokens and more: the connection is closed at the limit, what came is returned."""
    with fake(fault=Fault.ENDLESS) as server:
        text = connect(server.url).complete("hi")
        assert server.hung_up.wait(60)
    assert MAX_ANSWER_CHARS <= len(text) < 2 * MAX_ANSWER_CHARS


@both
def test_an_interrupt_closes_the_connection(fake: Server, connect: Connect) -> None:
    """Ctrl-C in mid-stream comes through, and the server is told to stop."""

    def interrupt(piece: str) -> None:
        raise KeyboardInterrupt

    with fake(fault=Fault.ENDLESS) as server:
        with pytest.raises(KeyboardInterrupt):
            connect(server.url).complete("hi", on_text=interrupt)
        assert server.hung_up.wait(60)


@both
def test_a_loop_closes_the_connection(fake: Server, connect: Connect) -> None:
    """Nothing more is generated that nobody wants; JSON may repeat itself."""
    with fake(fault=Fault.LOOPS) as server:
        with pytest.raises(LLMLooped):
            connect(server.url).complete("hi")
        assert server.hung_up.wait(60)
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
    assert server.requests[0]["messages"][0]["content"] == "a\ufffdb"
