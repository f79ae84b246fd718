"""Random families of matrices and problems on them, for tests that go through many."""

from collections.abc import Callable

import numpy as np

import eigfit as ef
from eigfit.structures.structure import Structure

Random = np.random.Generator


def hermitian(random: Random, count: int, n: int, complex_: bool = False) -> np.ndarray:
    """Random matrices [count, n, n]."""
    B = random.normal(size=(count, n, n)) + 1j * complex_ * random.normal(size=(count, n, n))
    B = B + np.conj(np.swapaxes(B, -1, -2))
    return B if complex_ else B.real


def additive(random: Random, n: int, p: int) -> Structure:
    """A₀ + diag(r)."""
    (A,) = hermitian(random, 1, n)
    return ef.affine(np.array([np.diag(row) for row in np.eye(n)]), A)


def dense(random: Random, n: int, p: int) -> Structure:
    """A₀ + Σ r_k A_k, all full."""
    B = hermitian(random, p + 1, n)
    return ef.affine(B[1:], B[0])


def complex_dense(random: Random, n: int, p: int) -> Structure:
    """The same, Hermitian."""
    B = hermitian(random, p + 1, n, complex_=True)
    return ef.affine(B[1:], B[0])


def traceless(random: Random, n: int, p: int) -> Structure:
    """A₀ + Σ r_k A_k whose trace is that of A₀ whatever r."""
    B = hermitian(random, p + 1, n)
    B[1:] -= np.trace(B[1:], axis1=1, axis2=2)[:, None, None] * np.eye(n) / n
    return ef.affine(B[1:], B[0])


def fixed_diagonal(random: Random, n: int, p: int) -> Structure:
    """Off-diagonal entries free."""
    return ef.fixed_diagonal(n, random.normal(size=n).tolist())


def fixed_corner(random: Random, n: int, p: int) -> Structure:
    """A fixed leading submatrix of half the rows, all else free."""
    index, number = -np.ones((n, n), int), 0
    for i in range(n):
        for j in range(i, n):
            if j >= n // 2:
                index[i, j] = index[j, i] = number
                number += 1
    constant = np.zeros((n, n))
    constant[: n // 2, : n // 2] = hermitian(random, 1, n // 2)[0]
    return ef.pattern(index, constant)


FAMILIES: dict[str, Callable[[Random, int, int], Structure]] = {
    "additive": additive,
    "dense": dense,
    "complex": complex_dense,
    "traceless": traceless,
    "fixed_diagonal": fixed_diagonal,
    "fixed_corner": fixed_corner,
    "tridiagonal": lambda random, n, p: ef.tridiagonal(n),
    "toeplitz": lambda random, n, p: ef.toeplitz(n),
}
