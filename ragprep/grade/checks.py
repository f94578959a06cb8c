"""What kind of text an answer is, whatever its entry says: empty, mash, a list of terms; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragprep.grade.words import FILLERS, FUNCTION_WORDS, content, is_verb, words

KNOWN_SHARE = 0.25
"""Least share of known words. Of 42,000 student answers and posts of other fields, with the shipped
guide's words, 0.5% have less; foreign texts have 0 to 0.15, mash 0."""

RELATING_SHARE = 0.12
LIST_WORDS = 4
RUN_WORDS = 3.2
"""A list of terms: at most this share of words relate others, it has this many content words, and
its pieces have at most this many words. Guesses, checked on the guide's own answers."""

OWN_SHARE = 0.5
"""From this share of the entry's own words on, an answer is on its topic, however far its vector
is: "P = TP/(TP+FP)" is far from everything. With all-MiniLM-L6-v2 none of the off-topic answers of
grading.dev.jsonl, and of every fifth answer in judge/answers.jsonl, had 0.3."""

_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôû")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")


@dataclass(frozen=True, slots=True)
class Similarity:
    """How close an answer is to its entry and to others, by cosine of their closest views.

    Attributes:
        own: -1 to 1, to the entry's.
        other: to that of the closest other entry.
        label: of that entry.
        question: of that entry.
    """

    own: float
    other: float
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Checks:
    """Features of a text.

    Attributes:
        words: how many.
        letters: how many of its characters are letters.
        known: share of words that the guides or English function words know, 0 to 1.
        mash: share of words that look like no word.
        foreign: share of letters in another alphabet than the entry's.
        fresh: content words that the question does not have.
        denied: whether words of the question are said to be not so.
        own: share of those that the entry's own answer has, 0 to 1.
        relating: share of words and marks that relate others: function words, verbs, ":" and "=".
        run: mean number of words between commas and line ends.
    """

    words: int
    letters: int
    known: float
    mash: float
    foreign: float
    fresh: int
    denied: bool
    own: float
    relating: float
    run: float

    @property
    def empty(self) -> bool:
        """Whether there are no words at all."""
        return self.letters == 0

    @property
    def gibberish(self) -> bool:
        """Whether hardly a word is one."""
        return self.mash > 0.5 or (self.words >= 4 and self.known < KNOWN_SHARE)

    @property
    def restated(self) -> bool:
        """Whether nothing is said beyond the question."""
        return self.fresh == 0 and not self.denied

    @property
    def terms(self) -> bool:
        """Whether it is a list of terms without relations between them."""
        return (
            self.words >= LIST_WORDS and self.relating <= RELATING_SHARE and self.run <= RUN_WORDS
        )


def checks(text: str, question: str, guide_text: str, *, known: Callable[[str], bool]) -> Checks:
    """Return the features of a cleaned answer.

    Args:
        text: the answer, without what is addressed to the grader.
        question: that was answered.
        guide_text: the entry's own answer, for its alphabet and words.
        known: whether the guides have a word.
    """
    said = words(text)
    asked, own = set(content(question)), set(words(guide_text))
    fresh = set(content(text)) - asked - FILLERS
    recognised = [
        word in FUNCTION_WORDS or word in own or known(word) or word.isdigit() for word in said
    ]
    looks_wrong = [not ok and is_mash(word) for ok, word in zip(recognised, said, strict=True)]
    relating = sum(word in FUNCTION_WORDS or is_verb(word) for word in said)
    relating += len(re.findall(r"[:=→]|->", text))
    pieces = [p for p in re.split(r"[,;\n•|/]|\.\s|\.$|\s[-–—]\s", text) if words(p)]
    return Checks(
        words=len(said),
        letters=sum(map(str.isalpha, text)),
        known=sum(recognised) / max(1, len(said)),
        mash=sum(looks_wrong) / max(1, len(said)),
        foreign=foreign_share(text, guide_text),
        fresh=len(fresh),
        denied=_denies(said) and bool(asked & set(content(text))),
        own=len(fresh & set(content(guide_text))) / max(1, len(fresh)),
        relating=relating / max(1, len(said)),
        run=len(said) / max(1, len(pieces)),
    )


def is_mash(word: str) -> bool:
    """Return whether `word` looks like a hand on the keyboard ("asdfgh", "xkqzt", "aaaaaa")."""
    if not word.isalpha() or len(word) < 4 or not word.isascii():
        return False
    runs = any(word[i : i + 4] in row for row in _ROWS for i in range(len(word) - 3))
    consonants = max(map(len, re.split("[aeiouy]", word)))
    return (
        runs
        or consonants >= 5
        or re.search(r"(.)\1\1", word) is not None
        or re.search(r"^(..)\1+.?$|^(...)\2+.?.?$", word) is not None
        or not _VOWELS & set(word)
        or re.search(
            r"[qx][bcdfghjkmnqrsvwxz]|j[bcdfghjklmnpqrstvwxyz]|[vwzkhd]q|z[xcvbnqw]|[fkgb]j", word
        )
        is not None
    )


def foreign_share(text: str, guide_text: str) -> float:
    """Return the share of the letters of `text` whose alphabet the guide's text does not use.

    A letter now and then (σ, ŷ, µ) is no other alphabet: one counts from 2% of the guide's letters.
    """
    own = _alphabets(guide_text)
    used = {name for name, share in own.items() if share >= 0.02} or {"LATIN"}
    return sum(share for name, share in _alphabets(text).items() if name not in used)


def repeats_question(sentence: str, question: str) -> bool:
    """Return whether a sentence says nothing but words of the question; "not" is something."""
    said = words(sentence)
    if not said or _denies(said):
        return False
    return set(content(sentence)) <= set(content(question)) | FILLERS


def _denies(said: Sequence[str]) -> bool:
    return bool({"not", "no", "never", "without"} & set(said)) or any(
        word.endswith("n't") for word in said
    )


def off_topic(similarity: Similarity | None, thresholds: Sequence[float]) -> bool:
    """Return whether an answer is about something else than its entry.

    Args:
        similarity: None when it is not known.
        thresholds: own cosine below which it always is; own cosine below which it is when another
            entry is closer by the third.
    """
    if similarity is None:
        return False
    far, middling, gap = thresholds
    return similarity.own < far or (
        similarity.own < middling and similarity.other - similarity.own > gap
    )


def _alphabets(text: str) -> dict[str, float]:
    letters = [char for char in text if char.isalpha()]
    counts: dict[str, float] = {}
    for char in letters:
        name = "LATIN" if char.isascii() else unicodedata.name(char, "?").split()[0]
        counts[name] = counts.get(name, 0.0) + 1 / len(letters)
    return counts
