"""Lines of Markdown as a reader writes them, each with the lines of the file it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ragprep.ingest.document import Document
from ragprep.types.guide import Role, Span

DEPTH = 20
"""How deep lists and quotes are shown; indentation of deeper ones would grow with the square."""


TERM = "###### "
"""What stands before a term of a list of definitions: terms are entries where nothing asks, and
stay in the answer of the question that they stand under."""


class Lines:
    """Lines of Markdown in the order of the file.

    Attributes:
        texts: without line ends.
        firsts: for each, the line of the file at which it begins, 1-based.
        lasts: for each, the line of the file at which it ends.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.firsts: list[int] = []
        self.lasts: list[int] = []

    def add(self, text: str, first: int, last: int = 0) -> None:
        """Add a line; lines of the file never fall."""
        floor = self.firsts[-1] if self.firsts else 1
        self.texts.append(text)
        self.firsts.append(max(first, floor))
        self.lasts.append(max(last, self.firsts[-1]))

    def gap(self, prefix: str = "") -> None:
        """End a paragraph: add a blank line, unless there is one."""
        if self.texts and self.texts[-1].strip("> "):
            self.add(prefix.rstrip(), self.lasts[-1])

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        return zip(self.texts, self.firsts, self.lasts, strict=True)

    def document(
        self, size: int, spans: Iterable[Span] = (), *, unit: str = "line", unnamed: str = "markup"
    ) -> Document:
        """Return them as a document of so many lines."""
        return Document(
            size=size,
            markdown=tuple(self.texts),
            source=tuple(self.firsts),
            ends=tuple(self.lasts),
            spans=tuple(spans),
            unnamed=(Role.METADATA, unnamed),
            unit=unit,
        )


def blank_spans(lines: Iterable[str]) -> Iterator[Span]:
    """Yield the blank lines of a file as spans."""
    first = 0
    number = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            if first:
                yield Span(first, number - 1, Role.BLANK)
            first = 0
        elif not first:
            first = number
    if first:
        yield Span(first, number, Role.BLANK)


def fenced(code: str, language: str = "") -> list[str]:
    """Return code as the lines of a fence that nothing in it closes."""
    longest = run = 0
    for character in code:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *code.split("\n"), fence]


def table_row(cells: Iterable[str]) -> str:
    """Return cells as a row of a pipe table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
