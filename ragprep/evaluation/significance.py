"""How sure a figure is: bootstrap intervals and paired tests over queries; pure, seeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 10_000
SEED = 0
_EXACT = 13
"""Up to here all 2^n sign patterns are fewer than RESAMPLES and are gone through."""
_BLOCK = 50_000
"""Numbers held at once (0.4 MB, measured: at 16 MB drawing takes three times as long)."""


def interval(statistic: Callable[..., Floats], *sizes: int, seed: int = SEED) -> Floats:
    """Return the ends of a 95% interval: float64 (2,), or (2, k) for k figures at once.

    Percentile bootstrap by query (Efron and Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 13). Samples of several groups are drawn apart.

    Args:
        statistic: given for each group float64 (resamples, size), how often each query was
            drawn, returns (resamples,) or (resamples, k).
        sizes: the number of queries in each group, each at least 1.
        seed: of the resampling.
    """
    rng = np.random.default_rng(seed)
    blocks = [statistic(*(_draws(rng, rows, size) for size in sizes)) for rows in _rows(sum(sizes))]
    return np.asarray(np.percentile(np.concatenate(blocks), [2.5, 97.5], axis=0))


def mean_interval(values: Floats, *, seed: int = SEED) -> Floats:
    """Return float64 (2, k): the ends of the 95% interval of each column's mean of (n, k)."""
    return interval(lambda draws: draws @ values / len(values), len(values), seed=seed)


def paired_p_value(differences: Floats, *, seed: int = SEED) -> float:
    """Return how likely a mean difference this far from 0 is if systems do not differ, two-sided.

    Fisher's randomisation test, the sign of each query's difference flipped at random
    (Smucker, Allan and Carterette, CIKM 2007). Exact for up to 13 queries that differ; else
    from 10,000 patterns, the observed one counted in (Phipson and Smyth, SAGMB 9(1), 2010).

    Args:
        differences: (n,) one system's value minus the other's, query by query.
        seed: of the patterns.
    """
    moved = differences[differences != 0]
    if not len(moved):
        return 1.0
    # Rounding must not tell apart sums of the same terms in another order.
    observed = abs(moved.sum()) - 1e-9 * np.abs(moved).sum()
    if len(moved) <= _EXACT:
        patterns = (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1
        return float((np.abs((2 * patterns - 1) @ moved) >= observed).mean())
    rng = np.random.default_rng(seed)
    as_far = sum(
        int((np.abs((2.0 * rng.integers(0, 2, (rows, len(moved))) - 1) @ moved) >= observed).sum())
        for rows in _rows(len(moved))
    )
    return (as_far + 1) / (RESAMPLES + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected for their number, in the order given.

    Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6, 1979.
    """
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for place, which in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[which]))
        corrected[which] = highest
    return corrected


def _draws(rng: np.random.Generator, rows: int, size: int) -> Floats:
    """Return float64 (rows, size): how often each of `size` queries is drawn in `size` draws."""
    drawn = rng.integers(0, size, (rows, size)) + size * np.arange(rows)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=rows * size)
    return counts.reshape(rows, size).astype(float)


def _rows(width: int) -> Iterator[int]:
    """Yield the heights of blocks that make up RESAMPLES rows of `width`."""
    height = max(1, _BLOCK // width)
    for start in range(0, RESAMPLES, height):
        yield min(height, RESAMPLES - start)
