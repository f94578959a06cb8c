"""A Word document's paragraphs and tables as they come, without their looks; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree as ET

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_LEVEL = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CODE = re.compile(r"code|source|preformatted|verbatim|listing", re.IGNORECASE)
_STYLE_DEPTH = 10


class Style(NamedTuple):
    """What a paragraph's style says of it.

    Attributes:
        level: of a heading, from 1; 0 for none.
        title: it is the title of the document.
        code: it is code.
        numbering: of its list; "" for none.
    """

    level: int = 0
    title: bool = False
    code: bool = False
    numbering: str = ""


class Paragraph(NamedTuple):
    """A paragraph.

    Attributes:
        text: Markdown.
        plain: without emphasis.
        style: of it.
        numbering: of its list; "" for none.
        depth: in its list.
    """

    text: str
    plain: str
    style: Style
    numbering: str = ""
    depth: int = 0


Table = list[list[list[Paragraph]]]
"""Rows of cells of paragraphs."""


def parsed(data: bytes) -> ET.Element:
    """Return XML as a tree.

    Raises:
        ValueError: it is no XML, or it defines entities, which Word never does.
    """
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise ValueError("entities")
    data = data.replace(_STRICT[1:-1].encode(), _W[1:-1].encode())
    try:
        root: ET.Element | None = None
        depth = 0
        for event, element in ET.iterparse(BytesIO(data), events=("start", "end")):  # noqa: S314
            assert isinstance(element, ET.Element)
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > 200:  # a recursive reader follows
                raise ValueError("nested too deep")
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root is None:
        raise ValueError("empty")
    return root


def styles_of(root: ET.Element) -> dict[str, Style]:
    """Return the styles of a document by their ids; a style has what it is based on."""
    raw: dict[str, tuple[Style, str]] = {}
    for element in root.iter(f"{_W}style"):
        name = _value(element.find(f"{_W}name"))
        outline = _value(element.find(f"{_W}pPr/{_W}outlineLvl"))
        match = _LEVEL.match(name)
        level = int(match[1]) if match else int(outline) + 1 if outline in list("012345678") else 0
        style = Style(
            level=level,
            title=name.casefold() == "title",
            code=bool(_CODE.search(name)),
            numbering=_value(element.find(f"{_W}pPr/{_W}numPr/{_W}numId")),
        )
        raw[element.get(f"{_W}styleId", "")] = style, _value(element.find(f"{_W}basedOn"))
    styles: dict[str, Style] = {}
    for key, (style, _) in raw.items():
        parent = key
        for _ in range(_STYLE_DEPTH):
            base, parent = raw.get(parent, (Style(), ""))
            if base.level or base.title or base.code or base.numbering:
                style = base
                break
        styles[key] = style
    return styles


def numbered_lists(root: ET.Element) -> set[tuple[str, int]]:
    """Return the lists and depths whose items are numbered, not bulleted."""
    kinds: dict[str, set[int]] = {}
    for abstract in root.iter(f"{_W}abstractNum"):
        kinds[abstract.get(f"{_W}abstractNumId", "")] = {
            int(level.get(f"{_W}ilvl", "0"))
            for level in abstract.iter(f"{_W}lvl")
            if level.get(f"{_W}ilvl", "0").isdecimal()
            and _value(level.find(f"{_W}numFmt")) not in ("bullet", "none", "")
        }
    return {
        (number.get(f"{_W}numId", ""), depth)
        for number in root.iter(f"{_W}num")
        for depth in kinds.get(_value(number.find(f"{_W}abstractNumId")), ())
    }


def blocks_of(body: ET.Element, styles: dict[str, Style]) -> Iterator[Paragraph | Table]:
    """Yield the paragraphs and tables of a document in order."""
    for element in body:
        if element.tag == f"{_W}p":
            yield _paragraph(element, styles)
        elif element.tag == f"{_W}tbl":
            yield [
                [
                    [b for b in blocks_of(cell, styles) if isinstance(b, Paragraph)]
                    for cell in row.iter(f"{_W}tc")
                ]
                for row in element.iter(f"{_W}tr")
            ]
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from blocks_of(element, styles)


def _paragraph(element: ET.Element, styles: dict[str, Style]) -> Paragraph:
    style = styles.get(_value(element.find(f"{_W}pPr/{_W}pStyle")), Style())
    outline = _value(element.find(f"{_W}pPr/{_W}outlineLvl"))
    if outline in list("012345678") and not style.level:
        style = style._replace(level=int(outline) + 1)
    numbering = element.find(f"{_W}pPr/{_W}numPr")
    number = style.numbering
    depth = 0
    if numbering is not None:
        number = _value(numbering.find(f"{_W}numId")) or number
        level = _value(numbering.find(f"{_W}ilvl"))
        depth = min(int(level), 8) if level.isdecimal() and len(level) < 3 else 0
    pieces: list[tuple[str, bool]] = []
    for run in element.iter(f"{_W}r"):
        text = _text(run)
        bold = run.find(f"{_W}rPr/{_W}b")
        is_bold = bold is not None and bold.get(f"{_W}val", "1") not in ("0", "false")
        if pieces and (pieces[-1][1] == is_bold or not text.strip()):
            pieces[-1] = pieces[-1][0] + text, pieces[-1][1]
        elif text:
            pieces.append((text, is_bold))
    plain = "".join(text for text, _ in pieces)
    marked = "".join(_bold(text) if is_bold else text for text, is_bold in pieces)
    return Paragraph(marked.strip(), plain, style, "" if number == "0" else number, depth)


def _text(run: ET.Element) -> str:
    parts: list[str] = []
    for child in run:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag == f"{_W}tab":
            parts.append("\t")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _bold(text: str) -> str:
    inner = text.strip()
    if not inner or "\n" in inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}**{inner}**{text[start + len(inner) :]}"


def _value(element: ET.Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")
