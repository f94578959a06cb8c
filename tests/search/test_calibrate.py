"""From scores to a probability, and to a word."""

from __future__ import annotations

import pytest

from ragprep.search.calibrate import strength


@pytest.mark.parametrize(
    ("relevance", "word"), [(0.8, "strong"), (0.79, "likely"), (0.4, "likely"), (0.39, "weak")]
)
def test_a_hit_is_likely_from_where_a_query_counts_as_covered(relevance: float, word: str) -> None:
    """Covered at 0.4: strong from 0.8, likely from 0.4, weak below."""
    assert strength(relevance, 0.4) == word
