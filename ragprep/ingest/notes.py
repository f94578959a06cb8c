"""Notes that say their question under one heading and its answer under another; pure.

# Question          # Frage (DE)
> Why?              > Warum?
                    # Question (EN)
## Answer           > Why?
Because.            ## Antwort (DE) ... ## Answer (EN) ...
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.plain import asks, plain

_LINES = 6  # of a question; a guess
_TAG = re.compile(r"[(\[](\w{2,8})[)\]]\s*$")
_WORD = re.compile(r"\bquestion\b", re.IGNORECASE)


class _Asked(NamedTuple):
    heading: Block
    text: str


def notes_of(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[Mark]:
    """Yield a mark for each question of such notes.

    One question has its mark at its own heading. Of several before their answers each has it at
    the heading of its answer, the one with the same tag ("(EN)"), else the one in its turn.
    """
    kept = [b for b in blocks if b.kind not in (Kind.RULE, Kind.COMMENT, Kind.METADATA)]
    heads = [at for at, block in enumerate(kept) if _is_head(block)]
    titles = Counter(kept[at].text.casefold() for at in heads)
    again = frozenset(text for text, times in titles.items() if times > 1)
    seen = 0
    while seen < len(heads):
        asked: list[_Asked] = []
        while seen < len(heads) and (text := _question(lines, kept, heads, seen, again)):
            asked.append(_Asked(kept[heads[seen]], text))
            seen += 1
        if asked:
            yield from _paired(asked, (kept[heads[at]] for at in range(seen, len(heads))))
        else:
            seen += 1


def _is_head(block: Block) -> bool:
    return block.kind is Kind.HEADING and not block.depth


def _question(
    lines: Sequence[str],
    blocks: Sequence[Block],
    heads: Sequence[int],
    at: int,
    again: frozenset[str],
) -> str:
    """Return what stands alone below a heading and asks; "" when there is more, or nothing."""
    head = heads[at]
    if at + 1 >= len(heads) or heads[at + 1] != head + 2:
        return ""
    block = blocks[head + 1]
    if block.kind not in (Kind.QUOTE, Kind.PARAGRAPH) or block.last - block.first >= _LINES:
        return ""
    first = at == 0 or heads[at - 1] == head - 2  # of the note, or after another question
    title = blocks[head].text
    named = _WORD.search(title) or title.casefold() in again
    if block.kind is Kind.PARAGRAPH and not (first or named):
        return ""
    parts = [line.strip().lstrip("> \t") for line in lines[block.first : block.last + 1]]
    text = " ".join(filter(None, parts))
    asking = asks(text) if block.kind is Kind.QUOTE else plain(text).endswith(("?", "？", "؟"))
    return text if asking and not asks(blocks[head].text) else ""


def _paired(asked: Sequence[_Asked], after: Iterator[Block]) -> Iterator[Mark]:
    """Yield the marks of questions whose answers are under the headings that follow."""
    answers: list[Block] = []
    for block in after:
        level = answers[0].level if answers else block.level
        if block.level < level or len(answers) == len(asked):
            break
        if block.level == level:
            answers.append(block)
    if not answers:
        return
    if len(asked) == 1:
        heading, answer = asked[0].heading, answers[0]
        yield _mark(heading.first, answer, asked[0].text)
        return
    for turn, (heading, text) in enumerate(asked):
        same = [block for block in answers if _tag(block) and _tag(block) == _tag(heading)]
        answer = same[0] if len(same) == 1 else answers[min(turn, len(answers) - 1)]
        if same or turn < len(answers):
            yield _mark(answer.first, answer, text)


def _mark(line: int, answer: Block, text: str) -> Mark:
    return Mark(line, answer.last, "quoted", answer.level, 0, text, explicit=True, asks=True)


def _tag(heading: Block) -> str:
    match = _TAG.search(heading.text)
    return match[1].casefold() if match else ""
