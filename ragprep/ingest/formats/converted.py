"""Kinds of files that are not read themselves: how to make one that is."""

from __future__ import annotations

from pathlib import PurePath

from ragprep.errors import GuideError
from ragprep.ingest.document import Document

_WAYS = {
    ".pdf": "`pdftotext -layout {name} {stem}.txt`",
    ".pptx": "`markitdown {name} > {stem}.md`",
    ".xlsx": "saving the sheet as CSV",
    ".xls": "saving the sheet as CSV",
    ".ods": "saving the sheet as CSV",
    ".doc": "saving it as .docx in Word or LibreOffice",
    ".pages": "exporting it as Word in Pages",
}
_PANDOC = "`pandoc {name} -t gfm -o {stem}.md`"


def read(source: bytes, name: str) -> Document:  # noqa: ARG001 the readers' common signature
    """Say how to convert a file.

    Raises:
        GuideError: always.
    """
    path = PurePath(name)
    way = _WAYS.get(path.suffix.lower(), _PANDOC).format(name=path.name, stem=path.stem)
    raise GuideError(
        f"{name} is not read as it is: it keeps how its text looks, not what it is.",
        remedy=f"Convert it first, such as by {way}.",
    )
