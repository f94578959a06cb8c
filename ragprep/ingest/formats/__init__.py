r"""The formats that are read: which file is which, and the reader of each, imported when needed.

To add one, write `ragprep/ingest/formats/NAME.py` with one public function

    def read(source: str, name: str) -> Document        # `source: bytes` where `binary` is true

and a line in FORMATS. A reader opens no file and no socket, runs nothing that it reads, and takes
time and memory in proportion to its input, whatever that is. `name` is the file's name, for
messages. `source` of a text format is sound Unicode with "\n" line ends, without a byte order
mark. A reader gives one of two things (see `ragprep.ingest.document`):

- *Markup* (HTML, org, reStructuredText, AsciiDoc, notebooks, documents): `markdown` says the same
  in Markdown, with the line of the file for each line in `source`. Structure is what counts:
  headings become "## ...", lists keep their nesting (four spaces a level), tables become pipe
  tables, code is fenced, folded sections become <details><summary>...</summary>, definition lists
  become "###### Term" above their text, and where one part of the file ends and the next has
  nothing to do with it (cells of a notebook) stands a line "---" between blank ones. The reader
  does not look for questions: what of the Markdown is an entry is decided for all formats in one
  place (`ragprep.ingest.segment`).
- *Records* (CSV, Anki, JSON, YAML): `cards`, where the format says outright what the question is
  and what the answer. HTML in a field becomes Markdown. A record without a question is a span
  with the reason.

Whatever a reader passes over is a `Span` with its lines: METADATA for settings, properties and
scheduling data (the reason says which), LEFT_OUT with a reason that a person understands.

Raises:
    GuideError: the file is not what its name says (no zip, no JSON); the message names the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import cast

from ragprep.ingest.convert.separators import is_table
from ragprep.ingest.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A format by which files are read.

    Attributes:
        name: of its module in this package.
        description: for people.
        suffixes: of its files, lower case, with the dot.
        binary: its reader takes bytes.
        sniff: whether text of another format is this one in truth, by its first 4,096
            characters; such as Anki's "#separator:" in a .txt file.
        extra: the optional part of ragprep that it needs; "" for none.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]
    binary: bool = False
    sniff: Callable[[str], bool] | None = None
    extra: str = ""


_ANKI = re.compile(
    r"#(?:separator|html|columns|notetype|(?:deck|tags|guid) column):", re.IGNORECASE
)


def _is_anki(head: str) -> bool:
    """Whether text begins with a directive of Anki."""
    return bool(_ANKI.match(head))


_CONVERTED = (
    *(".pdf", ".doc", ".odt", ".rtf", ".pages", ".pptx", ".xlsx", ".xls", ".ods", ".tex"),
    *(".textile", ".mediawiki", ".typ"),
)

FORMATS: tuple[Format, ...] = (
    Format("markdown", "Markdown", (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd")),
    Format("text", "plain text", (".txt", ".text")),
    Format("html", "HTML", (".html", ".htm", ".xhtml")),
    Format("anki", "Anki's notes in plain text", (), sniff=_is_anki),
    Format("notebook", "Jupyter notebooks", (".ipynb",)),
    Format("org", "org-mode", (".org",)),
    Format("rst", "reStructuredText", (".rst", ".rest")),
    Format("asciidoc", "AsciiDoc", (".adoc", ".asciidoc", ".asc")),
    Format("json", "JSON and JSON Lines", (".json", ".jsonl", ".ndjson")),
    Format("yaml", "YAML", (".yaml", ".yml")),
    Format("anki_package", "Anki's decks", (".apkg", ".colpkg"), binary=True),
    Format("docx", "Word documents", (".docx",), binary=True),
    Format("epub", "EPUB books", (".epub",), binary=True),
    Format("converted", "PDF and others: how to convert them", _CONVERTED, binary=True),
    Format("csv", "CSV and TSV", (".csv", ".tsv", ".tab"), sniff=is_table),
)
"""In the order in which they are asked: a `sniff` that says yes wins over a suffix."""

_BY_SUFFIX = {suffix: item for item in reversed(FORMATS) for suffix in item.suffixes}
_HEAD = 4096


def format_of(name: str | PurePath) -> Format | None:
    """Return the format of a file by its name; None when its kind is not read."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def read_text(source: str, name: str) -> Document:
    """Read the text of a file by its format; one of an unknown name is Markdown.

    Raises:
        GuideError: it is not what its name says.
    """
    head = source[:_HEAD]
    sniffed = next((item for item in FORMATS if item.sniff and item.sniff(head)), None)
    return _reader(sniffed or format_of(name) or FORMATS[0])(source, name)


def read_bytes(source: bytes, name: str) -> Document:
    """Read a file of a binary format.

    Raises:
        GuideError: it is not what its name says.
    """
    item = format_of(name)
    assert item is not None and item.binary, "the caller asks `format_of` first"
    return _reader(item)(source, name)


def _reader(item: Format) -> Callable[[str | bytes, str], Document]:
    module = import_module(f"{__name__}.{item.name}")
    return cast("Callable[[str | bytes, str], Document]", module.read)
