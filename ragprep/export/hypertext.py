"""Markdown as HTML for a card of Anki: no scripts, nothing loaded from elsewhere; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from ragprep.ingest.points import formula

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?([A-Za-z][\w-]*)(?:\s[^<>]*)?/?>", re.DOTALL)
_MAX_RENDERED = 50_000
"""Characters of an answer that are read as Markdown; 50,000 times "[" take 1 s, and four times
that with each doubling. A longer answer is shown as it stands."""

_FORMATTING = frozenset({"b", "br", "code", "em", "i", "kbd", "li", "ol", "p", "pre", "s"}) | {
    *("strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
"""Tags of a guide that are kept, without their attributes; of all others the text is kept."""


def to_html(markdown: str) -> str:
    """Return Markdown as HTML; `$x$` and `$$x$$` as what Anki's MathJax reads.

    An image becomes a link to it: Anki would load it from wherever the guide says.
    """
    if len(markdown) > _MAX_RENDERED:
        return f"<pre>{escape(markdown)}</pre>"
    return str(_markdown("commonmark").render(markdown)).strip()


def text_to_html(text: str) -> str:
    """Return plain text as HTML, with its formulas as `to_html` has them."""
    return str(_markdown("zero").renderInline(text)).strip()


@cache
def _markdown(preset: str) -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt(preset)
    if preset == "commonmark":
        markdown.enable(["table", "strikethrough"])
    markdown.inline.ruler.before("escape", "formula", _formula)
    markdown.inline.ruler.enable("formula")
    markdown.add_render_rule("formula", _show_formula)
    markdown.add_render_rule("image", _show_image)
    markdown.add_render_rule("html_inline", _show_tags)
    markdown.add_render_rule("html_block", _show_tags)
    return markdown


def _formula(state: StateInline, silent: bool) -> bool:
    """Read a formula, and tell it from the text around it."""
    if not formula(state, silent):
        return False
    if not silent:
        state.tokens[-1].type = "formula"
    return True


def _show_formula(_renderer: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    source = tokens[at].content
    if source.startswith("$$"):
        return rf"\[{escape(source[2:-2])}\]"
    return rf"\({escape(source[1:-1])}\)"


def _show_image(_renderer: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    address = str(tokens[at].attrs.get("src", ""))
    return f'<a href="{escape(address)}">{escape(tokens[at].content or address)}</a>'


def _show_tags(_renderer: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    """Keep tags of formatting, and the text between others."""
    shown, after = [], 0
    source = tokens[at].content
    for tag in _TAG.finditer(source):
        shown += [_text(source[after : tag.start()]), _formatting(tag)]
        after = tag.end()
    return "".join([*shown, _text(source[after:])])


def _text(source: str) -> str:
    return source.replace("<", "&lt;").replace(">", "&gt;")  # its "&amp;" stays one


def _formatting(tag: re.Match[str]) -> str:
    name = (tag[1] or "").lower()
    if name not in _FORMATTING:
        return ""
    return f"</{name}>" if tag[0].startswith("</") else f"<{name}>"
