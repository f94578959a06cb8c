"""Which model the settings mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.errors import ConfigError, LLMUnavailable
from ragprep.llm.choose import open_llm
from ragprep.llm.ollama import OllamaLLM
from ragprep.llm.openai import OpenAILLM
from ragprep.testing.servers import FakeOllama, FakeOpenAI

Settings = Callable[..., Config]


@pytest.fixture
def settings(tmp_path: Path, nobody: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Makes settings, without Ollama unless it is named."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return lambda **changes: Config(home=tmp_path, **({"ollama_host": nobody} | changes))


def test_by_itself_it_is_what_runs(settings: Settings) -> None:
    """Ollama before a server that is set; nobody where there is neither."""
    with FakeOllama() as ollama, FakeOpenAI() as openai:
        both = open_llm(settings(ollama_host=ollama.url, openai_url=openai.url))
        assert isinstance(both, OllamaLLM)
        assert isinstance(open_llm(settings(openai_url=openai.url)), OpenAILLM)
    assert open_llm(settings()) is None


def test_an_address_set_for_other_programs_is_used_only_when_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may lead off this machine."""
    with FakeOpenAI() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert open_llm(settings()) is None
        assert server.keys == []
        assert isinstance(open_llm(settings(llm="openai")), OpenAILLM)


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_host_that_no_machine_can_have_is_not_up(settings: Settings, host: str) -> None:
    """Python cannot even look such a name up."""
    assert open_llm(settings(ollama_host=host)) is None


def test_none_is_none(settings: Settings) -> None:
    """Whatever runs."""
    with FakeOllama() as ollama:
        assert open_llm(settings(llm="none", ollama_host=ollama.url)) is None


def test_what_is_demanded_and_missing_is_an_error(settings: Settings, tmp_path: Path) -> None:
    """Each says what to set or start."""
    with pytest.raises(ConfigError, match="address of the OpenAI"):
        open_llm(settings(llm="openai"))
    with pytest.raises(LLMUnavailable, match="not running"):
        open_llm(settings(llm="ollama"))
    with pytest.raises(LLMUnavailable, match=r"cannot be read|not installed"):
        open_llm(settings(llm=f"gguf:{tmp_path}/none.gguf"))


def test_doctor_checks_what_is_set(settings: Settings, tmp_path: Path) -> None:
    """Only what the settings demand must be there."""
    with FakeOpenAI(models=("odd-1b",)) as server:
        checks = {check.name: check for check in Prep(settings(openai_url=server.url)).doctor()}
    assert checks["OpenAI"].ok
    assert checks["OpenAI"].message == f"running at {server.url}/v1; uses odd-1b"
    assert checks["OpenAI"].optional
    assert not checks["Ollama"].ok
    [*_, last] = Prep(settings(llm=f"gguf:{tmp_path}/none.gguf")).doctor()
    assert (last.name, last.ok, last.optional) == ("GGUF", False, False)
    assert last.remedy
