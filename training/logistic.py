"""Logistic regression with a small penalty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.listwise import PENALTY

Floats = NDArray[np.float64]


def fit_logistic(x: Floats, y: Floats) -> Floats:
    """Return the coefficients of a logistic regression of y (n,) on x (n, columns)."""

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        slope = x.T @ (logistic(z) - y) / len(y) + 2 * PENALTY * w
        return float(np.mean(np.logaddexp(0, z) - y * z) + PENALTY * w @ w), slope

    best: Floats = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return best


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))
