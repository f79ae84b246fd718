"""Symmetric matrices with a spectrum of one's choice."""

from collections.abc import Sequence

import numpy as np


def with_spectrum(values: Sequence[float], seed: int = 0) -> np.ndarray:
    """A matrix with these eigenvalues, to rounding, and random eigenvectors."""
    n = len(values)
    V = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    A = V @ np.diag(values) @ V.T
    return (A + A.T) / 2


def direction(n: int, seed: int) -> np.ndarray:
    """A random symmetric matrix."""
    half = np.random.default_rng(seed).normal(size=(n, n))
    return half + half.T


def parameters(A: np.ndarray) -> np.ndarray:
    """The r of `symmetric(n)` that gives A."""
    return np.concatenate([np.diag(A, k) for k in range(len(A))])
