"""What stands inside one answer: its key points and its plain text; pure, by markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from ragprep.ingest.marks import is_fold
from ragprep.ingest.options import without_wrong_options
from ragprep.ingest.plain import without_wiki_links
from ragprep.text.sentences import prose_sentences
from ragprep.types.guide import Entry, KeyPoint

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_LIMIT = 20_000  # characters of an answer that are read; 20,000 times "[" take 0.4 s
_LEAD_WORDS = 8  # a guess: a longer line ending in ":" says something itself
_TICKED = re.compile(r"\[[xX]\]\s+")
_HIDDEN_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s+[\w-]+\s*=[^<>]*)?\s*/?>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of an answer; `text` keeps line ends, `line` is 0-based in the answer."""

    kind: Literal["heading", "paragraph", "item", "row", "code"]
    text: str
    line: int
    parents: tuple[str, ...] = ()  # texts of the items it is nested in
    link_only: bool = False
    bold: bool = False


def key_points(entry: Entry) -> tuple[KeyPoint, ...]:
    """Return the statements of an entry's answer in order: list items, table rows, sentences.

    A line that only announces ("**Benefits:**", "Common approaches:") is no point but the
    `heading` of those it announces. A nested item is a point of its own, with its parent as
    heading. Code, questions, links alone, wrong options and the choices above a folded answer are
    no points. No text occurs twice.
    """
    first, last = entry.lines
    start = last - entry.answer.count("\n")  # the answer ends with the entry
    points: dict[str, KeyPoint] = {}
    for heading, text, line in _statements(entry.answer):
        where = min(max(start + line, first), last)  # a table's row may hold several lines
        points.setdefault(text, KeyPoint(text=text, line=where, heading=heading))
    return tuple(points.values())


def plain_text(answer: str) -> str:
    """Return an answer as plain text, a block a line, code and formulas included."""
    return "\n".join(block.text for block in _blocks(answer) if block.text)


def _statements(answer: str) -> Iterator[tuple[str, str, int]]:
    """Yield (heading, statement, line) for every statement of an answer."""
    heading = ""
    after_list = False
    blocks = _chosen(_blocks(_without_choices(answer)))
    for block, following in zip_longest(blocks, blocks[1:]):
        above = _heading(block.parents[-1]) if block.parents else heading
        if block.kind == "code" or block.link_only:
            continue
        if block.kind == "heading":
            heading, after_list = _bare(block.text), False
        elif block.kind in ("item", "row"):
            after_list = True
            text = " ".join(block.text.split())
            opens = following is not None and following.parents[-1:] == (block.text,)
            if _states(text) and not (opens and text.endswith(":")):
                yield above, text.removesuffix(":"), block.line
        else:
            if after_list and not block.parents:
                heading, after_list, above = "", False, ""
            for text, offset in prose_sentences(block.text):
                line = block.line + block.text.count("\n", 0, offset)
                if not block.parents and _announces(text, bold=block.bold):
                    heading = above = _bare(text)
                elif _states(text):
                    yield above, text.removesuffix(":"), line


def _chosen(blocks: tuple[_Block, ...]) -> tuple[_Block, ...]:
    """Leave out the choices that are not ticked, where others are: "- [ ] no", "- [x] yes"."""
    if not any(block.kind == "item" and _TICKED.match(block.text) for block in blocks):
        return blocks
    return tuple(
        replace(block, text=_TICKED.sub("", block.text))
        for block in blocks
        if block.kind != "item" or not block.text.startswith("[ ]")
    )


def _announces(text: str, *, bold: bool) -> bool:
    """Whether a sentence is but the heading of what follows it ("Common approaches:")."""
    open_end = text.endswith(":") or (bold and not text.endswith((".", "!", "?")))
    return open_end and len(text.split()) <= _LEAD_WORDS


def _states(text: str) -> bool:
    return bool(re.search(r"\w", text)) and not text.endswith(("?", "？"))


def _heading(item: str) -> str:
    """Return an item as the heading of what is nested in it; "" when it is too long for one."""
    return _bare(item) if len(item.split()) <= _LEAD_WORDS else ""


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(" :")


def _without_choices(answer: str) -> str:
    """Blank out the wrong options, or where none is named right, what stands above a fold."""
    right = without_wrong_options(answer)
    return _behind_fold(answer) if right == answer else right


def _behind_fold(answer: str) -> str:
    """Blank out what stands above a folded answer: code and choices belong to the question."""
    lines = answer.split("\n")
    for i, line in enumerate(lines):
        if "<summary" in line and is_fold(line) and re.search("(?i)answer|solution", line):
            return "\n" * (i + 1) + "\n".join(lines[i + 1 :])
    return answer


@lru_cache(maxsize=1)  # views ask for the points and the text of an entry, one after the other
def _blocks(answer: str) -> tuple[_Block, ...]:
    return tuple(_read(answer))


