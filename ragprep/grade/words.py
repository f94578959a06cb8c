"""The words of an answer: which carry meaning, whatever their form, and which are filler."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_FUNCTION_WORDS_TEXT = """
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
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
"""English words that say how other words belong together; a list of terms has few of them."""

_FILLERS_TEXT = """
answer ask call describe different difference discuss example explain give good great hello hi
idea important interesting kind know let like lot main make maybe mean nice ok okay please people
question really say simple simply sort sure talk tell thank think topic try type um uh use useful
various want way well word
"""

ABBREVIATIONS = {
    "tp": "true positive",
    "fp": "false positive",
    "tn": "true negative",
    "fn": "false negative",
    "tps": "true positive",
    "fps": "false positive",
    "tns": "true negative",
    "fns": "false negative",
}
"""Written short in answers, long in guides."""

_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\b", re.I)

_NUMBERED = re.compile(
    r"\b(type|class|phase|part|stage|level|group|order)([ -]+)(iii|ii|i|1|2|3|one|two|three)\b",
    re.I,
)
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "one": "1", "two": "2", "three": "3"}

_VERBS_TEXT = """
achieve act add adjust aim allow apply approach ask assign assume avoid balance become belong break
bring build calculate call capture choose combine come compare compute consist contain control
converge convert cover create cut decide decrease depend describe detect determine divide
eliminate enable encode encourage ensure estimate evaluate exist explain extract fail fill find
follow force generalise generalize generate give go grow happen handle have help hold identify
ignore improve increase indicate introduce keep know lead learn leave let look lose lower make map
maximise maximize mean minimise minimize miss move need occur optimise optimize pay perform pick
predict prefer prevent produce promote provide push put quantify reach receive reduce remain remove
replace represent require respect rely run say see select send serve show shrink smooth solve start
stay stop suffer take teach tell tend treat try turn understand update use vary work zero
"""
_VERBS = frozenset(_VERBS_TEXT.split())
"""Verbs of explanations, as far as they are not also common terms ("train", "split", "test")."""

_SUFFIXES = (
    *("ations", "ation", "ities", "ity", "ments", "ment", "ings", "ions", "ing", "ion"),
    *("ively", "ives", "ive", "ies", "ers", "ely", "es", "ed", "er"),
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
        if word.endswith("ly") and len(word) > 6:
            word = word[:-2]
        elif word.endswith("s") and len(word) > 3 and word[-2] not in "aisu":
            word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        return word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def is_verb(word: str) -> bool:
    """Return whether `word` is a form of a verb but not its -ing: "early stopping" is a term."""
    bases = word, word[:-1], word[:-2], f"{word[:-3]}y"
    return word in _VERBS or (word.endswith(("s", "ed")) and not _VERBS.isdisjoint(bases))


def content(text: str) -> list[str]:
    """Return the stems of the words of `text` that carry meaning, in order, repeated or not."""
    found: list[str] = []
    text = _NUMBERED.sub(lambda m: f"{m[1]} n{_NUMERALS.get(m[3].lower(), m[3])}", text)
    for word in words(text):
        if word in FUNCTION_WORDS:
            continue
        found += [stem(part) for part in ABBREVIATIONS.get(word, word).split()]
    return found


FILLERS = frozenset(stem(word) for word in _FILLERS_TEXT.split())
"""Stems of what is said whatever the question; they add nothing to it."""


def spelled_out(text: str) -> str:
    """Return `text` with what answers abbreviate written as guides write it."""
    return _ABBREVIATED.sub(lambda found: ABBREVIATIONS[found[0].lower()] + "s", text)
