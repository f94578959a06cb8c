"""The words of an answer: where they stand, what they mean whatever their form, which are filler."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

FUNCTION_WORDS = frozenset(
    """
a about after all also am an and any are as at be because been before being between both but by
can could did do does doing done each either else every for from get gets got had has have having
he her here him his how however i if in instead into is it its itself just let like may me might
more most much must my need needs neither no nor not of off on once only onto or other our out
over own per rather really same shall she should since so some such than that the their them then
there these they thing things this those though through thus to too under until up upon us very
via was we were what when where whether which while who whom whose why will with within without
would yet you your
isn aren wasn weren doesn don didn won can't cannot cant doesn't don't isn't aren't wasn't weren't
didn't won't couldn't shouldn't wouldn't hasn't haven't hadn't it's that's i'm we're they're
""".split()
)
"""English words that say how other words belong together; a list of terms has few of them."""

FILLERS = frozenset(
    """
answer ask call describe different difference discuss example explain give good great hello hi
idea important interesting kind know let like lot main make maybe mean nice ok okay please people
question really say simple simply sort sure talk tell thank think topic try type um uh use useful
various want way well word
""".split()
)
"""Stems of what is said whatever the question; they add nothing to it."""

ABBREVIATIONS = {
    "tp": "true positive",
    "fp": "false positive",
    "tn": "true negative",
    "fn": "false negative",
    "tps": "true positive",
    "fps": "false positive",
    "tns": "true negative",
    "fns": "false negative",
    "1": "i",
    "2": "ii",
    "one": "i",
    "two": "ii",
}
"""Written short in answers, long in guides; "Type 2" is "Type II"."""

_SUFFIXES = (
    *("ations", "ation", "ities", "ity", "ments", "ment", "ings", "ions", "ing", "ion"),
    *("ively", "ively", "ives", "ive", "ies", "ers", "ely", "es", "ed", "er", "ly"),
)


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, in order."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return `word` without its inflection; it need not be a word ("reduces", "reducing")."""
    word = word.removesuffix("'s").replace("'", "")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    else:
        if word.endswith("s") and len(word) > 3 and word[-2] not in "aisu":
            word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        return word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def content(text: str) -> list[str]:
    """Return the stems of the words of `text` that carry meaning, in order, each time they occur."""
    found: list[str] = []
    for word in words(text):
        if word in FUNCTION_WORDS:
            continue
        found += [stem(part) for part in ABBREVIATIONS.get(word, word).split()]
    return found
