"""Measures how follow-up questions are read: `python benchmarks/followups.py [dev|test]`.

Each row of eval/chat.jsonl is a question, the one before it, and the entries that answer ([] when
none does). A row
is right when the first hit is one of them, or, without any, when the guides do not cover it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ragprep import Prep
from ragprep.chat.followup import resolve
from ragprep.text.content import topic_words

KINDS = ("follow-up", "new", "uncovered")

CASES = Path(__file__).parent.parent / "eval" / "chat.jsonl"


def main(split: str) -> None:
    prep = Prep.open()
    rows = [json.loads(line) for line in CASES.open("rb")]
    rows = [row for row in rows if row["split"] == split]

    def relevance(query: str) -> float:
        return prep.search(query, 1).hits[0].relevance

    ways: dict[str, Callable[[str, str], str]] = {
        "question alone": lambda before, question: question,
        "always with the last": lambda before, question: f"{before} {question}",
        "ragprep chat": lambda before, question: resolve(
            question, before, words=topic_words, relevance=relevance
        ),
    }
    print(f"{split}: right of", dict(Counter(row["kind"] for row in rows)))
    for name, way in ways.items():
        right: Counter[str] = Counter()
        for row in rows:
            result = prep.search(way(row["previous"], row["question"]), 1)
            label = result.hits[0].entry.label.upper()
            good = label in row["gold"] if row["gold"] else not result.covered
            right[row["kind"]] += good and (result.covered or not row["gold"])
            if not good and name == "ragprep chat":
                print("  wrong:", row["id"], row["question"], "->", label, result.covered)
        print(f"{name:22}", *(f"{kind} {right[kind]:2}" for kind in KINDS), "in all", right.total())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
