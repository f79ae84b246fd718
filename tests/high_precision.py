"""Derivatives by finite differences in forty digits: an oracle that knows nothing of eigfit."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp
import numpy as np

DIGITS = 40
STEP = mp.mpf(10) ** -10  # central differences are then right to some 1e-20


def spectrum(A: mp.matrix) -> list:
    """Ascending eigenvalues of a symmetric matrix."""
    return sorted(mp.eigsy(A, eigvals_only=True))


def loss(matrix: Callable[[Sequence], mp.matrix], target: Sequence[float]) -> Callable:
    """L(r) = Σ (t − λ)² in forty digits."""
    t = sorted(mp.mpf(float(value)) for value in target)
    return lambda r: mp.fsum((a - b) ** 2 for a, b in zip(t, spectrum(matrix(r)), strict=True))


def filled(structure: Any) -> Callable[[Sequence], mp.matrix]:
    """The matrix of the parameters, from the structure's own at each unit vector."""
    units = [structure.filled(unit) for unit in np.eye(structure.parameters)]
    constant = structure.filled(np.zeros(structure.parameters))
    n = structure.n
    entries = {
        (i, j): [k for k, unit in enumerate(units) if unit[i, j] != constant[i, j]]
        for i in range(n)
        for j in range(n)
    }
    return lambda r: mp.matrix(
        [
            [mp.mpf(float(constant[i, j])) + mp.fsum(r[k] for k in entries[i, j]) for j in range(n)]
            for i in range(n)
        ]
    )


def second_difference(f: Callable, r: np.ndarray, u: np.ndarray, v: np.ndarray) -> float:
    """uᵀ H v of f at r."""
    with mp.workdps(DIGITS):
        place = [mp.mpf(float(x)) for x in r]

        def at(a: int, b: int) -> mp.mpf:
            return f(
                [
                    x + STEP * (a * mp.mpf(float(p)) + b * mp.mpf(float(q)))
                    for x, p, q in zip(place, u, v, strict=True)
                ]
            )

        return float((at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * STEP**2))


def first_difference(f: Callable, r: np.ndarray, u: np.ndarray) -> float:
    """The derivative of f at r along u."""
    with mp.workdps(DIGITS):
        place = [mp.mpf(float(x)) for x in r]
        ahead, behind = (
            f([x + s * STEP * mp.mpf(float(p)) for x, p in zip(place, u, strict=True)])
            for s in (1, -1)
        )
        return float((ahead - behind) / (2 * STEP))
