"""Finds injected instructions: what an answer says to its grader and not about its question; pure.

They are left out before anything reads the answer, so they move no grade at all.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ragprep.grade.clauses import clauses_of
from ragprep.text.sentences import Span, sentences
from ragprep.text.words import unaccented

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏвнкмтɡαεοριυνκτ0134@$",
    "aeopcyxijsdhlbhkmtgaeopiuvktoiea" + "as",
)
"""Cyrillic and Greek letters that look like Latin ones, and digits used for letters."""

_BLOCK = re.compile(
    r"<!--.*?(?:-->|\Z)|<\|im_start\|>.*?(?:<\|im_end\|>|\Z)|\[INST\].*?(?:\[/INST\]|\Z)"
    r"|<(system|instructions?|grader|admin)>.*?(?:</\1>|\Z)|<<SYS>>.*?(?:<</SYS>>|\Z)"
    r"|\[system[^\]\n]*\].*?(?:\[/system\]|\n|\Z)"
    r"|```(?:json|system)?\s*[\[{][^`]*?\"(?:score|status|grade|verdict|points|"
    r"overall)\"[^`]*?(?:```|\Z)"
    r"|[\[{][^\[\]{}\n]{0,80}\"(?:score|status|grade|verdict|points|overall)\"\s*:[^\n]*?[\]}]+",
    re.DOTALL | re.IGNORECASE,
)
"""Stretches marked as something other than an answer, whatever stands in them; of data those that
give a full mark."""

_CLOSING = re.compile(r"(?:[.!?][\"'”’)\]]*\s+|[。！？]\s*|\s*\n\s*(?:[-*•+–]\s+|\d+[.)]\s+)?)\Z")
"""The end of a sentence that is not the last."""


def injected_instructions(text: str) -> list[Span]:
    """Return the parts of a cleaned answer that are addressed to its grader, in order.

    A clause alone where it can be recognised by itself, else its whole sentence.
    """
    blocks = [Span(match[0], *match.span()) for match in _BLOCK.finditer(text)]
    marked = [block for block in blocks if not _is_data(block.text) or _gives_marks(block.text)]
    rest = text
    for block in marked:
        rest = rest[: block.start] + " " * len(block.text) + rest[block.end :]
    for sentence in sentences(rest):
        marked += _in_sentence(sentence)
    return _without_nested(marked)


def is_injected(text: str) -> bool:
    """Return whether a sentence is addressed to its grader."""
    plain = _normalised(text)
    return any(_instruction().search(form) for form in (plain, _joined_letters(plain)))


def _is_data(block: str) -> bool:
    return bool(re.match(r"```|[\[{](?!/?(?:inst|system)\b)", block, re.IGNORECASE))


def _gives_marks(block: str) -> bool:
    parts, _ = _patterns()
    return re.search(parts["full_mark_in_data"], block, re.IGNORECASE) is not None


@cache
def _instruction() -> re.Pattern[str]:
    """Return the patterns as one; compiling them takes 0.2 s, which only a grade should pay."""
    _, patterns = _patterns()
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _patterns() -> tuple[dict[str, str], list[str]]:
    """Return the named parts of injected_instructions.txt, and its patterns with parts put in."""
    file = Path(__file__).with_name("injected_instructions.txt")
    parts: dict[str, str] = {}
    patterns: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        whole = re.sub(r"\{([a-z_]+)\}", lambda name: parts[name[1]], line)
        if named := re.match(r"([a-z_]+) = ", whole):
            parts[named[1]] = whole[named.end() :]
        else:
            patterns.append(whole)
    return parts, patterns


def _in_sentence(sentence: Span) -> list[Span]:
    """Return what of a sentence is addressed to the grader: nothing, its end, or all of it."""
    if not is_injected(sentence.text):
        return []
    clauses = clauses_of(sentence)
    first = next((i for i, clause in enumerate(clauses) if is_injected(clause.text)), None)
    if first is None or len(clauses) == 1:
        return [_from_turn(sentence, sentence, min_words=4) or sentence]
    if first == 0:
        return [_from_turn(sentence, clauses[0], min_words=4) or sentence]
    # what follows a command belongs to it
    tail = _from_turn(sentence, clauses[first], min_words=1)
    return [tail or _to_end(sentence, clauses[first - 1].end)]


def _from_turn(sentence: Span, clause: Span, *, min_words: int) -> Span | None:
    """Return a sentence from where its unpunctuated clause turns to the grader.

    None if it does not, or if fewer than `min_words` words of an answer stand before that.
    """
    text = clause.text.lower()
    turn = re.search(
        r"\b(?:please |now |so )*(?:ignore|disregard|forget (?:all|the|your|any)|give "
        r"(?:me|this|full)|"
        r"mark (?:every|all|this|me)|award|dear|as the grader|system)\b",
        text,
    )
    if turn is None or not is_injected(text[turn.start() :]):
        return None
    before = text[: turn.start()]
    if len(before.split()) < min_words or is_injected(before):
        return None
    return _to_end(sentence, clause.start + turn.start())


def _to_end(sentence: Span, start: int) -> Span:
    """Return a sentence from `start` on, without its closing punctuation.

    Spaces and marks between `start` and the last word before it are removed too.
    """
    closing = _CLOSING.search(sentence.text)
    end = sentence.start + closing.start() if closing else sentence.end
    start = sentence.start + len(sentence.text[: start - sentence.start].rstrip(" ,;:-–—(["))
    return Span(sentence.text[start - sentence.start : end - sentence.start], start, end)


def _without_nested(spans: list[Span]) -> list[Span]:
    """Return spans in order, those inside others left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _normalised(text: str) -> str:
    """Return `text` as it is read: lower case, look-alike letters replaced, no accents or marks."""
    plain = unaccented(text).lower()
    replaced = [
        word.translate(_LOOKALIKES)
        if re.search(r"[a-zа-яα-ω@$]", word) and not _number(word)
        else word
        for word in re.split(r"(\s+)", plain)
    ]
    return re.sub(r"[*_`~]+", "", "".join(replaced).replace("’", "'")).strip()


def _number(word: str) -> bool:
    """Whether digits in a word are digits: "100", "10/10", "l1", "f1", "100%"."""
    return bool(re.fullmatch(r"\W*[a-z]{0,3}\d+(?:[./]\d+)?[%+.,;:!?)\"'}\]]*", word))


def _joined_letters(plain: str) -> str:
    """Return `plain` with s p a c e d or d.o.t.t.e.d letters drawn together."""
    return re.sub(
        r"\b(?:[a-z][ .\-]){3,}[a-z]\b", lambda match: re.sub(r"[ .\-]", "", match[0]), plain
    )
