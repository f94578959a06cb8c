"""A place in a guide where an entry may begin."""

from __future__ import annotations

from typing import Literal, NamedTuple

Carrier = Literal[
    "heading", "summary", "callout", "bold", "line", "item", "row", "card", "quoted", "plain"
]


class Mark(NamedTuple):
    """A place where an entry may begin.

    Attributes:
        line: 0-based.
        last: where the question itself ends.
        carrier: what makes it stand out.
        level: of a heading, 1 to 6, or 7 within a list item; of an item, 1 when it is numbered.
        depth: how many list items it stands in.
        text: Markdown of the question, without the carrier's sign and the number.
        rest: Markdown on the same lines that belongs to the answer already.
        number: "12", "17a" or "1.2"; "" when it has none.
        explicit: it says that it is a question: "Q12.", "Question 12.", "Q:".
        asks: the text reads as a question.
        end: the line at which the answer ends at the latest (excluded); -1 when none is known.
        whole: `rest` is the answer, all of it.
    """

    line: int
    last: int
    carrier: Carrier
    level: int
    depth: int
    text: str
    rest: str = ""
    number: str = ""
    explicit: bool = False
    asks: bool = False
    end: int = -1
    whole: bool = False
