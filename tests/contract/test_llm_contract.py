"""What every LLM does alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from ragprep.llm.ollama import open_ollama
from ragprep.llm.openai import open_openai
from ragprep.protocols import LLM
from ragprep.testing.fakes import FakeLLM
from ragprep.testing.servers import FakeOllama, FakeOpenAI

Maker = Callable[[Sequence[str]], LLM]

TOLD = ["fake", "ollama", "openai"]
"""Those whose words the test chooses; "gguf" is a real model, which has its own."""

PIECES = ("Dropout ", "prevents\n", "overfitting. ", "[q1]\n", "σ² 过")

SCHEMA = {
    "type": "object",
    "properties": {"sure": {"type": "boolean"}},
    "required": ["sure"],
    "additionalProperties": False,
}


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Iterator[Maker]:
    """Makes an LLM that answers in the pieces given, or, if real, in its own."""
    with ExitStack() as stack:

        def open_llm(pieces: Sequence[str]) -> LLM:
            if request.param == "ollama":
                return open_ollama(host=stack.enter_context(FakeOllama(pieces)).url)
            if request.param == "openai":
                return open_openai(url=stack.enter_context(FakeOpenAI(pieces)).url)
            if request.param == "gguf":
                return request.getfixturevalue("gguf")  # type: ignore[no-any-return]
            return FakeLLM([pieces] * 2)

        yield open_llm


every = pytest.mark.parametrize("make", [*TOLD, "gguf"], indirect=True)
told = pytest.mark.parametrize("make", TOLD, indirect=True)


@told
def test_the_text_is_returned_whole(make: Maker) -> None:
    """Nothing is lost or added, whatever the script."""
    assert make(PIECES).complete("hi") == "".join(PIECES)


@told
def test_an_answer_may_be_empty(make: Maker) -> None:
    """That is for the caller to judge."""
    assert make(()).complete("hi") == ""


@every
def test_pieces_add_up_to_the_text(make: Maker) -> None:
    """They are handed on as they arrive, not all at the end."""
    pieces: list[str] = []
    llm = make(('{"sure": ', "true}"))
    text = llm.complete("Are you sure?", schema=SCHEMA, on_text=pieces.append)
    assert "".join(pieces) == text
    assert len(pieces) > 1


@every
def test_it_can_be_asked_again(make: Maker) -> None:
    """A call leaves nothing behind, and the same question gets the same answer."""
    llm = make(('{"sure": ', "true}"))
    first = llm.complete("Are you sure?", schema=SCHEMA)
    assert llm.complete("Are you sure?", schema=SCHEMA) == first


@every
def test_it_takes_a_schema(make: Maker) -> None:
    """The answer is JSON of that form."""
    text = make(('{"sure": ', "true}")).complete("Are you sure?", schema=SCHEMA)
    assert isinstance(json.loads(text)["sure"], bool)


@every
def test_it_has_a_name(make: Maker) -> None:
    """People are told who wrote."""
    assert make(PIECES).name


@every
def test_an_error_of_the_listener_passes(make: Maker) -> None:
    """Ctrl-C and the caller's own mistakes are not taken for faults of the model."""

    def fail(piece: str) -> None:
        raise ValueError(f"heard {piece}")

    with pytest.raises(ValueError, match="heard"):
        make(PIECES).complete("hi", on_text=fail)
