"""How often the check of sentences errs, over hand-made right and wrong ones.

python benchmarks/support.py            # the dev half, with every error
python benchmarks/support.py --test     # the test half, figures alone
python benchmarks/support.py --other    # pairs by another writer, figures alone
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np

from ragprep import Prep
from ragprep.answer.ground import ground
from ragprep.answer.respond import similarity_to
from ragprep.answer.support import Evidence
from ragprep.evaluation.significance import mean_interval

PAIRS = Path(__file__).parent.parent / "eval" / "support.jsonl"


def main(split: str) -> None:
    """Print the shares of wrong sentences let through and of right ones kept."""
    prep = Prep.open()
    similarity = partial(similarity_to, prep.snapshot())
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    verdicts: dict[bool, list[bool]] = {True: [], False: []}
    closest = []
    for pair in pairs:
        if pair["split"] != split:
            continue
        label = pair["entry"]
        sources = {label: Evidence(prep.entry(label).question, prep.points(label))}
        kept = bool(ground(pair["sentence"], sources, similarity))
        verdicts[pair["supported"]].append(kept)
        if pair["supported"]:
            closest.append(max(similarity(pair["sentence"], label)))
        if split == "dev" and kept != pair["supported"]:
            print("let through" if kept else "dropped", pair["id"], pair["sentence"], sep="  ")
    for supported, title in ((False, "wrong let through"), (True, "right kept")):
        values = np.array(verdicts[supported], dtype=float)[:, None]
        low, high = mean_interval(values)[:, 0]
        share = f"{values.mean():.3f} [{low:.2f}, {high:.2f}]"
        print(f"{title}: {int(values.sum())} of {len(values)}, {share}")
    if split == "dev":
        print(f"least cosine of a right one to its entry's closest statement: {min(closest):.2f}")


if __name__ == "__main__":
    main(next((name for name in ("test", "other") if f"--{name}" in sys.argv[1:]), "dev"))
