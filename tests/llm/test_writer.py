"""Who writes: found out once, when it is needed, by whichever thread needs it first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ragprep.config import Config
from ragprep.errors import ConfigError, LLMError, LLMUnavailable
from ragprep.llm.connect import Timeouts
from ragprep.llm.writer import NONE_RUNS, Writer
from ragprep.testing.fakes import FakeLLM
from ragprep.testing.servers import FakeOllama, Fault


def settings(home: Path, llm: str, host: str) -> Config:
    return Config(home=home, llm=llm, ollama_host=host)


def test_a_model_that_is_given_writes() -> None:
    """No settings are asked."""
    llm = FakeLLM([])
    assert Writer(llm=llm).resolve() == (llm, "")
    assert Writer(llm=llm).require() is llm


def test_nobody_writes_where_nobody_is_named(tmp_path: Path, nobody: str) -> None:
    """That needs no reason, unless somebody is required."""
    for writer, why in (
        (Writer(), "No language model is running"),
        (Writer(settings(tmp_path, "none", nobody)), "The setting llm is none"),
    ):
        assert writer.resolve() == (None, "")
        with pytest.raises(LLMUnavailable, match=why):
            writer.require()


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """Then once, however many threads ask for it."""
    with FakeOllama() as server, ThreadPoolExecutor(8) as threads:
        writer = Writer(settings(tmp_path, "auto", server.url))
        assert server.keys == []  # there is one for each request
        resolved = list(threads.map(lambda _: writer.resolve(), range(8)))
        assert len(server.keys) == 1
    assert {id(llm) for llm, _ in resolved} == {id(writer.require())}
    assert {reason for _, reason in resolved} == {""}


def test_where_nothing_runs_the_reason_is_said(tmp_path: Path, nobody: str) -> None:
    """With what to start."""
    assert Writer(settings(tmp_path, "auto", nobody)).resolve() == (None, NONE_RUNS)


def test_a_model_that_comes_later_is_found(tmp_path: Path) -> None:
    """A conversation may outlast its download."""
    with FakeOllama(models=()) as server:
        writer = Writer(settings(tmp_path, "auto", server.url))
        assert writer.resolve()[0] is None
        server.models = ("fake:1b",)
        llm, reason = writer.resolve()
    assert llm is not None
    assert (llm.name, reason) == ("fake:1b", "")


def test_what_fails_by_itself_is_a_reason_and_what_was_demanded_an_error(tmp_path: Path) -> None:
    """ "auto" takes what there is; a name is an order."""
    with FakeOllama(fault=Fault.FAILS) as server:
        llm, reason = Writer(settings(tmp_path, "auto", server.url)).resolve()
        assert llm is None
        assert "out of memory" in reason
        assert "--llm none" in reason
        demanded = Writer(settings(tmp_path, "ollama", server.url))
        for call in (demanded.resolve, demanded.require):
            with pytest.raises(LLMError, match="out of memory"):
                call()


def test_the_time_limits_are_those_given(tmp_path: Path) -> None:
    """For work that nobody waits for."""
    with FakeOllama() as server:
        config = settings(tmp_path, "ollama", server.url)
        llm = Writer(config, timeouts=Timeouts(first_s=300)).require()
    assert "up to 300 s" in getattr(llm, "whereabouts", "")


def test_another_installed_model_can_write(tmp_path: Path) -> None:
    """Neither one that is not there nor a cloud model, which would get the text sent."""
    models = ("llama3.2:3b", "odd:1b", "gpt-oss:120b-cloud")
    with FakeOllama(models=models) as server:
        writer = Writer(settings(tmp_path, "auto", server.url))
        assert writer.names() == ("llama3.2:3b", "odd:1b")
        assert writer.named("odd:1b").require().name == "odd:1b"
        assert writer.named("llama3.2:3b") is writer
        for name in ("gpt-oss:120b-cloud", "gguf:/etc/passwd"):
            with pytest.raises(ConfigError, match="No language model"):
                writer.named(name)


def test_a_model_that_is_given_is_the_only_one(tmp_path: Path, nobody: str) -> None:
    """Where none is, there is none."""
    assert Writer(llm=FakeLLM([])).names() == ("fake",)
    assert Writer(settings(tmp_path, "auto", nobody)).names() == ()
