"""Guides of others that training/questions/ asks about; their texts are not in the repository."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ragprep.types.guide import Entry

GUIDES = {
    "data-science-interviews": ("ds_interviews_alexeygrigorev", ("theory.md", "technical.md")),
    "data-science-qa": ("ds_qa_iamtodor", ("README.md",)),
    "javascript-questions": ("js_questions_lydiahallie", ("README.md",)),
    "javascript-123": ("js123_ganqqwerty", ("README.md",)),
    "react-interview": ("react_pau1fitz", ("readme.md",)),
    "sysadmin": ("sysadmin_trimstray", ("README.md",)),
}
"""Name in training/questions/ -> the folder of its repository at the commit named there, files."""

TAUGHT = ("data-science-interviews", "javascript-123", "react-interview", "sysadmin")
"""Guides from which the encoder and the readers learn; the others are kept to measure by."""


def entry_at(entries: Iterable[Entry], files: Sequence[str]) -> dict[str, str]:
    """Return "file:line" -> id of the entry there, for every line of every entry.

    Args:
        entries: of a guide in `files`, in any order.
        files: their names; where there are several, an entry's guide has the name of its file.
    """
    of_guide = {Path(file).stem: file for file in files}
    place: dict[str, str] = {}
    for entry in entries:
        file = of_guide.get(entry.guide.split("/")[-1], files[0])
        for line in range(entry.lines[0], entry.lines[1] + 1):
            place.setdefault(f"{file}:{line}", entry.id)
    return place
