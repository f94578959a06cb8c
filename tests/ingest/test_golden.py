"""The shipped guide as it is read: every label, question, section and first line.

Rewrite tests/golden/shipped_entries.json with `python tests/ingest/test_golden.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from ragprep.ingest.corpus import read_guide, shipped_guides

GOLDEN = Path(__file__).parent.parent / "golden" / "shipped_entries.json"


def outline() -> str:
    (path,) = shipped_guides()
    rows = [
        [e.label, e.lines[0], "/".join(e.section), e.question] for e in read_guide(path).entries
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def test_shipped_guide_reads_as_reviewed():
    """A change of the parser that changes an entry shows here."""
    assert outline() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(outline(), encoding="utf-8")
