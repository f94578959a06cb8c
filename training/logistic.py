"""Logistic regression with a small penalty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.listwise import PENALTY

Floats = NDArray[np.float64]


def fit_logistic(x: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Return the coefficients of a logistic regression.

    Args:
        x: (n, columns).
        y: (n,), 0 or 1.
        weights: (n,), how much each row counts; equally when None.
    """
    share = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        slope = x.T @ (share * (logistic(z) - y)) + 2 * PENALTY * w
        return float(share @ (np.logaddexp(0, z) - y * z) + PENALTY * w @ w), slope

    best: Floats = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return best


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))
