"""The lowest levels of large sparse matrices, which are never filled."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.data import Data
from eigfit.structures.affine import Affine
from eigfit.structures.structure import Structure

# A sparse matrix is decomposed whole up to so many rows, or where most of its levels are wanted.
SMALLEST: Final = 256
MOST_OF_IT: Final = 4
# Shift and invert from so far below the lowest level, as a share of the range of those wanted.
BELOW: Final = 0.1


def looks_low(structure: Structure, data: Data) -> int:
    """How many of the lowest levels are enough for the data; 0 where the matrix is to be filled."""
    highest = data.highest
    if not isinstance(structure, Affine) or not structure.kept_sparse or highest is None:
        return 0
    n, count = structure.n, highest + 1
    return count if n > SMALLEST and MOST_OF_IT * count < n else 0


def lowest(structure: Affine, r: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` lowest levels [S, count] of A(r) for parameters r [S, p], and eigenvectors.

    By Lanczos iterations of (A − s)⁻¹, s below all of them by Gershgorin's circles; they begin from
    one vector, so that the same r gives the same numbers. A start whose matrix is not finite, or
    whose levels are not found, has NaN.

    Source: Lehoucq, Sorensen and Yang, ARPACK Users' Guide (1998), section 3.2.
    """
    found = [_lowest(structure, one, count) for one in r]
    return np.array([values for values, _ in found]), np.array([V for _, V in found])


def _lowest(structure: Affine, r: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy.sparse.linalg import ArpackError, eigsh

    A = structure.sparse(r)
    nothing = np.full(count, np.nan), np.eye(structure.n, count)
    if not np.isfinite(A.data).all():
        return nothing
    diagonal = A.diagonal().real
    circles = np.asarray(abs(A).sum(axis=1)).ravel() - np.abs(diagonal)
    least, most = (diagonal - circles).min(), (diagonal + circles).max()
    shift = least - BELOW * count / structure.n * max(most - least, np.finfo(float).tiny)
    first = np.random.default_rng(0).normal(size=structure.n)
    try:
        values, V = eigsh(A.tocsc(), count, sigma=shift, which="LM", v0=first)
    except (ArpackError, RuntimeError):
        return nothing
    order = np.argsort(values)
    return values[order], V[:, order]
