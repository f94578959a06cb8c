"""Where the structure of a guide shows, line by line: headings, bold lines, bullets, summaries.

A scan, not a Markdown parser: it knows fences, comments and front matter, and otherwise looks only
at how a line begins, so that 100,000 lines take a fraction of a second (markdown-it takes 3 s).
Limits: headings underlined with === or --- are not seen; `---` is always a separator.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ragprep.ingest.plain import ASK_MARKS, ASKING, asks

Carrier = Literal["heading", "summary", "bold", "line", "item"]


class Mark(NamedTuple):
    """A line that opens a section or may open an entry.

    Attributes:
        line: 0-based.
        last: where the question itself ends; `line` but for a <summary> over several lines.
        carrier: what makes it stand out.
        level: of a heading, 1 to 6; of an item, 1 when its list is numbered; else 0.
        text: Markdown after the carrier's sign and the number.
        rest: Markdown on the same line that belongs to the answer already.
        number: "12", "17a" or "1.2"; "" when it has none.
        explicit: it says that it is a question: "Q12.", "Question 12.", "Q:".
        asks: the text reads as a question.
    """

    line: int
    last: int
    carrier: Carrier
    level: int
    text: str
    rest: str
    number: str
    explicit: bool
    asks: bool


_OPENS = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<fence>`{3,}|~{3,})(?P<info>.*)"
    r"|(?P<heading>#{1,6})[ \t]+(?P<title>.*)"
    # most bullets ask nothing and most bold beginnings are "**A:**": not worth a closer look
    r"|(?P<item>[-*+]|\d{1,4}[.)])[ \t]+"
    rf"(?={ASKING}|[^{ASK_MARKS}]*[{ASK_MARKS}]|[*_]*Q|`{{3}}|~{{3}})(?P<entry>\S.*)"
    r"|(?P<bold>\*\*|__)(?=[^\s*_])(?!A:)(?P<strong>.*)"
    r"|(?P<ask>Q(?:[\s\d.:#№]|u?es).*)"
    r"|(?:<details[^<>]*>[ \t]*)?(?P<summary><summary[^<>]*>)"
    r"|(?P<comment><!--))"
)
_FIRST = frozenset("`~#-*+_Q<0123456789")
_ITEM_FENCE = re.compile(r"(`{3,}|~{3,})(.*)")
_EXPLICIT = re.compile(
    r"(?:Question|Ques|Q)"
    r"(?:\.?[ \t]*[#№]?[ \t]*(\d{1,9}(?:\.\d{1,9})*[a-z]?)[ \t]*[.:)–—-]+|[ \t]*:)[ \t]*(?=\S)"
)
_NUMBER = re.compile(
    r"(?:(\d{1,9}(?:\.\d{1,9})+)[.):]?|(\d{1,9}[a-z]?)[ \t]*[.):](?!\d))[ \t]*(?=\S)"
)
_SYMBOLS = re.compile(r"[^\x00-\x7f\w\"'“‘(]+\s*")
_CLOSING_HASHES = re.compile(r"(?:^|\s+)#+$")
_LINK_ALONE = re.compile(r"!?\[.*\]\(\S*\)[.,;]?\s*$")
_SEPARATOR = re.compile(r"\s{0,3}(?:<(?:br|hr)\s*/?>\s*$|([-*_])[ \t]*(?:\1[ \t]*){2,}$|#{1,6}\s)")
_SUMMARY = re.compile(r"<summary[^<>]*>(.*?)</summary>(.*)", re.DOTALL)
_SUMMARY_LINES = 5
_FOLD = re.compile(
    r"\W*(?:click|show|see|view|expand|(?:the |my |sample |possible )?(?:answers?|solutions?|hints?"
    r"|explanation|table of contents|details|spoiler|output))\b(?!.*\?)",
    re.IGNORECASE,
)
_SETTING = re.compile(r"[\w-]+\s*:|\s|#|$")


def scan(lines: Sequence[str]) -> tuple[list[Mark], list[int]]:
    """Find every mark outside code, comments and front matter.

    Returns:
        The marks in order, and the 0-based lines of code fences that are never closed (such a
        fence hides nothing: what follows it is read as if it were not there).
    """
    found = list(_openings(lines))
    spans, unclosed = _hidden(lines, found)
    starts = [first for first, _ in spans]
    marks = []
    for i, match in found:
        at = bisect_left(starts, i + 1) - 1  # the last span that begins here or before
        if (at < 0 or spans[at][1] < i) and (mark := _mark(lines, i, match)):
            marks.append(mark)
    return marks, unclosed


def is_fold(line: str) -> bool:
    """Whether a line is a <summary> that folds an answer away ("Answer", "Click to see")."""
    match = _SUMMARY.search(line)
    return bool(match and _FOLD.match(re.sub(r"<[^<>]*>", "", match[1])))


def front_matter(lines: Sequence[str]) -> int:
    """Return how many lines of YAML settings a guide begins with."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for i, line in enumerate(lines[1:100], 1):
        if line.rstrip() in ("---", "..."):
            return i + 1
        if not _SETTING.match(line):
            break
    return 0


