"""Measures what an extractive answer shows: `python benchmarks/statements.py [dev|test]`.

Each row of eval/statements.jsonl is a question and the statements that answer it, named as in
`ragprep ask --json`: one or two for a point of an entry, all for the entry as a whole.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ragprep import Prep
from ragprep.config import load_config

CASES = Path(__file__).parent.parent / "eval" / "statements.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description="Which statements an answer shows.")
    parser.add_argument("split", nargs="?", default="dev", choices=("dev", "test"))
    parser.add_argument("--errors", action="store_true", help="show what is not as expected")
    options = parser.parse_args()
    prep = Prep.open(load_config({"llm": "none"}))
    rows = [json.loads(line) for line in CASES.open("rb")]
    rows = [row for row in rows if row["split"] == options.split]
    for kind in ("point", "whole"):
        scored = [(row, _shown(prep, row["query"])) for row in rows if row["kind"] == kind]
        _report(kind, scored)
        for row, shown in scored if options.errors else ():
            if shown != row["expected"]:
                print(f"  {row['id']} {row['query']}: {shown} instead of {row['expected']}")


def _shown(prep: Prep, query: str) -> list[str]:
    return [name for sentence in prep.ask(query).sentences for name in sentence.statements]


def _report(kind: str, scored: Sequence[tuple[dict[str, Any], list[str]]]) -> None:
    """Print means over the questions; one without an answer has precision and recall 0."""
    count = len(scored)
    right = [len(set(shown) & set(row["expected"])) for row, shown in scored]
    precision = sum(r / (len(shown) or 1) for r, (_, shown) in zip(right, scored, strict=True))
    recall = sum(r / len(row["expected"]) for r, (row, _) in zip(right, scored, strict=True))
    shown = sum(len(shown) for _, shown in scored)
    print(
        f"{kind}: {count} questions, precision {precision / count:.3f}, "
        f"recall {recall / count:.3f}, {shown / count:.2f} statements shown"
    )


if __name__ == "__main__":
    main()
