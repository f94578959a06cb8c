"""What kind of text an answer is: empty, gibberish, a list of terms, off topic; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from ragprep.text.content import FILLERS, FUNCTION_WORDS, content_words, is_verb
from ragprep.text.opposites import has_negation
from ragprep.text.words import words

KNOWN_SHARE = 0.25
"""Least share of known words. Of 42,000 student answers and posts of other fields, with the shipped
guide's words, 0.5% have less; texts in other languages have 0 to 0.15, gibberish 0."""

RELATING_SHARE = 0.12
LIST_WORDS = 4
RUN_WORDS = 3.2
"""A list of terms: at most this share of words relate others, it has this many content words, and
its pieces have at most this many words. Guesses, checked on the guide's own answers."""

ON_TOPIC_SHARE = 0.5
"""An answer with at least this share of words of the entry is on topic, however far its vector is:
"P = TP/(TP+FP)" is far from everything. With all-MiniLM-L6-v2 no off-topic answer of
eval/grading.dev.jsonl and of every fifth one of training/reader/answers.jsonl had 0.3."""

_GIVEN_UP = re.compile(
    r"(?:(?:sorry|well|honestly) )*"
    r"(?:idk|dunno|no (?:idea|clue)|not sure|(?:i )?forgot"
    r"|(?:i )?(?:really )?(?:don't|dont|do not|can't|cant|cannot) (?:know|remember|recall))"
    r"(?: (?:it|this|that|sorry|lol|man))*"
)
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôû")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")


@dataclass(frozen=True, slots=True)
class Similarity:
    """How close an answer is to its entry and to others, by cosine of their closest views.

    Attributes:
        entry: -1 to 1, to the entry.
        nearest: -1 to 1, to the closest other entry.
        label: of that other entry.
        question: of that other entry.
    """

    entry: float
    nearest: float
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Checks:
    """Features of a text.

    Attributes:
        words: how many.
        letters: how many of its characters are letters.
        entry_numbers: how many of its words are numbers that the entry has.
        known_share: of its words, those that the guides have or that are English function words.
        gibberish_share: of its words, those that look like random keystrokes.
        new_words: content words that the question does not have.
        entry_share: of `new_words`, those that the entry's answer has.
        denies: whether something of the question is said to be not so.
        relating_share: words and marks that relate others, as a share of words: function words,
            verbs, ":" and "=".
        words_per_piece: mean number of words between commas and line ends.
    """

    words: int
    letters: int
    entry_numbers: int
    known_share: float
    gibberish_share: float
    new_words: int
    entry_share: float
    denies: bool
    relating_share: float
    words_per_piece: float

    @property
    def empty(self) -> bool:
        """Whether there are no words, and no number that the entry has."""
        return self.letters == 0 and not self.entry_numbers

    @property
    def gibberish(self) -> bool:
        """Whether most of its words are random keystrokes, or hardly any is known."""
        return self.gibberish_share > 0.5 or (self.words >= 4 and self.known_share < KNOWN_SHARE)

    @property
    def restated(self) -> bool:
        """Whether nothing is said beyond the question."""
        return self.new_words == 0 and not self.denies

    @property
    def is_list(self) -> bool:
        """Whether it is a list of terms without relations between them."""
        return (
            self.words >= LIST_WORDS
            and self.relating_share <= RELATING_SHARE
            and self.words_per_piece <= RUN_WORDS
        )


def checks(text: str, question: str, guide_text: str, *, is_known: Callable[[str], bool]) -> Checks:
    """Return the features of a cleaned answer.

    Args:
        text: the answer, without injected instructions.
        question: that was answered.
        guide_text: the entry's own answer.
        is_known: whether the guides have a word.
    """
    answer_words, entry_words = words(text), set(words(guide_text))
    of_answer, of_question = set(content_words(text)), set(content_words(question))
    new_words = of_answer - of_question - FILLERS
    known = [
        word in FUNCTION_WORDS or word in entry_words or is_known(word) or word.isdigit()
        for word in answer_words
    ]
    gibberish = [
        not ok and is_gibberish(word) for ok, word in zip(known, answer_words, strict=True)
    ]
    relating = sum(word in FUNCTION_WORDS or is_verb(word) for word in answer_words)
    relating += len(re.findall(r"[:=→]|->", text))
    pieces = [p for p in re.split(r"[,;\n•|/]|\.\s|\.$|\s[-–—]\s", text) if words(p)]
    count = max(1, len(answer_words))
    return Checks(
        words=len(answer_words),
        letters=sum(map(str.isalpha, text)),
        entry_numbers=sum(w in entry_words and any(map(str.isdigit, w)) for w in answer_words),
        known_share=sum(known) / count,
        gibberish_share=sum(gibberish) / count,
        new_words=len(new_words),
        entry_share=len(new_words & set(content_words(guide_text))) / max(1, len(new_words)),
        denies=has_negation(answer_words) and bool(of_question & of_answer),
        relating_share=relating / count,
        words_per_piece=len(answer_words) / max(1, len(pieces)),
    )


def is_gibberish(word: str) -> bool:
    """Return whether `word` looks like random keystrokes ("asdfgh", "xkqzt", "aaaaaa")."""
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
    of_guide = _alphabets(guide_text)
    used = {name for name, share in of_guide.items() if share >= 0.02} or {"LATIN"}
    return sum(share for name, share in _alphabets(text).items() if name not in used)


def repeats_question(sentence: str, question: str) -> bool:
    """Return whether a sentence says nothing but words of the question; "not" is something.

    A sentence that shares no word with the question ("Both.", "The main one.") does not repeat it.
    """
    used = words(sentence)
    if not used or has_negation(used):
        return False
    of_sentence, of_question = set(content_words(sentence)), set(content_words(question))
    return bool(of_sentence & of_question) and of_sentence <= of_question | FILLERS


def gives_up(text: str) -> bool:
    """Return whether an answer says no more than that its person does not know."""
    return _GIVEN_UP.fullmatch(" ".join(words(text))) is not None


def off_topic(similarity: Similarity, thresholds: tuple[float, float, float]) -> bool:
    """Return whether an answer is about something else than its entry.

    Args:
        similarity: of the answer.
        thresholds: cosine to the entry below which it always is; cosine below which it is when
            another entry is closer by the third.
    """
    far, middling, gap = thresholds
    return similarity.entry < far or (
        similarity.entry < middling and similarity.nearest - similarity.entry > gap
    )


def _alphabets(text: str) -> dict[str, float]:
    letters = [char for char in text if char.isalpha()]
    counts: dict[str, float] = {}
    for char in letters:
        name = "LATIN" if char.isascii() else unicodedata.name(char, "?").split()[0]
        counts[name] = counts.get(name, 0.0) + 1 / len(letters)
    return counts
