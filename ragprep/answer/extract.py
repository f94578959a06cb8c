"""The extractive answer: the guide's own statements that answer a question; no model is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.answer.relevant import COMPARES, JOINS, relevant
from ragprep.answer.statements import Points, is_block, statements
from ragprep.text.content import topic_words
from ragprep.text.sentences import prose_sentences
from ragprep.text.words import fold, words
from ragprep.types.answer import Sentence

if TYPE_CHECKING:
    from ragprep.types.guide import Entry
    from ragprep.types.search import Cosines, Hit

MAX_ENTRIES = 3
"""A guess: more than two things are seldom compared."""
MAX_STATEMENTS = 10
"""Statements taken of one entry; the shipped guide's longest answer has seven."""
SURE, CLOSE = 0.7, 0.85
"""A best entry at least as relevant as `SURE` answers alone; beside a lesser one stands the next
if it is at least `CLOSE` times as relevant. Measured on the covered dev queries, typed and written:
above 0.7 the best entry is right for all 456; below, this adds a right entry to a wrong one 10
times of 39 and a wrong one to a right one 10 times of 186 (at 0.7 times: 15 and 17)."""
SHORT = 10
"""In a question of so many words "and" and "or" join the things asked about."""
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|(\d+)[.)])\s+")
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
    number: str


def extract(
    question: str,
    hits: Sequence[Hit],
    points: Points,
    *,
    cosines: Mapping[str, Cosines] | None = None,
) -> list[Sentence]:
    """Return the statements of the best entries that answer `question`, verbatim, each cited.

    Args:
        question: as asked.
        hits: best first.
        points: entry id -> its key points, in order; of an entry without any, the answer is
            shown as the guide has it.
        cosines: entry id -> how similar it is to the question; without, words alone decide.
    """
    sentences: list[Sentence] = []
    taken: set[str] = set()
    chosen = choose_entries(question, hits)
    compared = len(chosen) > 1 and _names_two(question)  # each thing asked about is given whole
    for hit in chosen:
        listed = _listed(hit.entry, points)
        similar = (cosines or {}).get(hit.entry.id)
        wanted = range(len(listed)) if compared else _wanted(question, hit, listed, similar)
        shown = [listed[place] for place in wanted if fold(listed[place].text) not in taken]
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


def omitted(shown: Sequence[Sentence], hits: Sequence[Hit], points: Points) -> list[Sentence]:
    """Return the statements of the entries cited in an extractive answer that it leaves out."""
    cited = {label for sentence in shown for label in sentence.citations}
    numbers = {number for sentence in shown for number in sentence.statements}
    texts = {fold(sentence.text) for sentence in shown}
    return [
        Sentence(point.text, (hit.entry.label,), (number,))
        for hit in hits
        if hit.entry.label in cited
        for place, point in enumerate(points.get(hit.entry.id, ()), start=1)
        if (number := f"{hit.entry.label}.{place}") not in numbers and fold(point.text) not in texts
    ]


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
    if len(named) > 1 and (side_by_side or JOINS.search(question)):
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
    if COMPARES.search(question):
        return True
    return len(question.split()) <= SHORT and JOINS.search(question) is not None


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


def _wanted(
    question: str, hit: Hit, listed: Sequence[_Statement], cosines: Cosines | None
) -> list[int]:
    """Return the places of the statements to show, at most `MAX_STATEMENTS`, in order."""
    if cosines is not None and not cosines.statements:  # its answer is one statement
        cosines = None
    wanted = relevant(question, hit.entry.question, [s.text for s in listed], cosines)
    if cosines is None:
        return wanted[:MAX_STATEMENTS]
    closest = sorted(wanted, key=lambda place: -cosines.statements[place])[:MAX_STATEMENTS]
    return sorted(closest)


def _listed(entry: Entry, points: Points) -> list[_Statement]:
    """Return an entry's statements as they will be shown, list marks and lead-in lines restored."""
    lines = _lines(entry.answer)
    listed = []
    for place, point in enumerate(points.get(entry.id, ()), start=1):
        folded = fold(point.text)
        mark, lead = next(
            (
                (m, before)
                for line, m, before in lines
                if folded.startswith(line) or line.startswith(folded)
            ),
            ("", ""),
        )
        listed.append(_Statement(mark + point.text, lead, f"{entry.label}.{place}"))
    return listed or [
        _Statement(whole.text, "", f"{entry.label}.1") for whole in statements(entry, {})
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
