"""Which signs of the parameters leave every spectrum as it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem

# 2¹² sets of signs are told one by one; of more, none.
MOST_GENERATORS: Final = 12
LARGEST: Final = 2**22  # numbers in the matrices that are looked through


def sign_symmetries(problem: Problem | Joint, p: int) -> np.ndarray:
    """Every c ∈ {±1}ᵖ for which r and c ∘ r have the same spectra, the identity first; [e, p].

    A diagonal matrix of signs D and the complex conjugate leave eigenvalues alone. With bits for
    the signs s of D, for conjugation and for c, entry (i, j) of A_k demands s_i + s_j + c_k = 0,
    plus the bit of conjugation where it is imaginary: linear equations modulo 2, for each matrix
    with an s of its own.
    """
    parts = parts_of(problem)
    affine = all(part.problem.structure.affine for part in parts)
    numbers = sum(part.problem.structure.n**2 * len(part.places) for part in parts)
    if not affine or numbers > LARGEST:
        return np.ones((1, p), int)
    basis = np.eye(p, dtype=np.uint8)  # of the c that are left, modulo 2
    kernel = _kernel(
        np.concatenate([_equations(part, p, i, parts) for i, part in enumerate(parts)])
    )
    bits = _independent(kernel[:, : len(basis)])
    if len(bits) > MOST_GENERATORS:
        return np.ones((1, p), int)
    chosen = (np.arange(2 ** len(bits))[:, None] >> np.arange(len(bits))) & 1
    return 1 - 2 * ((chosen @ bits.astype(int)) % 2).reshape(-1, p)


def _equations(part, p: int, number: int, parts) -> np.ndarray:
    """Rows of equations for the bits: c [p], then for each part its s [n] and conjugation."""
    sizes = [other.problem.structure.n + 1 for other in parts]
    first = p + sum(sizes[:number])
    structure = part.problem.structure
    n = structure.n
    matrices = [structure.filled(np.zeros(len(part.places))), *structure.basis()]
    places = [None, *part.places]
    rows = []
    for place, A in zip(places, matrices, strict=True):
        scale = np.abs(A).max()
        for kind, entries in (("real", np.real(A)), ("imaginary", np.imag(A))):
            for i, j in zip(*np.nonzero(np.triu(np.abs(entries) > 1e-14 * scale)), strict=True):
                row = np.zeros(p + sum(sizes), np.uint8)
                row[first + i] ^= 1
                row[first + j] ^= 1
                row[first + n] = kind == "imaginary"
                if place is not None:
                    row[place] = 1
                rows.append(row)
    return np.unique(np.array(rows, np.uint8).reshape(-1, p + sum(sizes)), axis=0)


def _kernel(equations: np.ndarray) -> np.ndarray:
    """A basis of the solutions modulo 2 of E x = 0, as rows."""
    reduced, pivots = _reduced(equations)
    width = equations.shape[1]
    free = [column for column in range(width) if column not in pivots]
    solutions = np.zeros((len(free), width), np.uint8)
    for solution, column in zip(solutions, free, strict=True):
        solution[column] = 1
        for row, pivot in zip(reduced, pivots, strict=False):
            solution[pivot] = row[column]
    return solutions


def _independent(rows: np.ndarray) -> np.ndarray:
    """Independent rows modulo 2 that span the same."""
    reduced, pivots = _reduced(rows)
    return reduced[: len(pivots)]


def _reduced(rows: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The reduced row echelon form modulo 2, and the columns of its pivots."""
    rows, pivots = rows.copy(), []
    for column in range(rows.shape[1]):
        below = np.flatnonzero(rows[len(pivots) :, column]) + len(pivots)
        if not len(below):
            continue
        rows[[len(pivots), below[0]]] = rows[[below[0], len(pivots)]]
        others = np.flatnonzero(rows[:, column])
        others = others[others != len(pivots)]
        rows[others] ^= rows[len(pivots)]
        pivots.append(column)
        if len(pivots) == len(rows):
            break
    return rows, pivots
