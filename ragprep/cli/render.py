"""All printing: plain text, or through Rich (imported late) where there is a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from ragprep.cli.layout import Line
from ragprep.cli.layout import Style as StyleName

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ragprep.evaluation.report import Table

MAX_WIDTH = 100
"""Columns used of a wider terminal; longer lines are hard to read."""

STYLES: dict[StyleName, str] = {
    "plain": "",
    "label": "bold cyan",
    "heading": "bold",
    "faint": "dim",
    "good": "green",
    "fair": "yellow",
    "poor": "red",
}


_ASCII_CHARTS = str.maketrans("█▇▆▅▄▃▂▁·", "#7654321.")


def prepare_streams() -> None:
    """Let stdout and stderr replace what their encoding cannot say, rather than fail on it.

    A stream that was closed before the start leads nowhere from now on: the next file opened
    would take its number, and what a library prints would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the lowest free number
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None when it was closed before the start
            stream.reconfigure(errors="replace")


def show(lines: Iterable[Line]) -> None:
    """Print a result."""
    lines = lines if _says_unicode(sys.stdout) else map(_in_ascii, lines)
    if not is_terminal(sys.stdout):
        with _as_far_as_read():
            for line in lines:
                text = "".join(clean(text) for text, _ in line.pieces)
                print(f"{' ' * line.indent}{text}".rstrip())
        return
    from rich.style import Style
    from rich.text import Text

    console = _console()
    for line in lines:
        body = Text.assemble(*((clean(text), STYLES[style]) for text, style in line.pieces))
        if line.link:  # rich writes it as OSC 8, and not at all where colours are off
            body.stylize(Style(link=line.link), len(body) - len(line.pieces[-1][0]))
        rows = list(body.wrap(console, max(console.width - line.hang, 20))) or [Text()]
        for place, row in enumerate(rows):
            console.print(Text(" " * (line.hang if place else line.indent)) + row, soft_wrap=True)


def show_json(value: dict[str, Any]) -> None:
    """Print the one object of `--json`."""
    with _as_far_as_read():
        print(_json(value, sys.stdout))


def show_tables(tables: Iterable[Table]) -> None:
    """Print tables of figures, a blank line between them."""
    with _as_far_as_read():
        for place, table in enumerate(tables):
            if place:
                print()
            if is_terminal(sys.stdout):
                _show_rich_table(table)
            else:
                _show_plain_table(table)


@contextlib.contextmanager
def _as_far_as_read() -> Iterator[None]:
    """Drop the rest of a result when its reader goes; the command ends as it would have."""
    try:
        yield
    except BrokenPipeError:
        _drop(sys.stdout)


def stream() -> Callable[[str], None]:
    """Return what prints pieces of an answer as they come, on a terminal broken between words."""
    if is_terminal(sys.stdout):
        return _Wrapped(_console().width)

    def write(text: str) -> None:
        print(clean(text), end="", flush=True)

    return write


def say(message: str) -> None:
    """Print a line for the person on stderr."""
    if message:
        _tell(one_line(message))


def show_error(message: str, remedy: str) -> None:
    """Print what happened and what to do on stderr, in one line."""
    say(f"error: {message} {remedy}".rstrip())


def show_json_error(message: str, remedy: str) -> None:
    """Print what happened and what to do on stderr, as one JSON object."""
    _tell(_json({"error": message, "remedy": remedy}, sys.stderr))


def _tell(line: str) -> None:
    """Print a line on stderr; where nobody can read it, the command goes on without."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{line}\n")  # print writes the end of the line by itself: Ctrl-C between
        sys.stderr.flush()
    except OSError:
        _drop(sys.stderr)


def flush() -> None:
    """Write out what is buffered, so that a failure is met here and not after the end.

    Raises:
        BrokenPipeError: the reader has gone.
        OSError: there is no room.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def is_unread() -> bool:
    """Return whether the reader of stdout or stderr has gone, once a write to some pipe failed."""
    import select

    if not hasattr(select, "poll"):  # Windows, which reports a closed pipe otherwise
        return False
    poll = select.poll()
    for number in (1, 2):
        poll.register(number, 0)  # a pipe without a reader reports itself unasked
    return bool(poll.poll(0))


