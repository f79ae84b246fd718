"""The textbook's structures by name, and the registry of them.

A new structure is one function and one row of `STRUCTURES`; for problem files it has a row of
`KINDS` in `eigfit.problem.files.structures` as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from eigfit.checks import real_array, whole_of
from eigfit.structures.pattern import Pattern, pattern


def symmetric(n: int) -> Pattern:
    """Every symmetric n×n matrix; p = n(n+1)/2, the diagonal first, then each superdiagonal.

    `symmetric(3)` is `[[r0, r3, r5], [r3, r1, r4], [r5, r4, r2]]`.
    """
    _check_size(n)
    return pattern(_banded(n, n))


def tridiagonal(n: int) -> Pattern:
    """Symmetric tridiagonal n×n matrices; p = 2n − 1, the diagonal first, then the off-diagonal."""
    _check_size(n)
    return pattern(_banded(n, 2))


def toeplitz(n: int) -> Pattern:
    """Symmetric Toeplitz n×n matrices, constant along each diagonal; p = n."""
    _check_size(n)
    return pattern(np.abs(np.subtract.outer(np.arange(n), np.arange(n))))


def zero_diagonal(n: int) -> Pattern:
    """Symmetric n×n matrices with zeros on the diagonal, whose eigenvalues add up to 0.

    p = n(n−1)/2, superdiagonal by superdiagonal.
    """
    _check_size(n, 2)
    return fixed_diagonal(n, (0.0,) * n)


def fixed_diagonal(n: int, diagonal: Sequence[float] | None = None) -> Pattern:
    """Symmetric n×n matrices with that diagonal, 1, …, n unless given; p = n(n−1)/2.

    The superdiagonals are the parameters, one after the other. Reached are the spectra that
    majorise the diagonal (Horn, "Doubly stochastic matrices and the diagonal of a rotation matrix",
    1954, Theorem 5).
    """
    _check_size(n, 2)
    given = np.arange(1.0, n + 1) if diagonal is None else real_array("diagonal", diagonal)
    if given.shape != (n,):
        raise ValueError(f"diagonal must have {n} numbers, one for each row; got {given.shape}")
    return pattern(np.where(np.eye(n, dtype=bool), -1, _banded(n, n) - n), np.diag(given))


def persymmetric(n: int) -> Pattern:
    """Symmetric n×n matrices that are their own mirror images at the other diagonal too.

    p = ⌊(n + 1)² / 4⌋: of each diagonal the first half is free, one after the other.

    Source: Golub and Van Loan, Matrix Computations (2013), section 4.8.2.
    """
    _check_size(n)
    index = np.full((n, n), -1)
    number = 0
    for offset in range(n):
        for row in range((n - offset + 1) // 2):
            i, j = row, row + offset
            index[[i, j, n - 1 - j, n - 1 - i], [j, i, n - 1 - i, n - 1 - j]] = number
            number += 1
    return pattern(index)


def _banded(n: int, bands: int) -> np.ndarray:
    """Index of a symmetric matrix with as many diagonals, numbered diagonal by diagonal."""
    index = np.full((n, n), -1)
    number = 0
    for offset in range(min(bands, n)):
        for row in range(n - offset):
            index[row, row + offset] = index[row + offset, row] = number
            number += 1
    return index


def _check_size(n: int, least: int = 1) -> None:
    if whole_of("n, the number of rows,", n, f"{least} or above") < least:
        raise ValueError(f"n must be at least {least}, the number of rows; got {n}")


class StructureRow(NamedTuple):
    """A row of the registry: how to build the structure, and its name in menus."""

    build: Callable[[int], Pattern]
    title: str


STRUCTURES: dict[str, StructureRow] = {
    "symmetric": StructureRow(symmetric, "Symmetric, all entries free"),
    "tridiagonal": StructureRow(tridiagonal, "Tridiagonal"),
    "toeplitz": StructureRow(toeplitz, "Toeplitz, constant diagonals"),
    "persymmetric": StructureRow(persymmetric, "Persymmetric, mirrored at both diagonals"),
    "zero_diagonal": StructureRow(zero_diagonal, "Zero diagonal"),
    "fixed_diagonal": StructureRow(fixed_diagonal, "Diagonal 1 … n fixed"),
}
