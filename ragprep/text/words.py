"""Cuts a text into words; which of them carry meaning is for `content` to say."""

from __future__ import annotations

import re
import unicodedata

from ragprep.text.stems import singular
from ragprep.text.word_lists import read_words

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BARE_WORD = re.compile(r"[^\W_]+")
_NO_LETTER = re.compile(r"[\W_]+")
_APOSTROPHE = re.compile(r"['’]")


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, in order: "isn't" is one, "non-linear" two."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def search_words(text: str) -> list[str]:
    """Return the words of `text` that BM25 compares: no accents, no plural s, no stop words.

    These rules stand apart from the others because the fusion of the search is fitted with them.
    """
    plain = _APOSTROPHE.sub("", unaccented(text.casefold()))
    stop_words = read_words("search_stop_words")
    return [singular(word) for word in _BARE_WORD.findall(plain) if word not in stop_words]


def fold(text: str) -> str:
    """Return the letters and digits of `text` alone, lower-cased: equal when wording is equal."""
    return _NO_LETTER.sub("", text.lower())


def unaccented(text: str) -> str:
    """Return `text` without accents, other forms of a letter as the letter (Unicode NFKD)."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char))
