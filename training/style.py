"""How far the style of queries tells covered ones apart: `python -m training.style FILE...`.

A classifier sees function words, punctuation, length and case, and neither what is asked about nor
the guide. Near an AUROC of 0.5 a set measures what it says; above, part of what it measures is how
it was written.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep.evaluation.style import FOLDS, folds_of, style_features
from training.logistic import fit_logistic

Floats = NDArray[np.float64]


def style_auroc(texts: Sequence[str], labels: Sequence[bool], groups: Sequence[str]) -> float:
    """Return the AUROC of a logistic regression on style, each fifth of the groups left out once.

    Args:
        texts: (n,).
        labels: (n,), both values present.
        groups: (n,); texts of one group are never on both sides of a fold.
    """
    features = np.column_stack([style_features(texts), np.ones(len(texts))])
    truth = np.array(labels)
    folds = folds_of(groups)
    scores = np.zeros(len(texts))
    for fold in range(FOLDS):
        held = folds == fold
        if held.any():
            weights = fit_logistic(features[~held], truth[~held].astype(np.float64))
            scores[held] = features[held] @ weights
    return auroc(scores[truth], scores[~truth])


def auroc(positive: Floats, negative: Floats) -> float:
    """Return the chance that one of `positive` is above one of `negative`, ties counted half."""
    gaps = positive[:, None] - negative[None, :]
    return float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())


def main() -> None:
    """Print a line for each file of judged queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="judged queries, JSON Lines")
    for path in parser.parse_args().files:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        covered = [bool(row["gold"]) for row in rows]
        groups = [row.get("near") or ",".join(sorted(row["gold"])) or row["id"] for row in rows]
        area = style_auroc([row["query"] for row in rows], covered, groups)
        print(f"{area:.3f}  {len(rows):5}  {path.name}")


if __name__ == "__main__":
    main()
