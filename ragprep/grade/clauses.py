"""Cuts an answer into clauses and statements, punctuated or not; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from ragprep.text.content import FUNCTION_WORDS, content_words, is_verb
from ragprep.text.sentences import Span, sentences
from ragprep.text.word_lists import read_words
from ragprep.text.words import words

_STRONG = (
    r"\s*;\s*|\s+[-–—]{1,2}\s+|,?\s+\b(?:whereas|while|but|although|though|however|because)\b\s+"
)
_WEAK = r",\s+(?:and\s+|so\s+|which\s+)?|\s+\b(?:and then|and|so that|so)\b\s+"
_CUT = re.compile(rf"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.IGNORECASE)
_DETERMINERS = frozenset(
    {"a", "an", "the", "each", "every", "all", "most", "some", "any", "no", "one", "two", "both"}
)
_PRONOUNS = frozenset({"i", "you", "he", "she", "it", "we", "they", "this", "that", "these"})
_MARK = re.compile(r"[.;,:!?]\s|\n")
LONG, SHORT, PIECE = 14, 3, 12
"""Words beyond which what has no mark is cut, words that no piece has less of, and those of a piece
where nothing says where to cut. By how far grades move without marks; flat."""
_SIGHT = 200
"""Characters looked at on either side of a cut, so that time grows linearly with the text."""


def clauses(text: str) -> list[Span]:
    """Return the clauses of `text`, trimmed: sentences, cut where both sides have a verb.

    "L1 zeroes weights and L2 shrinks them" is two, "bias and variance" is none by itself. A
    dictated text without a single mark is cut at its conjunctions in the same way.
    """
    return [clause for sentence in sentences(text) for clause in clauses_of(sentence)]


def has_marks(text: str) -> bool:
    """Whether a text is written with marks between its sentences and clauses, or in lines."""
    return _MARK.search(text) is not None


def statements(text: str, names: Collection[str] = ()) -> list[Span]:
    """Return the statements of `text`: clauses, each with those after it that lack a subject.

    "L1 zeroes weights, so it selects features, L2 shrinks them" is two. A text without marks is
    also cut before a subject and its verb, before one of `names`, and where a piece is still long.

    Args:
        text: of an answer.
        names: stems of the words that the names of its subjects begin with.
    """
    every = [statement for sentence in sentences(text) for statement in _statements_of(sentence)]
    if has_marks(text):
        return every
    return [piece for statement in every for piece in _pieces(statement, names)]


def _pieces(statement: Span, names: Collection[str]) -> Iterator[Span]:
    """Yield the statements that follow each other in one that has no marks."""
    tokens = list(re.finditer(r"\S+", statement.text))
    ends = [*_beginnings([token[0].lower() for token in tokens], names), len(tokens)]
    for start, end in pairwise(ends):
        first, last = tokens[start].start(), tokens[end - 1].end()
        yield Span(statement.text[first:last], statement.start + first, statement.start + last)


def _beginnings(spoken: Sequence[str], names: Collection[str]) -> list[int]:
    """Return where the pieces of a statement begin, 0 first; that alone where it is short."""
    if len(spoken) <= LONG:
        return [0]
    cuts = [0]
    for place in range(1, len(spoken)):
        start = _subject_of(spoken, place)
        is_named = next(iter(content_words(spoken[place])), "") in names
        if start is None or not _has_verb(spoken[cuts[-1] : start]):
            start = place if is_named else None
        if start is not None and start - cuts[-1] >= SHORT and len(spoken) - place >= 2:
            cuts.append(start)
    for start, end in pairwise([*cuts, len(spoken)]):
        if end - start > LONG:
            count = -(-(end - start) // PIECE)
            cuts += [start + round(n * (end - start) / count) for n in range(1, count)]
    return sorted(cuts)


def _subject_of(spoken: Sequence[str], verb: int) -> int | None:
    """Return where the subject of a verb begins: a word and its article; None if there is none."""
    if not _has_verb([spoken[verb]]):
        return None
    subject = spoken[verb - 1]
    if subject in FUNCTION_WORDS - _DETERMINERS - _PRONOUNS:
        return None
    has_article = verb >= 2 and spoken[verb - 2] in _DETERMINERS
    return verb - 2 if has_article else verb - 1


def _statements_of(sentence: Span) -> list[Span]:
    joined: list[Span] = []
    for clause in clauses_of(sentence):
        if joined and not _has_subject(words(clause.text)):
            start, end = joined[-1].start, clause.end
            inside = sentence.text[start - sentence.start : end - sentence.start]
            joined[-1] = Span(inside, start, end)
        else:
            joined.append(clause)
    return joined


def _has_subject(spoken: list[str]) -> bool:
    """Whether a clause begins with what it is about: no pronoun, verb, adverb or preposition."""
    first = spoken[0]
    return not (
        first in FUNCTION_WORDS - _DETERMINERS | {"never"}
        or first in read_words("auxiliaries")
        or is_verb(first)
    )


def clauses_of(sentence: Span) -> list[Span]:
    """Return the clauses of one sentence, with places in the text it comes from."""
    pieces: list[Span] = []
    start = 0
    for cut in _CUT.finditer(sentence.text):
        left = sentence.text[max(start, cut.start() - _SIGHT) : cut.start()]
        right = sentence.text[cut.end() : cut.end() + _SIGHT]
        whole = len(words(left)) >= 2 <= len(words(right)) if cut["strong"] else _cuts(left, right)
        if whole:
            pieces += _trimmed(sentence, start, cut.start())
            start = cut.end()
    return pieces + list(_trimmed(sentence, start, len(sentence.text)))


def _cuts(left: str, right: str) -> bool:
    """Whether "and" or a comma stands between two clauses: a verb before it, another soon after."""
    soon = words(right)[:5]
    return _has_verb(words(left)) and len(words(left)) >= 2 <= len(soon) and _has_verb(soon)


def _has_verb(spoken: Sequence[str]) -> bool:
    return any(word in read_words("auxiliaries") or is_verb(word) for word in spoken)


def _trimmed(sentence: Span, start: int, end: int) -> Iterator[Span]:
    """Yield a stretch of a sentence without the marks around it; nothing if there are no words."""
    text = sentence.text[start:end]
    lead = len(text) - len(text.lstrip(" \n-*•+–,;:"))
    body = text[lead:].rstrip(" \n,;")
    if words(body):
        first = sentence.start + start + lead
        yield Span(body, first, first + len(body))
