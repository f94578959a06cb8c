"""Where a sentence ends, and where only an abbreviation does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.text.sentences import is_abbreviated, prose_sentences, sentences


def test_a_sentence_ends_at_its_mark_or_at_a_line_end() -> None:
    """Joined, they are the text."""
    assert [span.text for span in sentences('L1 zeroes. Use it, e.g. to select!\n- "Ridge"')] == [
        *("L1 zeroes. ", "Use it, e.g. to select!\n", '- "Ridge"')
    ]


def test_a_line_end_closes_no_sentence_of_a_paragraph() -> None:
    """A formula on its own line belongs to the words before it."""
    text = "For squared error:\nE = bias + noise. Fig. 3 shows it."
    assert list(prose_sentences(text)) == [
        ("For squared error: E = bias + noise.", 0),
        ("Fig. 3 shows it.", 37),
    ]


@pytest.mark.parametrize("text", ["see e.g.", "Fig.", "(cf.", "by J.", "L1 vs."])
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    """Nor does an initial."""
    assert is_abbreviated(text)


@pytest.mark.parametrize("text", ["It is a test.", "over the net.", "the L1.", "and so on"])
def test_other_words_end_one(text: str) -> None:
    """However short."""
    assert not is_abbreviated(text)


@given(st.text(alphabet="ab.!?。\n-*1) "))
def test_sentences_joined_are_the_text(text: str) -> None:
    """But for whitespace at the end; each says where it stands."""
    spans = sentences(text)
    assert "".join(span.text for span in spans).rstrip() == text.rstrip()
    assert all(text[span.start : span.end] == span.text for span in spans)
