"""How many tokens of a language model a text takes, roughly."""

from __future__ import annotations

import math

BYTES_PER_TOKEN = 3
"""UTF-8 bytes a token. English has about four characters a token (OpenAI, "What are tokens and
how to count them?"); three leaves room for formulas and names, and gives a CJK character one."""


def approx_tokens(text: str) -> int:
    """Return about how many tokens `text` has, rather too many than too few."""
    return math.ceil(len(text.encode(errors="replace")) / BYTES_PER_TOKEN)
