"""The file beside a guide in which everything that models wrote for it is kept, kept or dropped.

`interview.md` has `interview.drafts.jsonl`: a line for each entry that a model is done with. It
grows line by line, so that an interruption loses one entry at most; it can be removed at any time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ragprep.errors import GuideError
from ragprep.ingest.beside import read_beside


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a model wrote for an entry.

    Attributes:
        entry_id: the entry.
        model: its writer.
        content: hash of the entry's text it was written for.
        phrases: kind -> phrases, as written.
    """

    entry_id: str
    model: str
    content: str
    phrases: Mapping[str, tuple[str, ...]]


def drafts_path(guide: Path) -> Path:
    """Return where the drafts for a guide file stand."""
    return guide.with_name(f"{guide.stem}.drafts.jsonl")


def read_drafts(guide: Path) -> list[Draft]:
    """Return the drafts in the order they were written; a line cut off or altered is left out.

    Raises:
        GuideError: the file is there and cannot be read.
    """
    lines = (read_beside(drafts_path(guide), errors="replace") or "").split("\n")
    return [draft for line in lines if (draft := _draft(line)) is not None]


def add_draft(guide: Path, draft: Draft) -> None:
    """Add a draft and let it reach the disk.

    Raises:
        GuideError: the file cannot be written.
    """
    path = drafts_path(guide)
    record = {
        "entry": draft.entry_id,
        "model": draft.model,
        "content": draft.content,
        "phrases": dict(draft.phrases),
    }
    try:
        with path.open("a", encoding="utf-8") as file:
            # after a line that was cut off, this one begins anew
            file.write(f"{_line_end(path)}{json.dumps(record, ensure_ascii=False)}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as exc:
        raise GuideError(
            f"{path} cannot be written: {exc.strerror or exc}.", remedy="Make its folder writable."
        ) from exc


def _line_end(path: Path) -> str:
    data = path.read_bytes()
    return "" if not data or data.endswith(b"\n") else "\n"


def _draft(line: str) -> Draft | None:
    try:
        record = json.loads(line)
        phrases = {
            str(kind): tuple(text for text in texts if isinstance(text, str))
            for kind, texts in record["phrases"].items()
        }
        names = record["entry"], record["model"], record["content"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Draft(*names, phrases) if all(isinstance(name, str) for name in names) else None
