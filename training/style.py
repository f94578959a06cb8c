"""How much of a set's labels its style alone gives away: `python -m training.style FILE...`.

A classifier sees function words, punctuation, length and case, and neither what is asked about nor
the guide. Near an AUROC of 0.5 a set measures what it says; above, part of what it measures is how
it was written.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep.text.word_lists import read_words
from training.logistic import fit_logistic

Floats = NDArray[np.float64]

FOLDS = 5
MARKS = "?!.,;:'\"()[]{}/-=+*<>`_"


def style_features(texts: Sequence[str]) -> Floats:
    """Return float64 (n, columns): a share for each function word and mark, length, case, digits.

    Columns are scaled to mean 0 and variance 1; those without variance are 0.
    """
    words = sorted(read_words("function_words"))
    rows = []
    for text in texts:
        tokens = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())
        size = max(1, len(tokens))
        rows.append(
            [
                *(tokens.count(word) / size for word in words),
                *(float(tokens[:1] == [word]) for word in words),
                *(text.count(mark) / max(1, len(text)) for mark in MARKS),
                np.log(size),
                len(text) / size,
                sum(c.isupper() for c in text) / max(1, len(text)),
                float(text[:1].isupper()),
                sum(c.isdigit() for c in text) / max(1, len(text)),
            ]
        )
    features: Floats = np.array(rows, dtype=np.float64)
    spread = features.std(axis=0)
    scaled: Floats = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def style_auroc(texts: Sequence[str], labels: Sequence[bool], groups: Sequence[str]) -> float:
    """Return the AUROC of a logistic regression on style, each fifth of the groups left out once.

    Args:
        texts: (n,).
        labels: (n,), both values present.
        groups: (n,); texts of one group are never on both sides of a fold.
    """
    features = np.column_stack([style_features(texts), np.ones(len(texts))])
    truth = np.array(labels)
    names = sorted(set(groups))
    fold_of = {name: place % FOLDS for place, name in enumerate(names)}
    folds = np.array([fold_of[group] for group in groups])
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
