"""What in a guide may open an entry: a mark for each block that stands out; pure.

Whether it does is decided by `segment`, which sees the marks of a whole section side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.notes import notes_of
from ragprep.ingest.numbering import numbered
from ragprep.ingest.oneline import without_sign
from ragprep.ingest.options import are_options
from ragprep.ingest.paragraphs import (
    ASK_END,
    CARD_TAG,
    alternating_lines,
    answered_lines,
    inline_cards,
    marked_paragraph,
    question_lines,
)
from ragprep.ingest.plain import ASK_MARKS, ASKING, asks, plain
from ragprep.ingest.tables import rows_of
from ragprep.ingest.turns import LABEL, label_of, turns_of

_MAY_ASK = re.compile(
    rf"{ASKING}|[^{ASK_MARKS}]*[{ASK_MARKS}]|[\W_]{{0,9}}[Qq]|[^#]*\s#(?:card|flash|srs)"
)
_LINK_ALONE = re.compile(r"!?\[.*\]\((?!https?:)\S*\)[.,;]?\s*$")
_SEPARATOR = re.compile(r"\s{0,3}(?:<(?:br|hr)\s*/?>\s*$|([-*_])[ \t]*(?:\1[ \t]*){2,}$|#{1,6}\s)")
_FOLD = re.compile(
    r"\W*(?:click|show|see|view|expand|(?:the |my |sample |possible )?(?:answers?|solutions?|hints?"
    r"|explanation|table of contents|details|spoiler|output))\b(?!.*\?)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_STRONG_TAG = re.compile(r"^<(?:b|strong)>|</(?:b|strong)>", re.IGNORECASE)
_WORD = re.compile(r"\w")
_ASK_ENDS = re.compile(rf"[{ASK_MARKS}][\s*_]*$")
_QUESTION_LABEL = re.compile(
    r"[*_#]{0,3}(?:q|ques|question)[ \t.#-]{0,3}(\d{1,4}[a-z]?)[*_.:)]{0,4}"
    r"(?:[ \t]?[(\[][^()\[\]]{1,20}[)\]])?[*_.:)]{0,4}$",  # "Question 3 (5 points)"
    re.IGNORECASE,
)
_LABEL_SIZE = 48  # characters of "**Question 1234a (of ten points)**:"
_ITALIC = re.compile(r"([*_])(?!\1)(.*)\1[ \t]*$")
_OPENING_TAGS = re.compile(r"\A\s*(?:<[^<>]*>\s*)+")
_CLOSING_TAGS = re.compile(r"(?:</\w{1,9}>\s*){1,5}$")
_TEXT = (Kind.PARAGRAPH, Kind.BOLD, Kind.ITEM, Kind.LABEL)
_BOLD_OR_Q = re.compile(r"\*\*|__|[Qq]")
_TICK = re.compile(r"\[[ xX]\][ \t]+")
_ONLY_LABEL = re.compile(r"\W*([^\W\d_]{1,12})?[ \t.#№-]{0,3}(\d{1,4}[a-z]?)\W*$")
_ANSWER_BEHIND = re.compile(
    r"(?<=[?？؟.!*])[ \t_—–-]{1,9}(?:A|Ans|Answer)[ \t]?[:：][ \t]*(?=\S)"
    r"|(?<=[ \t])\*\*(?:A|Ans|Answer)(?:[:：]\*\*|\*\*[:：])[ \t]*(?=\S)"
)
_ANSWERS = ("a", "ans", "answer")
_ASKING_CALLOUTS = ("question", "faq", "help")
_CARD_SIGN = re.compile(r"#flashcards|<!--SR:|^\?\??$")


def marks_of(lines: Sequence[str], blocks: Sequence[Block]) -> list[Mark]:
    """Return every mark in order of lines."""
    ends = _fold_ends(blocks)
    titles = Counter(plain(b.text).casefold() for b in blocks if b.kind is Kind.FOLD and b.text)
    labels, _ = turns_of(blocks)
    cards = any("::" in line for line in lines)
    are_cards = cards and any(_CARD_SIGN.search(line) for line in lines)
    marks: list[Mark | None] = []
    for at, block in enumerate(blocks):
        kind = block.kind  # compared by identity, the most frequent first: there are many
        if kind is Kind.ITEM:
            if mark := _item(block):
                marks.append(_over_lines(lines, blocks, at, mark))
        elif kind is Kind.PARAGRAPH:
            turns = question_lines(lines, block) or alternating_lines(lines, block)
            first = _below_label_line(lines, blocks, at) or marked_paragraph(lines, block)
            marks += turns or [first, *answered_lines(lines, block)]
        elif kind is Kind.BOLD:
            mark = _below_label_line(lines, blocks, at)
            marks.append(mark or _over_lines(lines, blocks, at, _bold(lines, block, labels)))
        elif kind is Kind.HEADING:
            marks.append(_heading(lines, blocks, at))
        elif kind is Kind.LABEL:
            mark = _below_label_line(lines, blocks, at)
            marks.append(mark or _over_lines(lines, blocks, at, _line(block, labels)))
        elif kind is Kind.CALLOUT:
            marks.append(_callout(lines, block))
        elif kind is Kind.QUOTE:
            marks.append(_quoted(lines, block))
        elif kind is Kind.TABLE:
            marks += _rows(lines, block)
        elif kind is Kind.FOLD and block.text and titles[plain(block.text).casefold()] == 1:
            mark = _summary(block, ends.get(at, len(lines)))
            marks.append(_below_label(lines, blocks, at, mark) if mark else None)
        if cards and kind in _TEXT:
            marks += inline_cards(lines, block, explicit=are_cards)
    marks += notes_of(lines, blocks)
    return sorted(mark for mark in marks if mark)


def is_fold(summary: str) -> bool:
    """Whether a summary only folds something away ("Answer", "Click to see")."""
    return bool(_FOLD.match(_TAG.sub("", summary)))


def without_tick(text: str) -> str:
    """Return the text of an item of a list of tasks: "[x] Why?" -> "Why?"."""
    return _TICK.sub("", text, count=1)


def _heading(lines: Sequence[str], blocks: Sequence[Block], at: int) -> Mark:
    block = blocks[at]
    level = block.level if not block.depth else 10 + block.level
    number, explicit, text = numbered(CARD_TAG.sub("", block.text))
    explicit = explicit or bool(CARD_TAG.search(block.text))
    mark = Mark(
        block.first, block.last, "heading", level, 0, text, "", number, explicit, asks(text)
    )
    return mark if explicit else _below_label(lines, blocks, at, mark)


def _below_label(lines: Sequence[str], blocks: Sequence[Block], at: int, mark: Mark) -> Mark:
    """Take the question of "### Question 3" from the text below it."""
    label = _ONLY_LABEL.match(mark.text)
    if label is None or at + 1 >= len(blocks):
        return mark
    below = blocks[at + 1]
    if below.kind not in (Kind.PARAGRAPH, Kind.BOLD, Kind.LABEL, Kind.QUOTE):
        return mark
    last = _end_of_question(lines, below.first, below.last)
    text = " ".join(line.strip() for line in lines[below.first : last + 1]).lstrip("> ")
    named = (label[1] or "").casefold() in ("q", "question", "ques")
    if last - below.first > 3 or not (named or asks(text)):
        return mark
    return mark._replace(last=last, text=text, number=label[2], explicit=named, asks=asks(text))


def _end_of_question(lines: Sequence[str], first: int, last: int) -> int:
    """Return the line of a paragraph that ends with a question mark, else its last."""
    ends = (i for i in range(first, min(last, first + 3) + 1) if _ASK_ENDS.search(lines[i]))
    return next(ends, last)


def _below_label_line(lines: Sequence[str], blocks: Sequence[Block], at: int) -> Mark | None:
    """Read a question below a line that only numbers it: "Q1", "**Question 1**", "Question 1:"."""
    block = blocks[at]
    head = lines[block.first].strip()
    if len(head) > _LABEL_SIZE or not (label := _QUESTION_LABEL.match(head)):
        return None
    if block.last == block.first:
        mark = Mark(block.first, block.first, "line", 0, 0, f"Q{label[1]}")
        below = _below_label(lines, blocks, at, mark)
        return below if below.last > mark.last else None
    last = _end_of_question(lines, block.first + 1, block.last)
    last = block.first + 1 if last == block.last else last
    text = " ".join(line.strip() for line in lines[block.first + 1 : last + 1])
    return Mark(block.first, last, "line", 0, 0, text, "", label[1], True, asks(text))


def _item(block: Block) -> Mark | None:
    text = block.text
    if not block.level and not _MAY_ASK.match(text):
        return None
    ordered = block.marker[:1] not in "-*+•"
    item_number = block.marker.strip(".)(、．") if ordered else ""
    if block.level:
        number, explicit, text = numbered(CARD_TAG.sub("", text))
        return Mark(
            *(block.first, block.last, "heading", 7, block.depth, text, "", number or item_number),
            *(explicit, asks(text)),
        )
    if _LINK_ALONE.match(text):
        return None
    text = without_tick(text)
    is_card = CARD_TAG.search(text)
    text = CARD_TAG.sub("", text)
    text, rest = bold_and_rest(text)
    number, explicit, text = numbered(text)
    if explicit and not rest:
        text, rest = question_and_answer(text)
    if not (explicit or is_card or asks(text)):
        return None
    if not explicit:
        number = item_number or number
    return Mark(
        *(block.first, block.last, "item", int(ordered), block.depth, text, rest, number),
        *(explicit or bool(is_card), True),
    )


def bold_and_rest(text: str) -> tuple[str, str]:
    """Split "**What is TCP?** - A stream." into what is bold and what it says of it."""
    if not text.startswith(("**", "__")):
        return text, ""
    inner, _, behind = text[2:].partition(text[:2])
    labelled = numbered(f"{inner}{behind}")[1] and not inner.rstrip().endswith(ASK_END)
    if labelled or not _WORD.search(behind):
        return text, ""
    return inner, without_sign(behind)


def _over_lines(
    lines: Sequence[str], blocks: Sequence[Block], at: int, mark: Mark | None
) -> Mark | None:
    """Let a question that is broken over lines end where its "?" stands."""
    if mark is None or mark.rest or at + 1 >= len(blocks):
        return mark
    below = blocks[at + 1]
    if below.kind is not Kind.PARAGRAPH or below.first != mark.last + 1:
        return mark
    if are_options(lines[below.first : below.last + 1]):
        return mark
    after = blocks[at + 2] if at + 2 < len(blocks) else below
    if mark.carrier == "line" and after.first == below.last + 1 and label_of(after) in _ANSWERS:
        text = " ".join([mark.text, *(x.strip() for x in lines[below.first : below.last + 1])])
        return mark._replace(last=below.last, text=text)
    if mark.text.rstrip().endswith((*ASK_END, ".", ":", "。", "：", "!")) or "?" in mark.text:
        return mark
    for last in range(below.first, min(below.first + 3, below.last + 1)):
        if lines[last].rstrip().endswith(ASK_END):
            text = " ".join([mark.text, *(x.strip() for x in lines[below.first : last + 1])])
            return mark._replace(last=last, text=text, asks=True)
    return mark


def _bold(lines: Sequence[str], block: Block, labels: frozenset[str]) -> Mark | None:
    if block.depth:
        return None
    if labels and label_of(block) in labels:
        return _line(block, labels)
    if italic := _ITALIC.match(block.text):
        number, explicit, text = numbered(italic[2])
        asking = asks(text)
        line = block.first
        return Mark(line, line, "bold", 0, 0, text, "", number, explicit, True) if asking else None
    source = _STRONG_TAG.sub("**", block.text) if "<" in block.text else block.text
    sign = source[:2]
    strong, _, rest = source[2:].partition(sign)
    line = block.first
    if strong[:2] == "A:" or strong[:6] == "Answer":
        return None
    if not strong.rstrip().endswith(("?", "？")):  # "**1)** Print ...": it goes on behind
        number, explicit, whole = numbered(f"{strong}{rest}")
        if number or explicit:
            return Mark(line, line, "bold", 0, 0, whole, "", number, explicit, asks(whole))
    number, explicit, text = numbered(strong)
    asking = asks(text)
    if number or explicit:
        return Mark(line, line, "bold", 0, 0, text, rest, number, explicit, asking)
    alone = not _WORD.search(rest)
    if alone and (asking or _opens_block(lines, line)):
        return Mark(line, line, "bold", 0, 0, text, "", "", False, asking)
    if asking and text.rstrip().endswith(("?", "？")):
        return Mark(line, line, "bold", 0, 0, text, rest.strip(), "", False, True)
    return None


def _opens_block(lines: Sequence[str], i: int) -> bool:
    """Whether the last line before this one that is not blank is a separator or a heading."""
    before = next((lines[j] for j in range(i - 1, max(i - 4, -1), -1) if lines[j].strip()), "")
    return bool(_SEPARATOR.match(before))


def _line(block: Block, labels: frozenset[str]) -> Mark | None:
    if block.depth:
        return None
    number, explicit, text = numbered(block.text)
    if not explicit and labels and (match := LABEL.match(block.text)):
        explicit = match[1].casefold() in labels
        text = block.text[match.end() :] if explicit else text
    if not explicit or not text:
        return None
    text, rest = question_and_answer(text)
    return Mark(block.first, block.last, "line", 0, 0, text, rest, number, True, asks(text))


def question_and_answer(text: str) -> tuple[str, str]:
    """Split "Why? A: Because" of one line; the second is "" where no label parts them."""
    match = _ANSWER_BEHIND.search(text)
    if match is None:
        return text, ""
    return text[: match.start()].rstrip("*_ "), text[match.end() :]


def _summary(block: Block, end: int) -> Mark | None:
    if is_fold(block.text):
        return None
    text = _CLOSING_TAGS.sub("", _OPENING_TAGS.sub("", block.text))
    number, explicit, text = numbered(text)
    return Mark(
        *(block.first, block.last, "summary", 0, 0, text, block.rest, number, explicit),
        *(asks(text), end),
    )


def _fold_ends(blocks: Sequence[Block]) -> dict[int, int]:
    """Return for each opened fold (its place) the line at which it closes."""
    folds = (Kind.FOLD, Kind.FOLD_END)
    ends: dict[int, int] = {}
    stack: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind not in folds:
            continue
        if block.kind is Kind.FOLD and block.level:
            if "</details>" in block.rest:
                ends[at] = block.last + 1
            else:
                stack.append(at)
        elif block.kind is Kind.FOLD_END and stack:
            ends[stack.pop()] = block.first + bool(block.text)
    return ends


def _callout(lines: Sequence[str], block: Block) -> Mark | None:
    text, last = block.text, block.first
    kind = block.marker.rstrip("+-").lower()
    if kind not in _ASKING_CALLOUTS and not plain(text).endswith(ASK_END):
        return None
    if not text and block.last > block.first:
        last = block.first + 1
        text = lines[last].lstrip(" \t>")
    number, explicit, text = numbered(text)
    if not text:
        return None
    return Mark(
        *(block.first, last, "callout", 0, 0, text, "", number, explicit, asks(text)),
        block.last + 1,
    )


def _quoted(lines: Sequence[str], block: Block) -> Mark | None:
    """Read a card in quotation: "> **Q1.** Why?" over its choices or its answer."""
    first = lines[block.first].lstrip(" \t>")
    if not _BOLD_OR_Q.match(first) or block.first == block.last:
        return None
    number, explicit, text = numbered(first)
    if not (explicit or plain(text).endswith(ASK_END)):
        return None
    return Mark(
        *(block.first, block.first, "callout", 0, 0, text, "", number, explicit, asks(text)),
        block.last + 1,
    )


def _rows(lines: Sequence[str], block: Block) -> Iterator[Mark]:
    for row in rows_of(lines, block.first, block.last):
        number, explicit, text = numbered(row.question)
        yield Mark(
            *(row.first, row.last, "row", 0, 0, text, row.answer, row.number or number, explicit),
            *(True, row.last + 1, True),
        )
