"""The number that a question bears, and what it stands in: links, anchors, bold; pure."""

from __future__ import annotations

import re
import unicodedata

from ragprep.ingest.blocks import without_symbols

_STRONG = r"(?:\*\*|__|<(?:b|strong)>)"
_EXPLICIT = re.compile(
    r"(?:(?i:question|ques?)\b|[Qq](?![\w])|Q(?=\d))"
    r"(?:[.-]?[ \t]{0,3}[#№]?[ \t]{0,3}(\d{1,9}(?:\.\d{1,9})*[a-z]?)"
    r"(?:[ \t]{0,3}[.:：)–—-]+|(?=[ \t*_<]))"
    r"|[ \t]{0,3}[:：]+-?|[.)](?=[\s*_<])|[ \t]{1,3}[–—-](?=[ \t]))"
    r"[ \t]{0,3}(?=\S)"
)
_WORD_NUMBER = re.compile(  # "Frage 3:", "第 3 题："
    r"[^\W\d_]{1,15}[ \t]{0,3}[#№]?[ \t]{0,3}(\d{1,4}[a-z]?)[ \t]{0,3}[^\W\d_]{0,3}[ \t]{0,3}"
    r"(?:[.:：)、]|(?<=[ \t])[–—-](?=[ \t]))[ \t]{0,3}(?=\S)"
)
_NUMBER = re.compile(
    r"(?:(\d{1,9}(?:\.\d{1,9})+)[.):]?|[(（]?(\d{1,9}[a-z]?)[ \t]{0,3}[.):：、．）](?!\d)"
    r"|\[(\d{1,4})\](?!\()|#(\d{1,4})(?:[.):]|(?=\s)))"
    r"[ \t]{0,3}(?=\S)"
)
_KEYCAPS = re.compile(r"(?:[0-9]\ufe0f?\u20e3)+[ \t.:)]*(?=\S)")
_OPENING = re.compile(rf"({_STRONG})[ \t]*", re.IGNORECASE)
_CLOSING = re.compile(r"[ \t]*(?:\*\*|__|</(?:b|strong)>)[ \t]*", re.IGNORECASE)
_ANCHORS = re.compile(r"(?:<(?:a|span)\b[^<>]*>\s*(?:</(?:a|span)>)?\s*)+")
_WHOLE_LINK = re.compile(r"\[(?!\[)([^\[\]]+)\]\([^()\s]*\)$")
_WIKI_LABEL = re.compile(r"\[\[([^\[\]|]+)\]\]")


def numbered(text: str) -> tuple[str, bool, str]:
    """Split "Q12. Why?" or "**12)** Why?" into number, whether it says "Q", and the text."""
    text = _plain_numbers(without_symbols(text.strip().replace("\xa0", " ")))
    if text[:1] in ("<", "["):
        text = _unwrapped(text)
    bare, sign = text, ""
    if opening := _OPENING.match(text):
        bare, sign = text[opening.end() :], opening[1]
    if not bare[:1].isalnum() and bare[:1] not in "(（[#":
        return "", False, text
    explicit = True
    match = _EXPLICIT.match(bare)
    if match is None:
        explicit = False
        match = _NUMBER.match(bare) or _WORD_NUMBER.match(bare)
    if match is None:
        return "", False, text
    number = match[match.lastindex] if match.lastindex else ""
    rest = bare[match.end() :]
    if sign:
        closing = _CLOSING.match(rest)
        rest = rest[closing.end() :].lstrip(":：.)–— ") if closing else f"{sign}{rest}"
        if not rest:
            return "", False, text
    return number, explicit, rest


def _plain_numbers(text: str) -> str:
    """Return "1\ufe0f\u20e3 Why?" or "\u2460 Why?" as "1. Why?"."""
    if "\u20e3" in text[:12] and (match := _KEYCAPS.match(text)):
        digits = "".join(char for char in match[0] if char.isdecimal())
        return f"{digits}. {text[match.end() :]}"
    if "\u2460" <= text[:1] <= "\u2473":
        return f"{unicodedata.normalize('NFKC', text[0])}. {text[1:].lstrip(' .')}"
    return text


def _unwrapped(text: str) -> str:
    """Return a text without what its number may stand in: an anchor, a link."""
    text = _ANCHORS.sub("", text, count=1) if _ANCHORS.match(text) else text
    if match := _WHOLE_LINK.match(text):
        return match[1]
    if match := _WIKI_LABEL.match(text):
        return match[1] + text[match.end() :]
    return text
