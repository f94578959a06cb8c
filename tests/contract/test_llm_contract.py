"""What every LLM does alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from ragprep.answer import OllamaLLM
from ragprep.protocols import LLM
from ragprep.testing import FakeLLM, FakeOllama

Maker = Callable[[Sequence[str]], LLM]


@pytest.fixture(params=["fake", "ollama"])
def make(request: pytest.FixtureRequest) -> Iterator[Maker]:
    """Makes an LLM that answers in the pieces given."""
    with ExitStack() as stack:

        def ollama(pieces: Sequence[str]) -> LLM:
            return OllamaLLM("fake:1b", host=stack.enter_context(FakeOllama(pieces)).url)

        yield ollama if request.param == "ollama" else lambda pieces: FakeLLM([pieces] * 2)


PIECES = ("Dropout ", "prevents\n", "overfitting. ", "[q1]\n", "σ² 过")


def test_the_text_is_returned_whole(make: Maker) -> None:
    """Nothing is lost or added, whatever the script."""
    assert make(PIECES).complete("hi") == "".join(PIECES)


def test_pieces_add_up_to_the_text(make: Maker) -> None:
    """They are handed on as they arrive, not all at the end."""
    pieces: list[str] = []
    text = make(PIECES).complete("hi", on_text=pieces.append)
    assert "".join(pieces) == text
    assert len(pieces) > 1


def test_an_answer_may_be_empty(make: Maker) -> None:
    """That is for the caller to judge."""
    assert make(()).complete("hi") == ""


def test_it_can_be_asked_again(make: Maker) -> None:
    """A call leaves nothing behind."""
    llm = make(PIECES)
    assert llm.complete("hi") == llm.complete("hi", schema={"type": "object"})


def test_it_has_a_name(make: Maker) -> None:
    """People are told who wrote."""
    assert make(PIECES).name


def test_an_error_of_the_listener_passes(make: Maker) -> None:
    """Ctrl-C and the caller's own mistakes are not taken for faults of the model."""

    def fail(piece: str) -> None:
        raise ValueError(piece)

    with pytest.raises(ValueError, match="Dropout"):
        make(PIECES).complete("hi", on_text=fail)
