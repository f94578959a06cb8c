"""Word documents, as Markdown: headings, lists, tables and code by their styles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragprep.ingest.convert.archive import Archive
from ragprep.ingest.convert.columns import is_header
from ragprep.ingest.convert.lines import Lines, fenced, table_row
from ragprep.ingest.convert.word import (
    Paragraph,
    Table,
    blocks_of,
    numbered_lists,
    parsed,
    styles_of,
)
from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

_DOCUMENT = "word/document.xml"
_STYLES = "word/styles.xml"
_NUMBERING = "word/numbering.xml"


def read(source: bytes, name: str) -> Document:
    """Return a document's text; lines count paragraphs, those in tables too.

    Raises:
        GuideError: it is no Word document, or too large.
    """
    archive = Archive(source, name, is_called="a Word document")
    if _DOCUMENT not in archive.names:
        raise archive.damaged()
    try:
        body = next(iter(parsed(archive.read(_DOCUMENT))), None)
        styles = styles_of(parsed(archive.read(_STYLES))) if _STYLES in archive.names else {}
        numbers = (
            numbered_lists(parsed(archive.read(_NUMBERING)))
            if _NUMBERING in archive.names
            else set()
        )
    except ValueError as error:
        raise archive.damaged() from error
    blocks = list(blocks_of(body, styles)) if body is not None else []
    writer = _Writer(blocks, numbers)
    writer.run()
    return writer.lines.document(writer.paragraph, writer.spans, unit="paragraph")


class _Writer:
    """Writes paragraphs and tables as lines of Markdown."""

    def __init__(self, blocks: Sequence[Paragraph | Table], numbers: set[tuple[str, int]]) -> None:
        self.lines = Lines()
        self.spans: list[Span] = []
        self.paragraph = 0
        self._blocks = blocks
        self._numbers = numbers
        self._counts: dict[tuple[str, int], int] = {}
        self._titled = any(isinstance(b, Paragraph) and b.style.title for b in blocks)
        self._code: list[str] = []

    def run(self) -> None:
        for block in self._blocks:
            if isinstance(block, Paragraph):
                self.paragraph += 1
                self._write(block)
            else:
                self._end_code()
                self._write_table(block)
        self._end_code()

    def _write(self, block: Paragraph) -> None:
        if block.style.code and block.plain.strip():
            self._code += block.plain.split("\n")
            return
        self._end_code()
        if not block.text:
            self.spans.append(Span(self.paragraph, self.paragraph, Role.BLANK))
            self.lines.gap()
        elif block.style.level or block.style.title:
            level = block.style.level + self._titled if not block.style.title else 1
            self.lines.gap()
            text = " ".join(block.plain.split())
            self.lines.add(f"{'#' * min(level, 6)} {text}", self.paragraph)
            self.lines.gap()
        elif block.numbering:
            self._write_item(block)
        else:
            self.lines.gap()
            for text in block.text.split("\n"):
                self.lines.add(text.strip(), self.paragraph)
            self.lines.gap()

    def _write_item(self, block: Paragraph) -> None:
        key = block.numbering, block.depth
        sign = "-"
        if key in self._numbers:
            self._counts[key] = self._counts.get(key, 0) + 1
            sign = f"{self._counts[key]}."
        for deeper in [k for k in self._counts if k[0] == key[0] and k[1] > block.depth]:
            del self._counts[deeper]
        indent = "    " * block.depth
        first, *rest = block.text.split("\n")
        self.lines.add(f"{indent}{sign} {first}", self.paragraph)
        for text in rest:
            self.lines.add(f"{indent}    {text.strip()}", self.paragraph)

    def _end_code(self) -> None:
        if self._code:
            code, self._code = self._code, []
            first = max(self.paragraph - len(code), 1)
            self.lines.gap()
            for text in fenced("\n".join(code)):
                self.lines.add(text, first, self.paragraph)
            self.lines.gap()

    def _write_table(self, table: Table) -> None:
        """Write a table; one of a single column is but its paragraphs."""
        width = max((len(row) for row in table), default=0)
        if width < 2:
            for row in table:
                for cell in row:
                    for block in cell:
                        self.paragraph += 1
                        self._write(block)
            self._end_code()
            return
        rows = [
            ([_flat(cell) for cell in row] + [""] * (width - len(row)), *lines)
            for row, lines in zip(table, self._numbered(table), strict=True)
        ]
        texts = [cells for cells, _, _ in rows]
        if not is_header(texts[0], texts[1:]):
            rows.insert(0, ([""] * width, rows[0][1], rows[0][1]))
        self.lines.gap()
        for at, (cells, first, last) in enumerate(rows):
            self.lines.add(table_row(cells), first, last)
            if at == 0:
                self.lines.add(table_row(["---"] * width), first)
        self.lines.gap()

    def _numbered(self, table: Table) -> Iterator[tuple[int, int]]:
        """Yield for each row the numbers of its first and last paragraph."""
        for row in table:
            first = self.paragraph + 1
            self.paragraph += max(sum(len(cell) for cell in row), 1)
            yield first, self.paragraph


def _flat(cell: Sequence[Paragraph]) -> str:
    return "<br>".join(text for block in cell if (text := " ".join(block.text.split())))
