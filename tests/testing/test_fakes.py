"""The shipped fakes do what they are told."""

import pytest

from ragprep.errors import LLMUnavailable
from ragprep.testing.fakes import FakeLLM


def test_a_fake_llm_streams_records_and_raises() -> None:
    """Text goes out word by word; an error ends the stream where it stands."""
    pieces: list[str] = []
    llm = FakeLLM(["one two", ["half", LLMUnavailable("gone", remedy="-")]])
    assert llm.complete("a", on_text=pieces.append) == "one two"
    with pytest.raises(LLMUnavailable, match="gone"):
        llm.complete("b", schema={}, on_text=pieces.append)
    assert pieces == ["one ", "two", "half"]
    assert (llm.prompts, llm.schemas) == (["a", "b"], [None, {}])


def test_a_fake_llm_without_replies_says_so() -> None:
    """A test that asks too often is told."""
    with pytest.raises(LLMUnavailable, match="no reply left"):
        FakeLLM([]).complete("a")
