"""What the style of texts alone predicts: function words, marks, length, case; pure.

A prediction from style sees neither what is asked nor the guide. A set of answers whose scores it
predicts measures, in part, how the answers were written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ragprep.evaluation.significance import Floats
from ragprep.text.word_lists import read_words

FOLDS = 5
MARKS = "?!.,;:'\"()[]{}/-=+*<>`_"
PENALTY = 300.0
"""Of the ridge regression, for standardised columns: of 1 to 3,000 within 0.05 of the highest
correlation on each set of eval/ but grading.twins.jsonl (there 0.11 for 0.15)."""


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


def folds_of(groups: Sequence[str]) -> np.typing.NDArray[np.int64]:
    """Return the fold of each text, 0 to 4; all texts of a group are in one fold."""
    fold_of = {name: place % FOLDS for place, name in enumerate(sorted(set(groups)))}
    return np.array([fold_of[group] for group in groups])


def style_scores(texts: Sequence[str], scores: Floats, groups: Sequence[str]) -> Floats:
    """Return what a ridge regression on style predicts for each text, its fold left out.

    Args:
        texts: (n,).
        scores: (n,), by people.
        groups: (n,), the entries; texts of one entry are never on both sides of a fold.
    """
    features, folds = style_features(texts), folds_of(groups)
    predicted = np.full(len(texts), scores.mean())
    for fold in set(folds.tolist()) if len(set(groups)) > 1 else ():
        held = folds == fold
        seen, mean = features[~held], scores[~held].mean()
        kernel = seen @ seen.T + PENALTY * np.eye(len(seen))
        weights = seen.T @ np.linalg.solve(kernel, scores[~held] - mean)
        predicted[held] = mean + features[held] @ weights
    return predicted


def style_pearson(texts: Sequence[str], scores: Floats, groups: Sequence[str]) -> float | None:
    """Return the correlation of `style_scores` with people's; None where either is constant."""
    predicted = style_scores(texts, scores, groups)
    if np.ptp(predicted) < 1e-9 or np.ptp(scores) < 1e-9:
        return None
    return float(np.corrcoef(predicted, scores)[0, 1])
