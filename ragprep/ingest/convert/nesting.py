"""How deep a list item stands whose format indents as it likes; pure."""

from __future__ import annotations

from ragprep.ingest.convert.lines import DEPTH


class Nesting:
    """The list items that are open, by their columns."""

    def __init__(self) -> None:
        self._columns: list[tuple[int, int]] = []  # of the marker and of the text

    def clear(self) -> None:
        """End all lists."""
        self._columns.clear()

    def depth(self, indent: int) -> int:
        """Return how many items an item at a column would stand in."""
        return sum(column < indent for column, _ in self._columns)

    def item(self, indent: int, width: int, sign: str) -> str:
        """Open an item; return what its line begins with.

        Args:
            indent: column of the marker.
            width: of the marker with its space.
            sign: "-" or "1.".
        """
        while self._columns and self._columns[-1][0] >= indent:
            self._columns.pop()
        if len(self._columns) < DEPTH:
            self._columns.append((indent, indent + width))
        return "    " * (len(self._columns) - 1) + sign + " "

    def text(self, indent: int) -> str:
        """Return what a line of text at a column begins with; less indented items end."""
        while self._columns and indent <= self._columns[-1][0]:
            self._columns.pop()
        return "    " * len(self._columns)
