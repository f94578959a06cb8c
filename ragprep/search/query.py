"""What a person asks, made fit to be searched for (pure)."""

from __future__ import annotations

import unicodedata

from ragprep.errors import QueryError

MAX_QUERY_CHARS = 10_000
"""The encoder reads the first 256 tokens, about 1,200 characters; more than this is no question."""


def clean_query(query: str) -> str:
    """Return `query` without control characters and surplus space.

    Raises:
        QueryError: nothing is left, or it is longer than `MAX_QUERY_CHARS`.
    """
    if len(query) > MAX_QUERY_CHARS:
        raise QueryError(
            f"The question has {len(query):,} characters; at most {MAX_QUERY_CHARS:,} are read.",
            remedy="Ask it in a few sentences.",
        )
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in query)
    text = " ".join(visible.split())
    if not text:
        raise QueryError("The question is empty.", remedy='Ask something like "what is dropout?".')
    return text