def _read(answer: str) -> Iterator[_Block]:
    """Yield the pieces of an answer in order."""
    if len(answer) > _LIMIT:
        answer = answer[:_LIMIT].rpartition("\n")[0] or answer[:_LIMIT]
    tokens = _markdown().parse(answer)
    items: list[str] = []  # one for each open item; its own text once that is known
    row: list[str] = []
    head: list[str] = []
    line, in_head, in_heading = 0, False, False
    for token in tokens:
        line = token.map[0] if token.map else line
        match token.type:
            case "list_item_open":
                items.append("")
            case "list_item_close":
                items.pop()
            case "heading_open" | "heading_close":
                in_heading = token.nesting == 1
            case "thead_open" | "thead_close":
                in_head = token.nesting == 1
            case "tr_close":
                if in_head:
                    head = row
                else:
                    yield _Block("row", _joined(row, head), line)
                row = []
            case "th_open" | "td_open":
                row.append("")
            case "fence" | "code_block":
                yield _Block("code", token.content.rstrip(), line)
            case "html_block":
                kept = "\n".join(x for x in token.content.split("\n") if not is_fold(x))
                if text := _HIDDEN_TAG.sub("", kept).strip():
                    yield _Block("paragraph", text, line)
            case "inline":
                children = token.children or []
                text = _inline(children).strip()
                if row:
                    row[-1] = " ".join(text.split())
                elif in_heading:
                    yield _Block("heading", text, line)
                elif items and not items[-1]:
                    items[-1] = text
                    parents = tuple(item for item in items[:-1] if item)
                    yield _Block("item", text, line, parents, _points_away(children))
                else:
                    bold = _only(children, "strong")
                    parents = tuple(item for item in items if item)
                    yield _Block("paragraph", text, line, parents, _points_away(children), bold)


def _joined(cells: Sequence[str], head: Sequence[str]) -> str:
    """Return a table's row as a statement: "LSTM: gates three; speed slower"."""
    names = [*head[1:], *([""] * len(cells))]
    filled = [
        f"{name} {cell}".strip() for name, cell in zip(names, cells[1:], strict=False) if cell
    ]
    return ": ".join(filter(None, [cells[0] if cells else "", "; ".join(filled)]))


def _inline(children: Sequence[Token]) -> str:
    """Return inline tokens as text; emphasis inside a word was an operator and is put back."""
    parts: list[str] = []
    literal: list[bool] = []
    for i, token in enumerate(children):
        match token.type:
            case "text":
                parts.append(without_wiki_links(token.content))
            case "code_inline" | "text_special":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append(_HIDDEN_TAG.sub(" " if "br" in token.content else "", token.content))
            case "image":
                parts.append(token.content)
            case "em_open" | "strong_open":
                literal.append(_is_operator(parts, children, i))
                parts.append(token.markup if literal[-1] else "")
            case "em_close" | "strong_close":
                parts.append(token.markup if literal.pop() else "")
    return "".join(parts)


def _is_operator(parts: Sequence[str], children: Sequence[Token], i: int) -> bool:
    """Whether emphasis that opens here is none: "a*b + c*d", "__init__"."""
    before = next((part[-1] for part in reversed(parts) if part), " ")
    inside = children[i + 1].content if i + 1 < len(children) else ""
    if children[i].markup == "__":
        closes = i + 2 < len(children) and children[i + 2].type == "strong_close"
        return closes and bool(re.fullmatch(r"[a-z]+(?:_[a-z]+)*", inside))
    return children[i].type == "em_open" and before.isalnum() and inside[:1].isalnum()


def _points_away(children: Sequence[Token]) -> bool:
    """Whether an inline is but a link or images, which state nothing."""
    pictures = [token.type == "image" for token in children if token.type != "softbreak"]
    return _only(children, "link") or (bool(pictures) and all(pictures))


def _only(children: Sequence[Token], kind: str) -> bool:
    """Whether an inline is one link, or one bold text, and nothing else."""
    filled = [token for token in children if token.content.strip() or token.nesting]
    ends = f"{kind}_open", f"{kind}_close"
    return (
        len(filled) > 1
        and (filled[0].type, filled[-1].type) == ends
        and sum(token.type == ends[0] for token in filled) == 1
    )


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable("table")
    markdown.inline.ruler.before("escape", "formula", formula)
    return markdown


def formula(state: StateInline, silent: bool) -> bool:
    """Keep $x_i * y_i$ and $$...$$ as they are: Markdown marks in them are mathematics."""
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    sign = "$$" if source.startswith("$$", start) else "$"
    end = source.find(sign, start + len(sign))
    inner = source[start + len(sign) : end]
    prose = sign == "$" and (inner[:1].isspace() or inner[-1:].isspace() or "\n" in inner)
    if end < 0 or end + len(sign) > state.posMax or not inner or prose:
        return False
    if source[end + len(sign) : end + len(sign) + 1].isdigit():  # "$5 to $10"
        return False
    if not silent:
        state.push("text", "", 0).content = source[start : end + len(sign)]
    state.pos = end + len(sign)
    return True
