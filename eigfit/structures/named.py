"""The textbook's structures by name, and the registry of them.

A new structure is one function and one row of `STRUCTURES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from eigfit.checks import whole_of
from eigfit.structures.pattern import Pattern, pattern
from eigfit.structures.structure import Structure


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


def _banded(n: int, bands: int) -> np.ndarray:
    """Index of a symmetric matrix with as many diagonals, numbered diagonal by diagonal."""
    index = np.full((n, n), -1)
    number = 0
    for offset in range(min(bands, n)):
        for row in range(n - offset):
            index[row, row + offset] = index[row + offset, row] = number
            number += 1
    return index


def _check_size(n: int) -> None:
    if whole_of("n, the number of rows,", n, "1 or above") < 1:
        raise ValueError(f"n must be at least 1, the number of rows; got {n}")


class StructureRow(NamedTuple):
    """A row of the registry: how to build the structure, and its name in menus."""

    build: Callable[[int], Structure]
    title: str


STRUCTURES: dict[str, StructureRow] = {
    "symmetric": StructureRow(symmetric, "Symmetric, all entries free"),
    "tridiagonal": StructureRow(tridiagonal, "Tridiagonal"),
    "toeplitz": StructureRow(toeplitz, "Toeplitz, constant diagonals"),
}
