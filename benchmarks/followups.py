"""Measures how a conversation reads follow-ups: `python benchmarks/followups.py [dev|test]`.

Plays each dialogue of eval/followups.jsonl (or `--cases eval/chat.jsonl`), the earlier questions
first, and compares the answer to the last one with what is expected of it: the entry it rests on
first, "not covered", or "ask back". `--guides DIR` adds the dialogues about guides of others, each
in a folder of DIR with the guide's name (training/questions/README.md says where they come from).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from ragprep import Prep
from ragprep.config import load_config
from ragprep.types.answer import Answer

EVAL = Path(__file__).parent.parent / "eval"


def main() -> None:
    options = _options()
    rows = [row for row in map(_row, options.cases.open("rb")) if row["split"] == options.split]
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for guide in dict.fromkeys(row.get("guide", "") for row in rows):
        if guide and options.guides is None:
            continue
        with tempfile.TemporaryDirectory() as home:
            prep = _prep(home, options.guides / guide if guide else None)
            for row in (row for row in rows if row.get("guide", "") == guide):
                outcome = _outcome(prep, row)
                good = bool(outcome & set(row["expected"]))
                for key in (row["kind"], guide or "shipped", "in all"):
                    right[key] += good
                    asked[key] += 1
                if options.errors and not good:
                    before = " / ".join(row["earlier"])
                    expected = " or ".join(row["expected"])
                    print(f"{row['id']}  {before} / {row['question']}")
                    print(f"        {' '.join(sorted(outcome))} instead of {expected}")
    for key, count in asked.items():
        print(f"{key:26} {right[key]:3} of {count:3}  {right[key] / count:.3f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How a conversation reads follow-ups.")
    parser.add_argument("split", nargs="?", default="dev", choices=("dev", "test"))
    parser.add_argument("--cases", type=Path, default=EVAL / "followups.jsonl")
    parser.add_argument("--guides", type=Path, help="folder of the guides of others")
    parser.add_argument("--errors", action="store_true", help="show what is not as expected")
    return parser.parse_args()


def _row(line: bytes) -> dict[str, Any]:
    """Return a dialogue; those of chat.jsonl have one earlier question and name entries alone."""
    row: dict[str, Any] = json.loads(line)
    if "gold" in row:
        row |= {"earlier": [row["previous"]], "expected": row["gold"] or ["not covered"]}
    return row


def _prep(home: str, folder: Path | None) -> Prep:
    """Return the shipped guide, or a folder of another one, in an index of its own."""
    prep = Prep.open(load_config({"home": home, "llm": "none"}))
    prep.build(None if folder is None else [folder])
    return prep


def _outcome(prep: Prep, row: dict[str, Any]) -> set[str]:
    """Return the names by which what the last question led to may be expected."""
    chat = prep.chat()
    for question in row["earlier"]:
        chat.ask(question)
    answer: Answer = chat.ask(row["question"]).answer
    if answer.verdict == "asked back":
        return {"ask back"}
    if answer.refused:
        return {"not covered"}
    first = answer.sources[0]
    return {first.label.upper(), f"{Path(first.path).name}:{first.lines[0]}"}


if __name__ == "__main__":
    main()
