"""The words of a text that carry meaning, folded so that forms of one word compare equal."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

# Function words, and the verbs and nouns that questions and answers use whatever the topic.
_STOPWORDS_TEXT = """
a about after against all also am an and another any are as at be because been being between
both but by can cannot could did do does doesn doing don done each either else etc every few for
from get give given gives had has have having he her here him his how however i if in instead
into is isn it its itself just let like made make makes making many may me might more most much
must my need needs neither no nor not of off often on once one only onto or other our out over
own per rather really same shall she should since so some such than that the their them
themselves then there these they thing things this those though through thus to too under until
up upon us use used useful uses using very via want was way ways we were what when where whether
which while who whom whose why will with within without would you your yours yourself
answer example examples explain describe including include includes mean means question compare
compared comparison contrast differ difference differences different versus vs
"""
STOPWORDS = frozenset(_STOPWORDS_TEXT.split())

# Longest first; the first that leaves at least three letters is removed. It only has to bring
# the forms of one word together ("reduces", "reducing"); the result need not be a word.
_SUFFIXES = ("ations", "ation", "ings", "ions", "ing", "ion", "ies", "ers", "es", "ed", "er", "ly")


def content_words(text: str) -> set[str]:
    """Return the folded content words of `text`; single letters and function words are left out."""
    return {stem(word) for word in _tokens(text) if word not in STOPWORDS and len(word) > 1}


def numbers(text: str) -> set[str]:
    """Return the numbers written in digits in `text` ("95%" and "L1" give "95" and "1")."""
    return {match.group().rstrip(".,") for match in _NUMBER.finditer(text)}


def fold(text: str) -> str:
    """Return the letters and digits of `text` alone, lower-cased: equal when wording is equal."""
    return "".join(_tokens(text))


def stem(word: str) -> str:
    """Return `word` without its inflection: "overfitting" and "overfits" give "overfit"."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    else:
        if word.endswith("s") and len(word) > 3 and word[-2] not in "aisu":
            word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        return word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _tokens(text: str) -> list[str]:
    return _WORD.findall(text.lower())
