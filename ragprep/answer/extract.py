"""The extractive answer: the guide's own statements that answer a question; no model is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.answer.statements import Points, is_block, statements
from ragprep.text.content import topic_words
from ragprep.text.sentences import prose_sentences
from ragprep.text.words import fold, words
from ragprep.types.answer import Sentence
from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    from ragprep.types.guide import Entry
    from ragprep.types.search import Hit

MAX_ENTRIES = 3
"""A guess: more than two things are seldom compared."""
MAX_STATEMENTS = 10
"""Statements taken of one entry; the shipped guide's longest answer has seven."""
SURE, CLOSE = 0.7, 0.85
"""A best entry at least as relevant as `SURE` answers alone; beside a lesser one stands the next
if it is at least `CLOSE` times as relevant. Measured on the 318 dev queries: above 0.7 the best
entry is right for 94%; below, this adds a right entry to a wrong one 26 times of 43 and a wrong
one to a right one 27 times of 193."""
SHORT = 10
"""In a question of so many words "and" and "or" join the things asked about."""
FEW = 3
"""So few statements are shown together, whatever the question."""
NEAR = 0.15
"""Statements this close in cosine to the closest one are about the same detail. Measured on the
dev queries with all-MiniLM-L6-v2: half of the entry or less answers two thirds of the queries
about a detail, and 4 to 8% of those that describe a situation or ask in everyday words."""

_STEP = re.compile(r"\d+\. ")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|(\d+)[.)])\s+")
_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|distinguish\w*|versus|vs|unlike|between)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_FRAME = topic_words(
    "implement implementing scratch mathematical mathematically foundation intuition behind work "
    "concept handle build approach important importance"
)
"""What questions say of whatever they are about."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement as it will be shown; `lead` is the line that leads in to its list, or ""."""

    text: str
    lead: str
    words: frozenset[str]
    similarity: float
    number: str


def extract(
    question: str,
    hits: Sequence[Hit],
    points: Points,
    *,
    similarity: Mapping[str, Sequence[float]] | None = None,
) -> list[Sentence]:
    """Return the statements of the best entries that answer `question`, verbatim, each cited.

    Args:
        question: as asked.
        hits: best first.
        points: entry id -> its key points, in order; of an entry without any, the answer is
            shown as the guide has it.
        similarity: entry id -> cosine of each of its key points to the question, in their order;
            without it, words alone decide.
    """
    asked = topic_words(question)
    sentences: list[Sentence] = []
    taken: set[str] = set()
    chosen = choose_entries(question, hits)
    compared = len(chosen) > 1 and _names_two(question)  # each thing asked about is given whole
    for hit in chosen:
        detail = not compared and any(trace.view == ViewKind.POINT for trace in hit.trace)
        listed = _listed(hit.entry, points, (similarity or {}).get(hit.entry.id))
        new = asked - topic_words(hit.entry.question)
        shown = [s for s in _choose(new, listed, is_detail=detail) if fold(s.text) not in taken]
        # An answer that goes on in a list or in code needs a word on what that is about.
        follows = sentences and shown and (shown[0].lead or is_block(shown[0].text))
        lead = hit.entry.question if follows else ""
        for statement in shown:
            for text in (lead, statement.lead, statement.text):
                if text and fold(text) not in taken:
                    taken.add(fold(text))
                    numbers = (statement.number,) if text == statement.text else ()
                    sentences.append(Sentence(text, (hit.entry.label,), numbers))
            lead = ""
        taken -= {fold(statement.lead) for statement in listed}  # "Benefits:" may lead in again
    return sentences


