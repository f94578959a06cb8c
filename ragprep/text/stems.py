"""Brings the forms of one English word together; what is left of it need not be a word."""

from __future__ import annotations

from functools import lru_cache

# Longest first; the first that leaves at least three letters is removed.
_SUFFIXES = (
    *("ations", "ation", "ities", "ity", "ments", "ment", "ings", "ions", "ing", "ion"),
    *("ively", "ives", "ive", "ies", "ers", "ely", "es", "ed", "er"),
)

MIN_FORM = 4
"""Letters that two forms of a word share at their beginning, and share of the longer one that these
must be. Guesses: "assum" and "assumpt" are forms of one word, "model" and "modern" are not."""
FORM_SHARE = 0.7


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return `word` without its inflection: "overfitting" and "overfits" give "overfit"."""
    word = word.removesuffix("'s").replace("'", "")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    else:
        if word.endswith("ly") and len(word) > 6:
            word = word[:-2]
        elif word.endswith("s") and len(word) > 3 and word[-2] not in "aisu":
            word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        return word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def singular(word: str) -> str:
    """Cut a plural s (Harman 1991, the S-stemmer: weak, and never joins different words)."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def alike(stem: str, other: str) -> bool:
    """Return whether two stems are forms of one word: "assum" and "assumpt"."""
    if stem == other:
        return True
    shorter, longer = sorted((len(stem), len(other)))
    if shorter < 3:
        return False
    pairs = enumerate(zip(stem, other, strict=False))
    prefix = next((place for place, (a, b) in pairs if a != b), shorter)
    if prefix == shorter and longer - shorter == 1:
        return True
    return prefix >= MIN_FORM and prefix >= FORM_SHARE * longer
