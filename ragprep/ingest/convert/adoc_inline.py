"""Inline markup of AsciiDoc as Markdown's; pure."""

from __future__ import annotations

import re

from ragprep.ingest.convert.kept import Kept, without_signs

_CODE = re.compile(r"(?<!\w)(`\+|`{1,2})(?=\S)([^`\n]+?)(?<=\S)(?:\+`|`{1,2})(?!\w)")
_LINK = re.compile(r"(?:link:([^\s\[\]]+)|\b(https?://[^\s\[\]<>]+))\[([^\[\]]*)\]")
_REFERENCE = re.compile(r"<<([^<>,\n]+)(?:,([^<>\n]*))?>>|xref:([^\s\[\]]+)\[([^\[\]]*)\]")
_IMAGE = re.compile(r"image:([^\s\[\]:]+)\[([^\[\]]*)\]")
_ANCHOR = re.compile(r"\[\[[^\[\]\n]*\]\]|\[#[\w-]+\](?=[#*_])")
_FOOTNOTE = re.compile(r"footnote:(?:\w*)\[([^\[\]]*)\]")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\w_])")
_MARKED = re.compile(r"(?<![\w#])(?:\[[\w .-]+\])?#(?=[^\s#])([^#\n]*?[^\s#])#(?![\w#])")


def inline(text: str) -> str:
    """Return a line of AsciiDoc as Markdown."""
    if not any(sign in text for sign in "`[<*_#:"):
        return text
    kept = Kept()

    def link(match: re.Match[str]) -> str:
        address = match[1] or match[2]
        return f"[{match[3].rstrip('^').split(',window')[0] or address}]({kept.keep(address)})"

    text = _CODE.sub(lambda match: kept.keep(f"`{match[2]}`"), without_signs(text))
    if "[" in text or "<<" in text:
        text = _LINK.sub(link, text)
        text = _IMAGE.sub(lambda match: f"![{match[2]}]({kept.keep(match[1])})", text)
        text = _REFERENCE.sub(lambda m: m[2] or m[4] or (m[1] or m[3]).replace("_", " "), text)
        text = _FOOTNOTE.sub(r" (\1)", text)
        text = _ANCHOR.sub("", text)
    if "**" not in text and "*" in text:
        text = _BOLD.sub("\x01\\1\x01", text)
    if "_" in text:
        text = _ITALIC.sub(r"*\1*", text)
    if "#" in text:
        text = _MARKED.sub(r"\1", text)
    text = text.replace("\x01", "**")
    return kept.restored(text)
