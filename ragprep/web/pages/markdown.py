"""Markdown of guides and answers as HTML that is safe to show; nothing in it loads anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from ragprep.answer.ground import is_item

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
"""What rendered Markdown may consist of."""

CITED = re.compile("\ue000([^\ue000\ue001]*)\ue001")
"""A citation between rendering and showing: characters for private use, which no text keeps."""

MAX_CHARS = 4000
"""Of a paragraph that is read as Markdown; the longest of 2,832 in this repository has 1,853. The
time grows with the square of its length where it opens links that it does not close: 4,000
characters of "![" take 0.04 s, 40,000 in one paragraph took 3 s."""

_MATH = re.compile(
    r"\$\$.{1,2000}?\$\$|\$[^$\s](?:[^$\n]*[^$\s])?\$(?!\d)|\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]",
    re.DOTALL,
)
_LEADS_OUT = re.compile("https?://|mailto:")
_MARKER = re.compile(r"\[([^\[\]\s][^\[\]\n]*)\]")


def entry_html(markdown: str) -> Markup:
    """Return an answer of a guide as HTML: code, tables and links; mathematics as text."""
    return _clean(_guide_parser().render(_without_private(markdown)))


def answer_html(text: str, cite: Callable[[str], Markup | None]) -> Markup:
    """Return an answer as HTML: paragraphs, lists and code, without links.

    Args:
        text: as `Answer.text` has it, or its beginning.
        cite: returns what stands for a marker, given its label; None where it is no label.
    """
    rendered = _clean(_answer_parser().render(_apart(_without_private(text))))

    def shown(match: re.Match[str]) -> str:
        label = unescape(match[1])
        return cite(label) or f"[{match[1]}]"

    return Markup(CITED.sub(shown, rendered))  # noqa: S704  # cleaned; `cite` returns Markup


def _clean(html: str) -> Markup:
    import nh3

    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes={"code": {"math"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"pre": {"tabindex": "0"}},  # it may scroll
    )
    cleaned = cleaned.replace('<code class="">', "<code>")
    scrolls = '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>'
    tables = cleaned.replace("<table>", scrolls).replace("</table>", "</table></div>")
    return Markup(tables)  # noqa: S704  # cleaned


@cache
def _guide_parser() -> MarkdownIt:
    parser = _parser().enable(["table", "strikethrough"])
    parser.core.ruler.push("tame", _tame)
    return parser


@cache
def _answer_parser() -> MarkdownIt:
    parser = _parser(breaks=True).disable(
        ["link", "image", "autolink", "heading", "lheading", "hr", "blockquote", "code"]
    )
    parser.disable(["reference", "entity"])
    parser.inline.ruler.before("emphasis", "marker", _marker)
    parser.inline.ruler.before("emphasis", "underscore", _underscore)
    return parser


def _parser(*, breaks: bool = False) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": breaks})
    parser.inline.ruler.before("escape", "math", _math)
    parser.core.ruler.before("inline", "long", _leave_long)
    return parser


def _leave_long(state: StateCore) -> None:
    """Show a paragraph as it stands where it is too long to be read."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_CHARS:
            token.type = "text"


def _tame(state: StateCore) -> None:
    """Fit tokens into a page: lower headings, name pictures, and keep links that lead out.

    The page has the first two levels of headings; a relative link would lead to a page of ours.
    """
    for token in (t for block in state.tokens for t in (block, *(block.children or ()))):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + 2)}"
        elif token.type == "image":
            token.type, token.content = "text", f"[picture: {token.content}]"
        elif token.type == "link_open" and not _LEADS_OUT.match(str(token.attrs["href"])):
            del token.attrs["href"]


def _math(state: StateInline, silent: bool) -> bool:
    match = _MATH.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.content = match[0]
        token.attrSet("class", "math")
    state.pos = match.end()
    return True


def _marker(state: StateInline, silent: bool) -> bool:
    match = _MARKER.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending += f"\ue000{match[1]}\ue001"
    state.pos = match.end()
    return True


def _underscore(state: StateInline, silent: bool) -> bool:
    """Keep "_" as it is: `__init__` is a name."""
    if state.src[state.pos] != "_":
        return False
    if not silent:
        state.pending += "_"
    state.pos += 1
    return True


def _apart(text: str) -> str:
    """Return `text` with an empty line between a list and what is none; code stays as it is."""
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if not fenced and lines and lines[-1] and line and is_item(lines[-1]) != is_item(line):
            lines.append("")
        fenced ^= line.lstrip().startswith("```")
        lines.append(line)
    return "\n".join(lines)


def _without_private(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")
