"""The Ollama adapter: its models, its addresses, and what it asks for."""

from __future__ import annotations

import pytest

from ragprep.errors import ConfigError, LLMUnavailable
from ragprep.llm.connect import base_url, is_up
from ragprep.llm.ollama import OllamaLLM, installed_models, open_ollama
from ragprep.llm.stream import choose_model, context_tokens
from ragprep.testing.servers import FakeOllama, Fault


def ask(server: FakeOllama, model: str = "fake:1b") -> str:
    return OllamaLLM(model, host=server.url).complete("hi")


def test_no_server_comes_with_the_command_that_starts_it(nobody: str) -> None:
    """Whatever it is asked for."""
    assert not is_up(nobody)
    for call in (open_ollama, installed_models):
        with pytest.raises(LLMUnavailable, match="not running") as caught:
            call(host=nobody)
        assert "ollama serve" in caught.value.remedy
    with pytest.raises(LLMUnavailable, match="not running"):
        OllamaLLM("fake:1b", host=nobody).complete("hi")


def test_an_unknown_model_comes_with_the_command_that_gets_it() -> None:
    """The remedy can be pasted."""
    with FakeOllama() as server, pytest.raises(LLMUnavailable, match="no model tiny") as caught:
        ask(server, "tiny")
    assert caught.value.remedy == "Get it with `ollama pull tiny`."


@pytest.mark.parametrize("models", [(), ("nomic-embed-text:latest",)])
def test_no_model_that_writes_comes_with_one_and_its_size(models: tuple[str, ...]) -> None:
    """Models that only embed do not count."""
    with (
        FakeOllama(models=models) as server,
        pytest.raises(LLMUnavailable, match="no model that writes") as caught,
    ):
        open_ollama(host=server.url)
    assert "ollama pull" in caught.value.remedy
    assert "GB" in caught.value.remedy


def test_the_best_installed_model_is_taken_when_none_is_named() -> None:
    """The one asked for goes before it."""
    with FakeOllama(models=("odd:1b", "llama3.2:3b")) as server:
        assert open_ollama(host=server.url).name == "llama3.2:3b"
        assert open_ollama("odd:1b", host=server.url).name == "odd:1b"
    assert choose_model(["odd:1b", "even:1b"]) == "odd:1b"


@pytest.mark.parametrize("name", ["gpt-oss:120b-cloud", "kimi-k2:cloud", "qwen3:480B-Cloud"])
def test_a_cloud_model_is_used_only_when_it_is_named(name: str) -> None:
    """Ollama would send it the question and the guide's text."""
    with FakeOllama(models=(name, "odd:1b")) as server:
        assert open_ollama(host=server.url).name == "odd:1b"
        assert open_ollama(name, host=server.url).name == name
    with (
        FakeOllama(models=(name,)) as server,
        pytest.raises(LLMUnavailable, match="no model that writes text and runs there"),
    ):
        open_ollama(host=server.url)
    assert choose_model(["cloud-tales:1b", name]) == "cloud-tales:1b"
    assert choose_model([name]) is None


def test_a_cloud_model_is_known_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy made by `ollama cp` is listed with the host that runs it."""
    copied = {"model": "mine:latest", "remote_host": "https://ollama.com:443"}
    local = {"model": "odd:1b"}
    with FakeOllama() as server:
        monkeypatch.setattr(server.speech, "listing", lambda *_: {"models": [copied, local]})
        assert installed_models(host=server.url) == ["odd:1b"]


def test_reasoning_is_hidden() -> None:
    """Neither the thinking field nor a <think> block is answer."""
    pieces = [{"content": "", "thinking": "Hm."}, "<thi", "nk>Well", "...</think>\n\n", "Hello."]
    with FakeOllama(pieces) as server:
        assert ask(server) == "Hello."


def test_a_server_that_rejects_the_think_option_is_asked_without() -> None:
    """Reasoning is switched off where that is possible."""
    with FakeOllama(fault=Fault.NO_THINK) as server:
        assert ask(server) == "Hello there."
    assert [request.get("think") for request in server.requests] == [False, None]


def test_the_request_holds_the_whole_prompt() -> None:
    """The context grows with the prompt, in steps; the schema goes along."""
    schema = {"type": "object"}
    prompt = "word " * 3000
    with FakeOllama() as server:
        OllamaLLM("fake:1b", host=server.url).complete(prompt, schema=schema)
    request = server.requests[0]
    assert request["messages"] == [{"role": "user", "content": prompt}]
    assert request["format"] == schema
    assert request["options"]["num_ctx"] == 8192
    assert request["keep_alive"] == "30m"
    assert context_tokens("short") == 4096


def test_a_lone_surrogate_does_not_break_the_request() -> None:
    """Such text can come from a broken file name or terminal."""
    with FakeOllama() as server:
        OllamaLLM("fake:1b", host=server.url).complete("a\ud800b")
    assert server.requests[0]["messages"][0]["content"] == "a\ufffdb"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("box", "http://box:11434"),
        ("box:99/", "http://box:99"),
        ("http://box", "http://box:80"),
        ("https://box/ollama/", "https://box:443/ollama"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("[::1]:99", "http://[::1]:99"),
    ],
)
def test_addresses_are_read_as_ollama_reads_them(
    host: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given or from OLLAMA_HOST; an address to listen at becomes one to reach."""
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert base_url() == url
    monkeypatch.delenv("OLLAMA_HOST")
    assert base_url(host) == url


@pytest.mark.parametrize("host", ["box:port", "ftp://box", "two words", "http://[::1"])
def test_an_unusable_address_is_a_config_error(host: str) -> None:
    """It is said before anything is sent."""
    with pytest.raises(ConfigError, match="not an address") as caught:
        OllamaLLM("fake:1b", host=host)
    assert caught.value.remedy == "Set OLLAMA_HOST to something like 127.0.0.1:11434."