def drop_output() -> None:
    """Send what is still buffered nowhere: Python would try to write it once more at its end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except OSError:
                _drop(stream)


def _drop(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):  # ValueError: a stream without a file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class _Wrapped:
    """Prints pieces of text, beginning a new line between words; items of a list are indented."""

    def __init__(self, width: int) -> None:
        from rich.cells import cell_len

        self._width = width
        self._cells = cell_len
        self._column = self._hang = 0
        self._space = ""

    def __call__(self, text: str) -> None:
        """Print the next piece."""
        for part in re.findall(r"\n|[^\S\n]+|\S+", clean(text)):
            if part == "\n":
                self._write("\n", 0)
                self._hang = 0
            elif part.isspace():
                self._space = part
            else:
                self._word(part)
        sys.stdout.flush()

    def _word(self, word: str) -> None:
        cells = self._cells(word)
        if self._column > self._hang and self._column + len(self._space) + cells > self._width:
            self._write("\n" + " " * self._hang, self._hang)
        elif self._space:
            self._write(self._space, self._column + len(self._space))
        if not self._hang and re.fullmatch(r"[-*+•]|\d+[.)]", word) and not self._column:
            self._hang = cells + 1
        self._write(word, self._column + cells)

    def _write(self, text: str, column: int) -> None:
        print(text, end="")
        self._column, self._space = column, ""


_BIDI = r"\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates: text after them is shown in another order than it has. The
marks U+200E, U+200F and U+061C stay; they only place what stands between words of two scripts."""


def clean(text: str) -> str:
    """Return `text` with controls of terminals and of direction replaced, whatever a guide has."""
    controls = rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}]"
    return re.sub(controls, "\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return `text` fit for a line of a terminal."""
    return clean(" ".join(text.splitlines()))


def _json(value: dict[str, Any], stream: TextIO) -> str:
    """Return `value` as JSON that `stream` can say whole and that is safe on a terminal."""
    import json  # 5 ms that `--help` need not pay

    text = json.dumps(value, ensure_ascii=not _says_unicode(stream), allow_nan=False)
    unsafe = rf"[\x7f-\x9f\ud800-\udfff{_BIDI}]"
    return re.sub(unsafe, lambda match: f"\\u{ord(match[0]):04x}", text)


def _says_unicode(stream: TextIO | None) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().startswith("utf")


def _in_ascii(line: Line) -> Line:
    """Return a line whose bars and columns an encoding of 128 characters can say, too."""
    pieces = tuple((text.translate(_ASCII_CHARTS), style) for text, style in line.pieces)
    return replace(line, pieces=pieces)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person reads `stream` as it is written; a closed one is None."""
    return stream is not None and stream.isatty()


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, MAX_WIDTH)
    return console


def _show_plain_table(table: Table) -> None:
    print(clean(table.title))
    rows = [table.columns, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    for row in rows:
        cells = (clean(cell).ljust(w) for cell, w in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _show_rich_table(table: Table) -> None:
    """Print a table; an interval stands below its figure, so that 80 columns are enough."""
    from rich.table import Table as RichTable

    console = _console()
    grid = RichTable(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, column in enumerate(table.columns):
        if place:
            grid.add_column(column, justify="right", vertical="bottom")
        else:
            grid.add_column(column, no_wrap=True, vertical="bottom")
    for row in table.rows:
        grid.add_row(*(_stacked(cell) for cell in row))
    console.print(clean(table.title), style="bold")
    console.print(grid)


def _stacked(cell: str) -> Text:
    from rich.text import Text

    figure, _, interval = clean(cell).partition(" [")
    if not interval:
        return Text(cell, no_wrap=True)
    between = interval.rstrip("]").replace(", ", "-").replace("0.", ".")  # seven columns
    return Text.assemble(figure, "\n", (between, "dim"), no_wrap=True)
