"""A field of a table or a record as Markdown: it may hold HTML, Markdown or plain text; pure."""

from __future__ import annotations

import html
import re

from ragprep.ingest.convert.hypertext import to_markdown

_BLOCK = re.compile(
    r"<(?:p|div|br|ul|ol|li|table|tr|td|pre|h[1-6]|dl|blockquote|hr)\b[^<>]*>", re.IGNORECASE
)
_INLINE = re.compile(r"</(?:b|i|u|em|strong|code|a|span|font|sub|sup)>|<img\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?!lt;|gt;|amp;)(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,30});")


def field_of(text: str) -> str:
    """Return a field as Markdown: HTML with blocks is converted, Markdown stays as it is."""
    text = text.strip()
    if "<" not in text and "&" not in text:
        return text
    if "```" not in text and (
        _BLOCK.search(text) or ("\n" not in text and "`" not in text and _INLINE.search(text))
    ):
        return to_markdown(text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)
