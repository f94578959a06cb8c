"""Why an entry is related to another: from their questions and key points (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ragprep.text.word_lists import read_words
from ragprep.text.words import search_words
from ragprep.types.guide import Entry
from ragprep.types.search import Reason

SAME_POINT = 0.6
"""Cosine from which two key points count as one idea, and `OPENED` one from which an entry counts
as being about a key point; read off the dev half of eval/related.jsonl by eye."""
OPENED = 0.55

DEEPER = (
    (r"\bfrom scratch\b", "implements it from scratch"),
    (r"\bmathematic(s|al|ally)?\b|\bderiv(e|ation)\b|\bproof\b", "the mathematics of it"),
    (r"^how (would|do) (you|i|we) (build|deploy|design|ship)\b", "an application of it"),
    (r"\bdifferent\b|\b(types|kinds|variants) of\b", "its kinds"),
)
"""What a question says when it goes further than another one; the furthest first."""

CONTRAST = (
    r"\bdifferences? between (?P<sides>.+)",
    r"\bcompare (?P<sides>.+)",
    r"(?P<sides>.+ (?:vs\.?|versus) .+)",
)
SUBJECT_WORDS = 3

SUBJECT_SHARE = 0.5
"""Of a question's subject, by rarity of its words, that the other must name. A guess."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two entries have in common.

    Attributes:
        entry: the entry that was looked at.
        candidate: the entry that may be worth looking at.
        entry_words: of its question and answer, as `search_words` gives them.
        candidate_words: the same of the candidate.
        rarity: of each word of both.
        pairs: (a key point of the entry, the candidate's, cosine), the closest first.
        opened: its key point closest to the candidate's question, and their cosine.
    """

    entry: Entry
    candidate: Entry
    entry_words: frozenset[str]
    candidate_words: frozenset[str]
    rarity: Mapping[str, float]
    pairs: Sequence[tuple[str, str, float]]
    opened: tuple[str, float]


def reason_for(comparison: Comparison) -> tuple[Reason, str]:
    """Return why the other entry is worth looking at, and what makes it so.

    The first that holds: one question sets the two against each other; the other goes further
    or back to the basics of the same subject; it is about a key point of this one; they share a
    key point, in one section or two; they share words.
    """
    return (
        _contrast(comparison)
        or _depth(comparison)
        or _opened(comparison)
        or _shared_point(comparison)
        or (Reason.SUBJECT, _shared_words(comparison))
    )


def sides_of(question: str) -> tuple[str, ...]:
    """Return what a question sets against each other, () when it does not."""
    for pattern in CONTRAST:
        match = re.search(pattern, question, re.IGNORECASE)
        if match:
            parts = re.split(
                r",\s*(?:and\s+)?|\s+(?:and|with|to|vs\.?|versus)\s+",
                match["sides"].rstrip("?. "),
                flags=re.IGNORECASE,
            )
            sides = tuple(part.strip() for part in parts if part.strip())
            return sides if len(sides) > 1 else ()
    return ()


def _contrast(comparison: Comparison) -> tuple[Reason, str] | None:
    entries = comparison.entry, comparison.candidate
    for asking, asked in (entries, entries[::-1]):
        sides = sides_of(asking.question)
        named = _subject(asked.question)
        for side in sides:
            wanted = _subject(side)
            if wanted and wanted <= named:
                rest = " and ".join(name for name in sides if name != side)
                return Reason.CONTRAST, f"{side} against {rest}"
    return None


def _depth(comparison: Comparison) -> tuple[Reason, str] | None:
    depths, candidate_depths = (
        _depths(comparison.entry.question),
        _depths(comparison.candidate.question),
    )
    subjects = _subject(comparison.entry.question), _subject(comparison.candidate.question)
    if _told(subjects[0], subjects[1], comparison.rarity) < SUBJECT_SHARE and (
        _told(subjects[1], subjects[0], comparison.rarity) < SUBJECT_SHARE
    ):
        return None
    further = [name for name in candidate_depths if name not in depths]
    if further:
        return Reason.NEXT_STEP, further[0]
    if depths and not candidate_depths:
        return Reason.BASICS, "what it builds on"
    return None


def _opened(comparison: Comparison) -> tuple[Reason, str] | None:
    point, cosine = comparison.opened
    subject = _subject(comparison.candidate.question)
    if cosine >= OPENED and _told(subject, search_words(point), comparison.rarity) >= SUBJECT_SHARE:
        return Reason.NEXT_STEP, f"about the key point: {point}"
    return None


def _shared_point(comparison: Comparison) -> tuple[Reason, str] | None:
    if not comparison.pairs or comparison.pairs[0][2] < SAME_POINT:
        return None
    point, candidate_point, _ = comparison.pairs[0]
    same = search_words(point) == search_words(candidate_point)
    reason = Reason.POINTS
    if comparison.entry.section != comparison.candidate.section:
        reason = Reason.ELSEWHERE
    return reason, candidate_point if same else f"{point} / {candidate_point}"


def _shared_words(comparison: Comparison) -> str:
    shared = sorted(
        comparison.entry_words & comparison.candidate_words - read_words("subjectless"),
        key=lambda word: (-comparison.rarity[word], word),
    )
    return f"both speak of: {', '.join(shared[:SUBJECT_WORDS])}" if shared else ""


def _depths(question: str) -> list[str]:
    return [name for pattern, name in DEEPER if re.search(pattern, question, re.IGNORECASE)]


def _told(subject: Collection[str], within: Collection[str], rarity: Mapping[str, float]) -> float:
    """Return how much of a subject's words, by rarity, are within others: 0 to 1."""
    whole = sum(rarity.get(word, 0.0) for word in subject)
    return sum(rarity.get(word, 0.0) for word in subject if word in within) / (whole or 1.0)


def _subject(question: str) -> frozenset[str]:
    return frozenset(search_words(question)) - read_words("subjectless")
