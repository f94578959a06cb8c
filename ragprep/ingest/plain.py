"""One line of Markdown as plain text, and whether it asks something; fast, for outlines."""

from __future__ import annotations

import html
import re
import unicodedata

_CODE = re.compile(r"(`+)(.+?)\1(?!`)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)")
_WIKI_LINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|code|br|p|sub|sup|span|kbd|font|small|center|summary|details)"
    r"(?:\s+[\w-]+\s*=[^<>]*)?\s*/?>",
    re.IGNORECASE,
)
# A mark inside a word stays: a*b*c, snake_case; and so does a name such as __init__.
_STARS = re.compile(r"(?<!\w)(\*{1,3})(?=[^\s*])([^*]+)(?<=\S)\1(?!\w)")
_UNDERLINES = re.compile(r"(?<!\w)(_{1,2})(?=[^\s_])(?!\w+__(?!\w))([^_]+)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAGS = re.compile(r"(?<=[?？؟])(?:\s{1,9}#[^\W\d][\w/-]*)+\s*$")  # "What is a pod? #kubernetes"
_SHORTCODE = re.compile(r"^(?:\s*:[a-z0-9_+-]+:)+|(?::[a-z0-9_+-]+:\s*)+$")
# What asks or tells without a question mark, in English; a hint beside the structure, no more.
ASKING = (
    r"[\s*_`\"'“‘(>]*(?i:what|why|how|when|where|which|who|whose|explain|describe|define|discuss"
    r"|compare|differentiate|distinguish|tell me|tell us|give an?|write|implement|create)\b(?![:-])"
)
ASK_MARKS = "?？؟՞፧⁇⁈"
_ASKING = re.compile(ASKING)
_ASK_MARK = re.compile(rf"[{ASK_MARKS}](?![A-Za-z0-9_=&%])")  # not the "?" of an address
_DECORATION = ("So", "Sk", "Cf", "Mn", "Cn")


def plain(text: str) -> str:
    """Return a line of Markdown without its marks; code, formulas and operators stay."""
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text) if "`" in text else ():
        parts += (_prose(text[end : code.start()]), code[2].strip())
        end = code.end()
    parts.append(_prose(text[end:]))
    return " ".join("".join(parts).split())


def title(text: str) -> str:
    """Return a heading or question as plain text without emoji and other symbols at its ends."""
    text = plain(text)
    if "#" in text:
        text = _TAGS.sub("", text)
    if ":" in text:
        text = _SHORTCODE.sub("", text)
    start, end = 0, len(text)
    while start < end and decorates(text[start]):
        start += 1
    while end > start and (decorates(text[end - 1]) or text[end - 1] == "*"):
        end -= 1
    return text[start:end]


def asks(text: str) -> bool:
    """Whether a text reads as a question or a task: it has a "?" or starts like one."""
    return bool(_ASK_MARK.search(text) or _ASKING.match(text))


def without_wiki_links(text: str) -> str:
    """Return a text with "[[inode]]" as "inode" and "[[inode|node]]" as "node"."""
    return _WIKI_LINK.sub(r"\1", text) if "[[" in text else text


def decorates(char: str) -> bool:
    """Whether a character at the edge of a title is none of its text: space, emoji, symbol."""
    return char.isspace() or (char > "\x7f" and unicodedata.category(char) in _DECORATION)


def _prose(text: str) -> str:
    if "[" in text:
        text = _LINK.sub(r"\1", text)
        text = without_wiki_links(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    for mark, pair in (("*", _STARS), ("_", _UNDERLINES)):
        if mark in text:
            text = pair.sub(r"\2", pair.sub(r"\2", text))
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return html.unescape(text) if "&" in text else text
