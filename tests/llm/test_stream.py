"""What every backend does with a model's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.errors import LLMLooped
from ragprep.llm.stream import hide_thinking, loops, stop_loops

PARAGRAPH = (
    "Overfitting means that a model learns the noise of its training data. "
    "It shows as a gap between the two losses. Regularization closes it.\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "Yes. " * 30,
        PARAGRAPH * 4,
        "Well, " + "it depends, and " * 12,
        "".join(f"{n}. The same point.\n" for n in range(20)),
        "\n" * 200,
        "的" * 150,
    ],
)
def test_a_text_that_goes_round_in_a_circle_is_known(text: str) -> None:
    """Whatever its turns are counted by, and in any script."""
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes. " * 3,
        PARAGRAPH * 2,
        "- Precision: TP / (TP + FP)\n- Recall: TP / (TP + FN)\n- Accuracy: both\n" * 2,
        "|---|---|---|---|---|\n",
        "0 1 1 2 3 5 8 13 21",
    ],
)
def test_a_text_that_says_some_things_twice_is_no_loop(text: str) -> None:
    """Lists and tables repeat themselves a little."""
    assert not loops(text)


def test_a_loop_is_ended_early() -> None:
    """Long before the limit of an answer, and what came before is there."""
    seen: list[str] = []
    with pytest.raises(LLMLooped, match="tiny began to repeat itself") as caught:
        seen.extend(stop_loops(("Dropout helps. " for _ in range(10_000)), model="tiny"))
    assert 5 < len(seen) < 30
    assert caught.value.remedy


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<", "th", "a", " "]), max_size=8).map(
        "".join
    ),
    st.lists(st.integers(0, 30), max_size=6),
)
def test_thinking_is_hidden_wherever_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    """Pieces give what the whole gives."""
    pairs = zip([0, *sorted(cuts)], [*sorted(cuts), len(text)], strict=True)
    pieces = [text[start:end] for start, end in pairs]
    assert "".join(hide_thinking(pieces)) == "".join(hide_thinking([text]))
