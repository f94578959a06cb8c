"""Inline markup of reStructuredText as Markdown's; pure."""

from __future__ import annotations

import re

from ragprep.ingest.convert.kept import Kept, without_signs

_LITERAL = re.compile(r"``(?=\S)(.+?)(?<=\S)``(?!\w)")
_LINK = re.compile(r"`([^`<>]*?)\s*<([^<>`\s]+)>`_{1,2}")
_ROLE = re.compile(r":([\w:+.-]{1,40}):`([^`]+)`")
_REFERENCE = re.compile(r"`([^`]+)`_{1,2}(?!\w)")
_INTERPRETED = re.compile(r"(?<![`\w:])`([^`\n]+)`(?![`_\w])")
_FOOTNOTE = re.compile(r"\s?\[(?:#?\w*|\*)\]_(?!\w)")
_TITLE = re.compile(r"(.*?)\s*<[^<>]*>\s*$")
_PROSE_ROLES = (
    "sub",
    "sup",
    "emphasis",
    "strong",
    "abbr",
    "term",
    "ref",
    "doc",
    "title",
    "guilabel",
)


def inline(text: str) -> str:
    """Return a line of reStructuredText as Markdown."""
    if "`" not in text and "]_" not in text:
        return text
    kept = Kept()

    def role(match: re.Match[str]) -> str:
        titled = _TITLE.match(match[2])
        shown = titled[1] if titled and titled[1] else match[2].lstrip("~!")
        name = match[1].rsplit(":", 1)[-1]
        if name == "math":
            return kept.keep(f"${shown}$")
        return shown if name in _PROSE_ROLES else kept.keep(f"`{shown}`")

    text = _LITERAL.sub(lambda match: kept.keep(f"`{match[1]}`"), without_signs(text))
    text = _LINK.sub(lambda match: kept.keep(f"[{match[1] or match[2]}]({match[2]})"), text)
    text = _ROLE.sub(role, text)
    text = _REFERENCE.sub(r"\1", text)
    text = _INTERPRETED.sub(lambda match: kept.keep(f"`{match[1]}`"), text)
    text = _FOOTNOTE.sub("", text)
    return kept.restored(text)
