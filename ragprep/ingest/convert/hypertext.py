"""HTML as Markdown: headings, lists, folds, definitions, tables, code, links; pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from ragprep.ingest.convert.lines import TERM, Lines
from ragprep.ingest.convert.paragraph import Paragraph
from ragprep.ingest.convert.structure import Structure
from ragprep.ingest.convert.tags import Tag, tags_of
from ragprep.types.guide import Role, Span

_PASSED_OVER = {
    "head": (Role.METADATA, "head of the page"),
    "script": (Role.METADATA, "scripts and styles"),
    "style": (Role.METADATA, "scripts and styles"),
    "noscript": (Role.METADATA, "scripts and styles"),
    "template": (Role.METADATA, "scripts and styles"),
    "svg": (Role.METADATA, "drawing"),
    "iframe": (Role.METADATA, "embedded page"),
    "select": (Role.METADATA, "form"),
    "nav": (Role.LEFT_OUT, "navigation of the page"),
    "footer": (Role.LEFT_OUT, "footer of the page"),
}
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "body", "center", "dd", "div", "dl", "fieldset"),
        *("figcaption", "figure", "form", "header", "html", "legend", "main", "p", "section"),
        *("caption", "label"),
    }
)
_UNSTRUCTURED = frozenset(
    {
        *("abbr", "area", "audio", "base", "big", "canvas", "cite", "col", "colgroup", "data"),
        *("datalist", "del", "dfn", "dialog", "embed", "font", "frame", "frameset", "hgroup"),
        *("input", "ins", "link", "map", "mark", "math", "meta", "meter", "nobr", "object"),
        *("optgroup", "option", "output", "param", "picture", "progress", "q", "ruby", "rp", "rt"),
        *("s", "search", "slot", "small", "source", "span", "strike", "tbody", "textarea"),
        *("tfoot", "thead", "time", "title", "track", "u", "var", "video", "wbr", "acronym"),
    }
)
"""Tags that say nothing about structure; one that HTML does not know is text: `List<String>`."""

_QUESTION_CLASS = re.compile(r"(?:^|[\s_-])(?:question|front|term)(?:$|[\s_-])", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:lang(?:uage)?|highlight(?:-source)?|brush:)[-\s]+([\w+#]+)")
_GUTTER = re.compile(r"(?:^|\s)(?:linenos?|line-?numbers|gutter)(?:$|\s)")
_SCRIPT_LINKS = ("javascript:", "data:", "vbscript:")
_PERMALINKS = ("", "¶", "#", "§", "🔗")
_BUTTON_WORDS = 3  # "Copy", "Show answer": a button with more of them says something; a guess


def to_markdown(fragment: str) -> str:
    """Return a field that may hold HTML as Markdown."""
    if "<" not in fragment and "&" not in fragment:
        return fragment.strip()
    lines, _ = markdown_of(fragment)
    return "\n".join(lines.texts).strip()


def markdown_of(source: str) -> tuple[Lines, list[Span]]:
    """Return a page as Markdown, and its lines that are passed over."""
    page = _Page(source)
    for tag in tags_of(source):
        page.take(tag)
    page.finish()
    return page.structure.lines, page.spans


class _Page:
    """Takes tags in order and writes what they say; each `_name` method reads one kind of tag."""

    def __init__(self, source: str) -> None:
        self.structure = Structure()
        self.spans: list[Span] = []
        self._source = source
        self._ends: dict[str, int] = {}  # the line of the last closing tag of what is passed over
        self._text = Paragraph()
        self._skip = ("", 0, 0)  # the tag, how many of it are open, its line
        self._code: list[tuple[str, int]] | None = None
        self._language = ""
        self._heading = 0
        self._in_term = False
        self._links: list[str] = []
        self._asking = ("", 0, 0)  # the tag of class "question", how many are open, lines before
        self._button = False
        self._kinds: dict[str, Callable[[Tag], None]] = {
            **dict.fromkeys(_BLOCKS, self._block),
            **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._title),
            **dict.fromkeys(("ul", "ol", "menu"), self._list),
            **dict.fromkeys(("b", "strong"), self._strong),
            **dict.fromkeys(("i", "em"), self._emphasis),
            **dict.fromkeys(("code", "kbd", "samp", "tt"), self._inline_code),
            **dict.fromkeys(("table", "tr", "td", "th"), self._table),
            **dict.fromkeys(("sub", "sup"), self._kept),
            "a": self._link,
            "blockquote": self._quote,
            "br": self._break,
            "button": self._take_button,
            "details": self._details,
            "dt": self._term,
            "hr": self._rule,
            "img": self._image,
            "li": self._item,
            "pre": self._pre,
            "summary": self._summary,
        }

    def take(self, tag: Tag) -> None:
        if self._skip[0]:
            self._skipped(tag)
        elif not tag.name:
            self._say(tag.text, tag.line)
        elif self._code is not None and tag.name not in ("pre", "table"):
            if tag.name == "br":
                self._code.append(("\n", tag.line))
            elif tag.name == "code" and (language := _LANGUAGE.search(tag.text)):
                self._language = language[1]
        elif tag.name in _PASSED_OVER:
            self._pass_over(tag)
        elif kind := self._kinds.get(tag.name):
            kind(tag)
        elif tag.name not in _UNSTRUCTURED and not tag.name.count("-") and not tag.name.count(":"):
            self._say(html.escape(tag.written, quote=False), tag.line)

    def finish(self) -> None:
        if self._code is not None:
            self._end_code()
        self._end_title()
        self._flush()
        self.structure.close_tables()

    def _pass_over(self, tag: Tag) -> None:
        """Begin to pass over an element, if it ends at all: a page may be cut."""
        if tag.closes:
            return
        if tag.name not in self._ends:
            last = self._source.lower().rfind(f"</{tag.name}")
            self._ends[tag.name] = self._source.count("\n", 0, last) + 1 if last >= 0 else 0
        if tag.line <= self._ends[tag.name]:
            self._skip = tag.name, 1, tag.line

    def _skipped(self, tag: Tag) -> None:
        name, count, line = self._skip
        if tag.name == "body" and name == "head":
            count = 0
        elif tag.name == name:
            count += -1 if tag.closes else 1
        self._skip = (name if count > 0 else "", count, line)
        if count <= 0:
            self.spans.append(Span(line, tag.line, *_PASSED_OVER[name]))

    def _say(self, text: str, line: int) -> None:
        if self._code is not None:
            self._code.append((html.unescape(text), line))
        else:
            self._text.say(text, line)

    def _flush(self, *, before: str = "", after: str = "") -> None:
        """Write the paragraph at hand, on a line of its own for each <br>."""
        for text, first, last in self._text.take(joined=bool(before)):
            self.structure.write(f"{before}{text}{after}", first, last)

    def _block(self, tag: Tag) -> None:
        if tag.name in ("dd", "dl"):
            self._end_title()
        if self._heading or self._in_term or self._text.in_summary:
            self._text.say(" ", tag.line)
            return
        if tag.name == "label" and self._text.waiting:
            return
        self._flush()
        self.structure.gap()
        self._follow_asking(tag)

    def _follow_asking(self, tag: Tag) -> None:
        """Make what an element of the class "question" says stand out, when it is one line."""
        name, count, before = self._asking
        if not name and not tag.closes and tag.name not in ("body", "html"):
            attributes = tag.attributes() if "class" in tag.text or "itemprop" in tag.text else {}
            named = attributes.get("itemprop") == "name"
            if named or _QUESTION_CLASS.search(attributes.get("class", "")):
                self._asking = tag.name, 1, len(self.structure.lines.texts)
        elif tag.name == name:
            count += -1 if tag.closes else 1
            self._asking = (name if count > 0 else "", count, before)
            if count <= 0:
                self.structure.stress(before)

    def _title(self, tag: Tag) -> None:
        if self._text.in_summary:
            return
        if tag.closes:
            if self._heading:
                self._flush(before="#" * self._heading + " ")
                self.structure.gap()
            self._heading = 0
            return
        self._end_title()
        self._flush()
        self.structure.gap()
        self._heading = int(tag.name[1])

    def _end_title(self) -> None:
        if self._in_term:
            self._flush(before=TERM)
            self.structure.gap()
            self._in_term = False
        if self._heading:
            self._flush(before="#" * self._heading + " ")
            self._heading = 0

    def _list(self, tag: Tag) -> None:
        self._end_title()
        self._flush()
        if tag.closes:
            self.structure.end_list()
            return
        start = tag.attributes().get("start", "") if tag.name == "ol" else ""
        number = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 1
        self.structure.begin_list(number if tag.name == "ol" else 0)

    def _item(self, tag: Tag) -> None:
        self._end_title()
        self._flush()
        if not tag.closes:
            self.structure.begin_item()
        self._follow_asking(tag)

    def _strong(self, tag: Tag) -> None:
        if not (self._heading or self._in_term or self._text.in_summary):
            (self._text.close if tag.closes else self._text.open)("**")

    def _emphasis(self, tag: Tag) -> None:
        if not self._heading:
            (self._text.close if tag.closes else self._text.open)("*")

    def _inline_code(self, tag: Tag) -> None:
        (self._text.close if tag.closes else self._text.open)("`")

    def _kept(self, tag: Tag) -> None:
        self._text.keep(f"</{tag.name}>" if tag.closes else f"<{tag.name}>")

    def _break(self, tag: Tag) -> None:
        if self._heading or self._text.in_summary:
            self._text.say(" ", tag.line)
        else:
            self._text.end_line()

    def _rule(self, tag: Tag) -> None:
        self._end_title()
        self._flush()
        self.structure.gap()
        self.structure.write("---", tag.line, tag.line)
        self.structure.gap()

    def _pre(self, tag: Tag) -> None:
        if tag.closes:
            if self._code is not None:
                self._end_code()
            return
        if self._code is not None:
            return
        self._end_title()
        self._flush()
        self._code = []
        language = _LANGUAGE.search(tag.text)
        self._language = language[1] if language else ""

    def _end_code(self) -> None:
        pieces, self._code = self._code or [], None
        self.structure.write_code(pieces, self._language)

    def _link(self, tag: Tag) -> None:
        if tag.closes:
            if self._links:
                address = self._links.pop()
                self._text.close_link(address, drop=_PERMALINKS)
            return
        attributes = tag.attributes()
        address = html.unescape(attributes.get("href", "")).strip()
        if self._heading or address.lower().startswith(_SCRIPT_LINKS):
            address = ""
        if len(self._links) < 1:
            self._links.append(address)
            self._text.open("[")

    def _image(self, tag: Tag) -> None:
        attributes = tag.attributes()
        address = html.unescape(attributes.get("src", "")).strip()
        if address.lower().startswith(_SCRIPT_LINKS):
            address = ""
        alt = " ".join(html.unescape(attributes.get("alt", "")).split())
        if alt or address:
            self._text.image(alt, address, tag.line)

    def _term(self, tag: Tag) -> None:
        self._end_title()
        if not tag.closes:
            self._flush()
            self.structure.gap()
            self._in_term = True

    def _quote(self, tag: Tag) -> None:
        self._end_title()
        self._flush()
        self.structure.quote(-1 if tag.closes else 1)

    def _details(self, tag: Tag) -> None:
        self._end_title()
        self._flush()
        self.structure.fold(tag.line, opens=not tag.closes)

    def _summary(self, tag: Tag) -> None:
        self._end_title()
        if tag.closes:
            self._flush(before="<summary>", after="</summary>")
            self._text.in_summary = False
            self.structure.gap()
        else:
            self._flush()
            self._text.in_summary = True

    def _take_button(self, tag: Tag) -> None:
        if self._heading or self._text.in_summary:
            return
        if not tag.closes:
            self._flush()
            self._button = True
        elif self._button:
            self._button = False
            for text, first, last in self._text.take(joined=True):
                if len(text.split()) > _BUTTON_WORDS or text.endswith(("?", "？", "؟")):
                    self.structure.gap()
                    self.structure.write(f"**{text}**", first, last)
                    self.structure.gap()

    def _table(self, tag: Tag) -> None:
        self._end_title()
        if self._code is not None:
            self._end_code()
        self._flush()
        if (
            tag.name in ("td", "th")
            and not tag.closes
            and _GUTTER.search(tag.attributes().get("class", ""))
        ):
            self._skip = tag.name, 1, tag.line
            return
        self.structure.table(tag.name, closes=tag.closes)
