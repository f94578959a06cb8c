"""The words of a text that carry meaning, as stems; English has lists, other languages pass."""

from __future__ import annotations

import re

from ragprep.text.stems import stem
from ragprep.text.word_lists import read_lines, read_words
from ragprep.text.words import words

FUNCTION_WORDS = read_words("function_words")
"""They say how other words belong together; a list of terms has few of them."""

STOP_WORDS = FUNCTION_WORDS | read_words("question_words")
"""With what questions and answers say whatever their topic."""

FILLERS = frozenset(map(stem, read_words("fillers")))
"""Stems of what is said whatever the question; they add nothing to an answer."""

_ABBREVIATIONS = dict(line.split(maxsplit=1) for line in read_lines("abbreviations"))
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(_ABBREVIATIONS)})\b", re.IGNORECASE)

_EQUALS = re.compile(r"(?<=[\w)\]\"'])\s*(?<![=<>!:+*/-])=(?![=>])\s*(?=[\w(\[\"'])")
"""An equals sign between two things, and none of a comparison or an arrow (==, >=, =>)."""

_NUMBERED = re.compile(
    r"\b(type|class|phase|part|stage|level|group|order)([ -]+)(iii|ii|i|1|2|3|one|two|three)\b",
    re.IGNORECASE,
)
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "one": "1", "two": "2", "three": "3"}


def content_words(text: str) -> list[str]:
    """Return the stems of the words of `text` but function words, in order, repeated or not.

    "TP" is read as "true positive", and "Type II", "type two" and "Type 2" are the same.
    """
    text = _NUMBERED.sub(lambda m: f"{m[1]} n{_NUMERALS.get(m[3].lower(), m[3])}", text)
    return [
        stem(part)
        for word in words(text)
        if word not in FUNCTION_WORDS
        for part in _ABBREVIATIONS.get(word, word).split()
    ]


def topic_words(text: str) -> set[str]:
    """Return the stems of the words of `text` but stop words and single letters."""
    return {stem(word) for word in words(text) if word not in STOP_WORDS and len(word) > 1}


def is_verb(word: str) -> bool:
    """Return whether `word` is a form of a verb but not its -ing: "early stopping" is a term."""
    verbs = read_words("verbs")
    bases = word, word[:-1], word[:-2], f"{word[:-3]}y"
    return word in verbs or (word.endswith(("s", "ed")) and not verbs.isdisjoint(bases))


def spelled_out(text: str) -> str:
    """Return `text` with what answers abbreviate written as guides write it.

    "bias = too simple" is read as "bias is too simple".
    """
    text = _EQUALS.sub(" is ", text)
    return _ABBREVIATED.sub(lambda match: _ABBREVIATIONS[match[0].lower()] + "s", text)
