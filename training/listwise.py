"""Weights of features by a listwise softmax, and folds that keep what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

PENALTY = 1e-4
"""Of the squared weights; keeps them finite where the data can be separated."""

SEED = 0
"""Of the folds."""

Floats = NDArray[np.float64]
Query = tuple[Floats, NDArray[np.bool_]]
"""Features of the candidates of a query (n, columns), and which of them are relevant (n,)."""


def fit(queries: Sequence[Query]) -> Floats:
    """Return the weights, none negative, that make the relevant candidates most likely.

    The top-one loss of ListNet (Cao et al. 2007, "Learning to Rank: From Pairwise Approach to
    Listwise Approach"); a query without a relevant candidate teaches nothing.
    """
    size, columns = len(queries), queries[0][0].shape[1]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros(columns)
        for features, relevant in queries:
            if not relevant.any():
                continue
            scores = features @ weights
            powers = np.exp(scores - scores.max())
            share = powers / powers.sum()
            target = np.where(relevant, powers, 0) / powers[relevant].sum()
            total -= float(np.log(share[relevant].sum()))
            slope -= (target - share) @ features
        return (
            total / size + PENALTY * float(weights @ weights),
            slope / size + 2 * PENALTY * weights,
        )

    start, bounds = np.full(columns, 5.0), [(0, None)] * columns
    best: Floats = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return best


def clusters(links: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return for each name the one that stands for its cluster; linked names share theirs."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for name, linked in links.items():
        root(name)
        for linked_name in linked:
            parent[root(linked_name)] = root(name)
    return {name: root(name) for name in parent}


def folds_of(links: Mapping[str, Iterable[str]], folds: int) -> dict[str, int]:
    """Deal clusters of linked names to folds at random, the same way every time."""
    cluster = clusters(links)
    roots = sorted(set(cluster.values()))
    np.random.default_rng(SEED).shuffle(roots)
    place = {name: i % folds for i, name in enumerate(roots)}
    return {name: place[root] for name, root in cluster.items()}
