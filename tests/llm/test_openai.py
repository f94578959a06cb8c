"""The OpenAI-protocol adapter: its requests, its models, and a key that nobody sees."""

from __future__ import annotations

import traceback

import pytest

from ragprep.errors import ConfigError, LLMUnavailable
from ragprep.llm.openai import open_openai, short_name
from ragprep.llm.openai_server import Key, server_of
from ragprep.testing.servers import FakeOpenAI, Fault

SECRET = "sk-do-not-show-1234"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "RAGPREP_OPENAI_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_the_request_asks_for_the_same_answer_each_time() -> None:
    """Greedy, seeded, limited, streamed; the schema goes along."""
    schema = {"type": "object"}
    with FakeOpenAI() as server:
        assert open_openai(url=server.url).complete("hi", schema=schema) == "Hello there."
    [request] = server.requests
    assert request["messages"] == [{"role": "user", "content": "hi"}]
    assert (request["temperature"], request["seed"], request["stream"]) == (0, 0, True)
    assert request["max_tokens"] == 1024
    assert request["response_format"]["json_schema"]["schema"] == schema


def test_the_best_listed_model_is_taken_when_none_is_named() -> None:
    """The one asked for goes before it, listed or not; one that embeds writes nothing."""
    models = ("text-embed-1", "odd-1b", "/models/Llama3.2-3b.gguf")
    with FakeOpenAI(models=models) as server:
        assert open_openai(url=server.url).name == "Llama3.2-3b"
        assert open_openai("odd-1b", url=server.url).name == "odd-1b"
        with pytest.raises(LLMUnavailable, match="has no model tiny"):
            open_openai("tiny", url=server.url).complete("hi")
    with (
        FakeOpenAI(models=models[:1]) as server,
        pytest.raises(LLMUnavailable, match="no model that writes"),
    ):
        open_openai(url=server.url)
    assert short_name("org/name") == "org/name"


def test_a_prompt_is_never_cut_in_silence() -> None:
    """Neither where the server says how much it holds, nor where it says so afterwards."""
    with FakeOpenAI(window=2048) as server:
        llm = open_openai(url=server.url)
        assert llm.complete("word " * 600) == "Hello there."
        assert server.requests[0]["max_tokens"] == 1024
        llm.complete("word " * 900)
        assert server.requests[1]["max_tokens"] == 548
        with pytest.raises(LLMUnavailable, match="do not fit the context of 2,048 tokens"):
            llm.complete("word " * 1200)
        assert len(server.requests) == 2
    with (
        FakeOpenAI(fault=Fault.NO_ROOM) as server,
        pytest.raises(LLMUnavailable, match="do not fit the context that fake:1b has") as caught,
    ):
        open_openai(url=server.url).complete("hi")
    assert "-c 8192" in caught.value.remedy


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://box:8080", "http://box:8080/v1"),
        ("box:8080/", "http://box:8080/v1"),
        ("https://box/api/v3/", "https://box/api/v3"),
        ("http://box/v1/chat/completions", "http://box/v1"),
    ],
)
def test_an_address_may_be_given_short(address: str, url: str) -> None:
    """What "/chat/completions" follows is found."""
    assert server_of(address, {})[0].url == url


@pytest.mark.parametrize("address", ["", "ftp://box", "http://", "two words", "box:port"])
def test_an_address_that_is_none_says_what_to_set(address: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError, match="missing or is none") as caught:
        server_of(address, {})
    assert "RAGPREP_OPENAI_URL" in caught.value.remedy


@pytest.mark.parametrize("address", [f"http://me:{SECRET}@box/v1", f"http://box/v1?key={SECRET}"])
def test_a_password_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    """Addresses are shown in messages."""
    with pytest.raises(ConfigError) as caught:
        server_of(address, {})
    assert SECRET not in f"{caught.value} {caught.value.remedy}"


def test_a_key_goes_to_its_own_address_only() -> None:
    """OPENAI_API_KEY belongs to OPENAI_BASE_URL; ragprep's own key goes before it."""
    both = {"OPENAI_BASE_URL": "http://one", "OPENAI_API_KEY": SECRET}
    ragprep_key = {"RAGPREP_OPENAI_KEY": "own"}

    def sent(url: str | None, environ: dict[str, str]) -> str | None:
        return server_of(url, environ)[1].header().get("Authorization")

    assert sent(None, both) == f"Bearer {SECRET}"
    assert sent("http://two", both) is None
    assert sent("http://two", both | ragprep_key) == "Bearer own"
    assert sent(None, both | ragprep_key) == "Bearer own"


@pytest.mark.parametrize(
    "fault", [None, Fault.WANTS_KEY, Fault.FAILS, Fault.DIES, Fault.HTML, Fault.NO_ROOM]
)
def test_the_key_reaches_the_server_and_nobody_else(
    fault: Fault | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a message, not a representation, not a traceback, whatever the server repeats."""
    monkeypatch.setenv("RAGPREP_OPENAI_KEY", SECRET)
    shown = ""
    with FakeOpenAI(fault=fault) as server:
        parsed, key = server_of(server.url)
        shown += f"{parsed!r} {key!r} {key}"
        try:
            llm = open_openai(url=server.url)
            shown += f"{llm!r} {llm.name} {llm.url}"
            llm.complete("hi")
        except LLMUnavailable as exc:
            shown += f"{exc!r} {exc.remedy}" + "".join(traceback.format_exception(exc))
        assert set(server.keys) == {SECRET}
    assert SECRET not in shown


def test_a_key_that_no_header_can_hold_is_refused_and_not_repeated() -> None:
    """The HTTP library would name it in its own error."""
    with pytest.raises(ConfigError) as caught:
        Key(f"{SECRET}\nmore")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_repeats_the_key_in_an_error_is_blotted() -> None:
    """Some do, to be helpful."""
    assert Key(SECRET).blot(f"{SECRET} is wrong") == "*** is wrong"
    assert Key("").blot("as it is") == "as it is"
