"""Marks in running text: questions alone, cards, and lines with their answers or in turns; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragprep.ingest.blocks import Block
from ragprep.ingest.mark import Mark
from ragprep.ingest.numbering import numbered
from ragprep.ingest.oneline import answered_in
from ragprep.ingest.plain import asks

ASK_END = tuple("?？؟")
_END = tuple(".!:;)。！：；）")
CARD_TAG = re.compile(
    r"(?<=\s)#(?:card|flashcards?|srs)(?:/\S*)?(?:\s+#(?:card|flashcards?|srs)(?:/\S*)?)*\s*$",
    re.IGNORECASE,
)
_SCHEDULE = re.compile(r"\s{0,9}<!--SR:[^<>]*-->")
_CARD = re.compile(r"(.*?\S)[ \t]*(:::?)(?=[^:]|$)[ \t]*(.*)")


def marked_paragraph(lines: Sequence[str], block: Block) -> Mark | None:
    """Return the mark of a paragraph that is a card, a definition or a question alone."""
    text = lines[block.first].strip()
    for sign in range(block.first + 1, min(block.last, block.first + 10)):
        if lines[sign].strip() in ("?", "??"):
            question = " ".join(line.strip() for line in lines[block.first : sign])
            return Mark(block.first, sign, "card", 0, 0, question, "", "", True, True)
    if block.last > block.first and lines[block.first + 1].startswith((": ", ":\t")):
        meaning = "\n".join(line.lstrip(": \t") for line in lines[block.first + 1 : block.last + 1])
        return Mark(
            *(block.first, block.last, "card", 0, 0, text, meaning, "", True, True),
            *(block.last + 1, True),
        )
    if block.depth or len(text) > 300 or not text.endswith(("?", "？", "؟")):
        return None
    if block.first and lines[block.first - 1].strip():
        return None
    return _question(text, block.first)


def answered_lines(lines: Sequence[str], block: Block) -> Iterator[Mark]:
    """Yield the lines of a paragraph each of which is a question and its answer."""
    first = lines[block.first]
    if block.first == block.last or not ("?" in first or "？" in first or "\t" in first):
        return
    texts = [line.strip() for line in lines[block.first : block.last + 1]]
    pairs = [_tabbed(text) or answered_in(text) for text in texts]
    if 2 * sum(pair is not None and asks(pair[0]) for pair in pairs) < len(pairs):
        return
    for i, pair in enumerate(pairs if all(pairs) else (), block.first):
        if pair:
            number, explicit, text = numbered(pair[0])
            yield Mark(
                *(i, i, "card", 0, 0, text, pair[1], number, explicit),
                *(True, i + 1, True),
            )


def _tabbed(text: str) -> tuple[str, str] | None:
    r"""Split a line at its tab, as programs of flashcards copy it: "RAID\tMany disks"."""
    term, _, meaning = text.partition("\t")
    answer = meaning.strip()
    return (term.rstrip(), answer) if answer and "\t" not in answer else None


def question_lines(lines: Sequence[str], block: Block) -> list[Mark]:
    """Return the questions of a paragraph each line of which is one, without answers; or nothing.

    Above an answer such lines are one question in several sentences.
    """
    texts = [line.strip() for line in lines[block.first : block.last + 1]]
    if block.depth or len(texts) < 2 or not all(text.endswith(ASK_END) for text in texts):
        return []
    below = next((line.strip() for line in lines[block.last + 1 :] if line.strip()), "#")
    if not below.startswith("#") and not below.endswith(ASK_END):
        return []
    return [_question(text, line) for line, text in enumerate(texts, block.first)]


def alternating_lines(lines: Sequence[str], block: Block) -> list[Mark]:
    """Return the questions of lines in which questions and answers alternate, else nothing."""
    if block.depth or block.last - block.first < 3:
        return []
    if block.first and lines[block.first - 1].strip() and lines[block.first - 1][0] != "#":
        return []
    texts = [line.strip() for line in lines[block.first : block.last + 1]]
    asking = [at for at, text in enumerate(texts) if text.endswith(ASK_END)]
    ends = [*asking[1:], len(texts)]
    if len(asking) < 2 or asking[0] or any(b - a < 2 for a, b in zip(asking, ends, strict=True)):
        return []
    begins = all(not texts[at][0].islower() or texts[at - 1].endswith(_END) for at in asking[1:])
    if not begins:  # a sentence that goes on over lines
        return []
    return [_question(texts[at], block.first + at) for at in asking]


def _question(text: str, line: int) -> Mark:
    number, explicit, text = numbered(text)
    return Mark(line, line, "plain", 0, 0, text, "", number, explicit, True)


def inline_cards(lines: Sequence[str], block: Block, *, explicit: bool) -> Iterator[Mark]:
    """Yield the cards of spaced repetition on one line: "Why?::Because", ":::" for both ways."""
    for i in range(block.first, block.last + 1):
        if "::" not in lines[i]:
            continue
        match = _CARD.match(_SCHEDULE.sub("", lines[i]).strip().lstrip("-*+ "))
        if match is None or "`" in match[1] or not match[3].strip() or match[3][:1] == ":":
            continue
        question = match[1].strip()
        spaced = explicit and match.start(2) > match.end(1)
        if asks(question) or " " in question or spaced:
            number, labelled, text = numbered(CARD_TAG.sub("", question))
            asking = asks(question)
            yield Mark(
                *(i, i, "card", 0, 0, text, match[3].strip(), number),
                *(explicit or labelled or asking, asking, i + 1, True),
            )