def choose_entries(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits an answer is made from: the best, and others that the question needs.

    Another entry is needed when the best is in doubt and it is about as relevant, or when the
    question sets things side by side and names one that it explains and those before it do not.
    """
    if not hits:
        return []
    asked = topic_words(question)
    named = _named(hits, asked)
    side_by_side = _names_two(question)
    if len(named) > 1 and (side_by_side or _JOINS.search(question)):
        return named[:MAX_ENTRIES]
    best = hits[0].relevance
    chosen = [hits[0]]
    explained = set().union(*_names(hits[0].entry))
    for hit in hits[1:]:
        about = [name for name in _names(hit.entry) if 3 * len(name & asked) >= 2 * len(name)]
        news = set().union(*about) & asked - explained
        close = len(chosen) == 1 and CLOSE * best <= hit.relevance and best < SURE
        if len(chosen) < MAX_ENTRIES and (close or (side_by_side and news)):
            chosen.append(hit)
            explained |= news
    return chosen


def _named(hits: Sequence[Hit], asked: set[str]) -> list[Hit]:
    """Return the hits whose own subject `asked` names in full, each with a word of its own."""
    named: list[Hit] = []
    taken: set[str] = set()
    for hit in hits:
        subjects = [name for name in _subjects(hit.entry) if name <= asked]
        if subjects and max(subjects, key=len) - taken:
            named.append(hit)
            taken |= set().union(*subjects)
    return named


def _names_two(question: str) -> bool:
    """Return whether `question` asks about several things at once."""
    if _COMPARES.search(question):
        return True
    return len(question.split()) <= SHORT and re.search(r"\b(?:and|or)\b", question) is not None


def _names(entry: Entry) -> list[set[str]]:
    """Return the words of each name for what an entry explains: its subjects, its bold terms."""
    terms = re.findall(r"\*\*(.+?)\*\*", entry.answer)
    return _subjects(entry) + [name for name in map(topic_words, terms) if name]


def _subjects(entry: Entry) -> list[set[str]]:
    """Return the words of each name for what an entry is about: in full, short, as initials."""
    short = re.findall(r"\(([^()]+)\)", entry.question)
    full = re.sub(r"\([^()]+\)", " ", entry.question)
    named = [word for word in words(full) if topic_words(word) - _FRAME]
    initials = [
        "".join(word[0] for word in named[start : start + length])
        for length in (3, 4)
        for start in range(len(named) - length + 1)
    ]
    plurals = [topic_words(f"{letters}s") for letters in initials]
    names = [topic_words(full) - _FRAME, *map(topic_words, [*short, *initials]), *plurals]
    return [name for name in names if name]


def _choose(
    asked: set[str], statements: Sequence[_Statement], *, is_detail: bool
) -> list[_Statement]:
    """Return the statements to show, in the guide's order: all, or those about the detail asked.

    Args:
        asked: content words of the question that the entry's own question does not have.
        statements: of one entry; similarity 0 throughout when it is not known.
        is_detail: the question is closer to one statement than to the entry.
    """
    if len(statements) > FEW and not any(_STEP.match(s.text) for s in statements):
        closest = max(s.similarity for s in statements)
        near = [s for s in statements if s.similarity >= closest - NEAR or asked & s.words]
        if is_detail and 2 * len(near) <= len(statements):
            return near
    if len(statements) <= MAX_STATEMENTS:
        return list(statements)
    ranked = sorted(statements, key=lambda s: (-s.similarity, -len(asked & s.words)))
    kept = ranked[:MAX_STATEMENTS]
    return [s for s in statements if s in kept]


def _listed(entry: Entry, points: Points, similarity: Sequence[float] | None) -> list[_Statement]:
    """Return an entry's statements as they will be shown, list marks and lead-in lines restored."""
    key_points = points.get(entry.id, ())
    values = similarity if similarity is not None else [0.0] * len(key_points)
    lines = _lines(entry.answer)
    listed = []
    for place, (point, value) in enumerate(zip(key_points, values, strict=True), start=1):
        folded = fold(point.text)
        mark, lead = next(
            (
                (m, before)
                for line, m, before in lines
                if folded.startswith(line) or line.startswith(folded)
            ),
            ("", ""),
        )
        about = frozenset(topic_words(point.text))
        number = f"{entry.label}.{place}"
        listed.append(_Statement(mark + point.text, lead, about, value, number))
    return listed or [
        _Statement(whole.text, "", frozenset(topic_words(whole.text)), 0.0, f"{entry.label}.1")
        for whole in statements(entry, {})
    ]


def _lines(answer: str) -> list[tuple[str, str, str]]:
    """Return (folded text, "- " or "1. " or "", line that leads in to it or "") of each line."""
    lines: list[tuple[str, str, str]] = []
    lead = ""
    for line in answer.splitlines():
        text = re.sub(r"\*\*|__|`|^\s*#+\s", "", line).strip()
        if not fold(text):
            continue
        if match := _LIST_ITEM.match(line):
            mark = f"{match[1]}. " if match[1] else "- "
            lines.append((fold(text[len(match[0].strip()) :]), mark, lead))
        else:
            lines.append((fold(text), "", lead))
            *_, (last, _) = prose_sentences(text)
            lead = last if last.endswith(":") else ""
    return [line for line in lines if line[0]]
