"""What people and programs may type: an answer, or one clear error. With the real encoder."""

from __future__ import annotations

import json

import pytest

from ragprep import Prep
from ragprep.errors import QueryError


@pytest.mark.parametrize(
    "query", ["", " \t\n", "\x00", "\x00\x1b\x7f\x9f", "\ud800", "\udfff\ud83d "], ids=repr
)
def test_a_query_without_a_character_is_refused(prep: Prep, query: str):
    """With an example of one that is not."""
    with pytest.raises(QueryError, match="empty") as caught:
        prep.search(query)
    assert "dropout" in caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("size", [10_001, 100_000])
def test_a_query_too_long_is_refused(prep: Prep, size: int):
    """The error says how long it was and how long it may be."""
    with pytest.raises(QueryError, match=f"{size:,} characters; at most 10,000"):
        prep.search("overfit " * (size // 8) + "x" * (size % 8))


ODD = {
    "punctuation": "?!... -- ()",
    "emoji": "🔥🔥🔥 👩‍👩‍👧",
    "one letter": "k",
    "control characters": "what\x00is\x1b[31m\x07dropout\r\n?",
    "surrogates": "what is dropout \ud800\udc00 \udfff",
    "right to left": "ما هو التعلم الآلي \u202e txet",
    "combining": "o" + "\u0301" * 500,
    "zero width": "drop\u200bout\ufeff",
    "10,000 letters": "a" * 10_000,
    "10,000 words": "an " * 3_333,
    "stop words": "what is the of and",
    "code": "'; DROP TABLE entries; -- ${jndi:ldap://x} <script>",
    "unassigned": "\U000e0fff\U0010ffff\ufffe",
    "numbers": "0 " * 100 + "1e999 NaN inf",
}


@pytest.mark.parametrize("query", ODD.values(), ids=ODD)
def test_an_odd_query_is_answered(prep: Prep, query: str):
    """Hits best first, probabilities, and a result that can be written as JSON and UTF-8."""
    result = prep.search(query, k=3)
    assert len(result.hits) <= 3
    assert all(0 <= hit.relevance <= 1 for hit in result.hits)
    assert [hit.score for hit in result.hits] == sorted(
        (hit.score for hit in result.hits), reverse=True
    )
    json.dumps(result.query, ensure_ascii=False).encode()
    assert prep.ask(query).text


def test_control_characters_separate_words(prep: Prep):
    """They are never passed on to a terminal."""
    assert prep.search("what\x00is\x1bdropout").query == "what is dropout"


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_entry_cannot_be_asked_for(prep: Prep, k: int):
    """Neither of search nor of related."""
    with pytest.raises(QueryError, match="entries were asked for"):
        prep.search("dropout", k)
    with pytest.raises(QueryError, match="entries were asked for"):
        prep.related("q3", k)


def test_more_entries_than_there_are_may_be_asked_for(prep: Prep):
    """All that speak for themselves come, each once."""
    ids = [hit.entry.id for hit in prep.search("overfitting", k=1_000_000).hits]
    assert len(ids) == len(set(ids))
    assert 50 < len(ids) <= 100
