"""EPUB books, as Markdown: their pages are HTML, in the order of the book."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from ragprep.ingest.convert.archive import Archive
from ragprep.ingest.convert.hypertext import markdown_of
from ragprep.ingest.convert.lines import Lines, blank_spans
from ragprep.ingest.convert.tags import tags_of
from ragprep.ingest.document import Document
from ragprep.types.guide import Span

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_NAVIGATION = re.compile(r"\bnav\b")


def read(source: bytes, name: str) -> Document:
    """Return what a book says; lines count those of its pages, one after the other.

    Raises:
        GuideError: it is no EPUB book, or too large.
    """
    archive = Archive(source, name, is_called="an EPUB book")
    lines = Lines()
    spans: list[Span] = []
    size = 0
    for page in _pages(archive):
        text = archive.read(page).decode("utf-8-sig", "replace").replace("\r\n", "\n")
        rows = text.split("\n")
        markdown, passed = markdown_of(text)
        passed += blank_spans(rows)
        if markdown.texts:
            lines.gap()
        for written, first, last in markdown:
            lines.add(written, first + size, last + size)
        spans += [Span(s.first + size, s.last + size, s.role, s.reason) for s in passed]
        size += len(rows)
    return lines.document(size, spans)


def _pages(archive: Archive) -> list[str]:
    """Return the names of the pages in reading order, without the table of contents."""
    if _CONTAINER not in archive.names:
        raise archive.damaged()
    package = ""
    for tag in tags_of(archive.read(_CONTAINER).decode("utf-8-sig", "replace")):
        if tag.name == "rootfile" and not package:
            package = tag.attributes().get("full-path", "")
    if package not in archive.names:
        raise archive.damaged()
    folder = posixpath.dirname(package)
    files: dict[str, str] = {}
    order: list[str] = []
    for tag in tags_of(archive.read(package).decode("utf-8-sig", "replace")):
        attributes = tag.attributes() if tag.name in ("item", "itemref") else {}
        if tag.name == "item" and attributes.get("media-type") in _PAGES:
            if not _NAVIGATION.search(attributes.get("properties", "")):
                path = posixpath.join(folder, unquote(attributes.get("href", "")))
                files[attributes.get("id", "")] = posixpath.normpath(path)
        elif tag.name == "itemref":
            order.append(attributes.get("idref", ""))
    return [files[key] for key in dict.fromkeys(order) if files.get(key) in archive.names]