def _openings(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for i in range(front_matter(lines), len(lines)):
        line = lines[i]
        first = line[:1]
        if first == " " or first == "\t":
            first = line.lstrip(" \t")[:1]
        elif first > "\x7f":  # an emoji before "**" or "Q1."
            line = _SYMBOLS.sub("", line, count=1)
            first = line[:1]
        if first in _FIRST and (match := _OPENS.match(line)):
            yield i, match


def _hidden(
    lines: Sequence[str], found: Sequence[tuple[int, re.Match[str]]]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the spans (first, last) of fenced code and comments, and the fences never closed."""
    longest = {"`": 0, "~": 0}
    closer_after: dict[int, int] = {}  # line of a fence -> longest closing fence after it
    for i, match in reversed(found):
        if match["fence"]:
            kind = match["fence"][0]
            closer_after[i] = longest[kind]
            if not match["info"].strip():
                longest[kind] = max(longest[kind], len(match["fence"]))
        elif match["item"] and match["entry"][0] in longest:
            closer_after[i] = longest[match["entry"][0]]
    comment_ends = [i for i, line in enumerate(lines) if "-->" in line]
    spans: list[tuple[int, int]] = []
    unclosed: list[int] = []
    opener, opened, free = "", 0, 0
    for i, match in found:
        if opener:
            fence = match["fence"] or ""
            if fence.startswith(opener) and not match["info"].strip():
                spans.append((opened, i))
                opener, free = "", i + 1
        elif i < free:
            continue
        elif match["comment"]:
            at = bisect_left(comment_ends, i)
            if at < len(comment_ends):
                spans.append((i, comment_ends[at]))
                free = comment_ends[at] + 1
        elif fence := _opening_fence(match):
            if closer_after[i] >= len(fence):
                opener, opened = fence, i
            else:
                unclosed.append(i)
    return spans, unclosed


def _opening_fence(match: re.Match[str]) -> str:
    if match["item"]:
        inner = _ITEM_FENCE.match(match["entry"])
        fence, info = (inner[1], inner[2]) if inner else ("", "")
    else:
        fence, info = match["fence"] or "", match["info"] or ""
    return "" if fence[:1] == "`" and "`" in info else fence


def _mark(lines: Sequence[str], i: int, match: re.Match[str]) -> Mark | None:
    """Read one line that begins like a mark; None when it opens neither section nor entry."""
    if match["summary"]:
        return _summary(lines, i)
    indent = len(match["indent"].expandtabs(4))
    if indent > 3:
        return None
    if match["heading"]:
        text = match["title"].strip()
        if text.endswith("#"):
            text = _CLOSING_HASHES.sub("", text)
        text = _unwrapped(text)
        number, explicit, text = _numbered(text)
        level = len(match["heading"])
        return Mark(i, i, "heading", level, text, "", number, explicit, asks(text))
    if match["item"]:
        return None if indent > 1 else _item(i, match["item"], match["entry"])
    if match["bold"]:
        return _bold(lines, i, match["bold"], match["strong"])
    if match["ask"]:
        number, explicit, text = _numbered(match["ask"])
        return Mark(i, i, "line", 0, text, "", number, explicit, True) if explicit else None
    return None


def _item(i: int, sign: str, text: str) -> Mark | None:
    if _LINK_ALONE.match(text):  # a table of contents
        return None
    rest = ""
    if text.startswith("**"):
        text, rest = _split_bold(text[2:], "**")
    number, explicit, text = _numbered(text)
    if not (explicit or asks(text)):
        return None
    ordered = sign[0].isdigit()
    if ordered and not explicit:
        number = sign[:-1]
    return Mark(i, i, "item", int(ordered), text, rest, number, explicit, True)


def _bold(lines: Sequence[str], i: int, sign: str, strong: str) -> Mark | None:
    text, rest = _split_bold(strong, sign)
    if not text.rstrip().endswith("?"):  # "**1)** Print ...": it goes on behind the bold part
        number, explicit, whole = _numbered(f"{text}{rest}")
        if number or explicit:
            return Mark(i, i, "bold", 0, whole, "", number, explicit, asks(whole))
    number, explicit, text = _numbered(text)
    asking = asks(text)
    if number or explicit:
        return Mark(i, i, "bold", 0, text, rest, number, explicit, asking)
    alone = not re.search(r"\w", rest)
    if alone and (asking or _opens_block(lines, i)):
        return Mark(i, i, "bold", 0, text, "", "", False, asking)
    if asking and text.rstrip().endswith("?"):
        return Mark(i, i, "bold", 0, text, rest.strip(), "", False, True)
    return None


def _opens_block(lines: Sequence[str], i: int) -> bool:
    """Whether the last line before this one that is not blank is a separator or a heading."""
    before = next((lines[j] for j in range(i - 1, max(i - 4, -1), -1) if lines[j].strip()), "")
    return bool(_SEPARATOR.match(before))


def _summary(lines: Sequence[str], i: int) -> Mark | None:
    last = next(
        (j for j in range(i, min(i + _SUMMARY_LINES, len(lines))) if "</summary>" in lines[j]), None
    )
    if last is None:
        return None
    match = _SUMMARY.search("\n".join(lines[i : last + 1]))
    if match is None or is_fold(match[0]):
        return None
    number, explicit, text = _numbered(re.sub(r"^\s*(?:<[^<>]*>\s*)+", "", match[1]).strip())
    return Mark(i, last, "summary", 0, text, match[2], number, explicit, asks(text))


def _numbered(text: str) -> tuple[str, bool, str]:
    """Split "Q12. Why?" or "12) Why?" into number, whether it says "Q", and the text."""
    text = text.strip()
    if text[:1] > "\x7f":
        text = _SYMBOLS.sub("", text, count=1)
    if text[:1] != "Q" and not text[:1].isdigit():
        return "", False, text
    if match := _EXPLICIT.match(text):
        return match[1] or "", True, text[match.end() :]
    if match := _NUMBER.match(text):
        return match[1] or match[2], False, text[match.end() :]
    return "", False, text


def _split_bold(text: str, sign: str) -> tuple[str, str]:
    inner, _, rest = text.partition(sign)
    return inner, rest


def _unwrapped(text: str) -> str:
    bold = len(text) > 4 and text.startswith("**") and text.endswith("**")
    return text[2:-2] if bold and "**" not in text[2:-2] else text
