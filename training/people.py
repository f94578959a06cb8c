"""Joins eval/people.jsonl with people's questions: `python -m training.people --data DATA OUT`.

The file has labels only; the questions are those of guides of others, whose texts are not in the
repository. OUT then serves `ragprep eval retrieval --queries OUT`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ragprep.ingest.corpus import read_guide
from training.guides import GUIDES
from training.recipe import ROOT

LABELS = ROOT / "eval" / "people.jsonl"
FAR, SEED = 60, 7
"""Questions about anything, and the seed of the draw that chose them."""


def questions(data: Path) -> Mapping[str, str]:
    """Return "guide/file:line" -> question, and "far/number" -> question about anything."""
    texts = {}
    for name in {row["source"].partition("/")[0] for row in labels()} & {*GUIDES}:
        folder, files = GUIDES[name]
        for guide in files:
            for entry in read_guide(data / "guides" / folder / guide).entries:
                texts[f"{name}/{guide}:{entry.lines[0]}"] = entry.question
    path = data / "human" / "query_wellformedness" / "questions.train.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        every = [row["question"] for row in csv.DictReader(file, delimiter="\t")]
    random.Random(SEED).shuffle(every)
    return texts | {f"far/{number}": text for number, text in enumerate(every[:FAR])}


def labels() -> list[dict[str, Any]]:
    """Return the rows of eval/people.jsonl."""
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has guides/ and human/")
    parser.add_argument("out", type=Path, help="gets the queries")
    arguments = parser.parse_args()
    texts = questions(arguments.data)
    rows = [{**row, "query": texts[row["source"]]} for row in labels()]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    arguments.out.write_text("".join(lines), encoding="utf-8")
    print(f"{len(rows)} questions in {arguments.out}")


if __name__ == "__main__":
    main()
