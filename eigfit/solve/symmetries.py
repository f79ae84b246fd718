"""Which signs of the parameters leave every spectrum as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from eigfit.problem.joint import Joint, Part, parts_of
from eigfit.problem.problem import Problem

# Up to so many generators every set of signs is told; of more, those of the first ones. Of orders
# so many are told that there are no more images than so many generators make.
MOST_TOLD: Final = 12
LARGEST: Final = 2**22  # numbers in the matrices that are looked through


class Symmetries(NamedTuple):
    """What makes equivalents of a solution."""

    signs: np.ndarray  # generators of the signs, bits [g, p]
    orders: np.ndarray  # permutations of the parameters, ints [h, p], the plain one first


@lru_cache(maxsize=8)  # every batch of starts asks for those of its problem
def sign_symmetries(problem: Problem | Joint, p: int) -> np.ndarray:
    """The signs c ∈ {±1}ᵖ for which r and c ∘ r have the same spectra, as bits; generators [g, p].

    A bit is 1 where a sign changes, and every sum of rows modulo 2 is one of them. A diagonal
    matrix of signs D and the complex conjugate leave eigenvalues alone. With bits for the signs s
    of D, for conjugation and for c, entry (i, j) of A_k demands s_i + s_j + c_k = 0, plus the bit
    of conjugation where it is imaginary: linear equations modulo 2, for each matrix with an s of
    its own.
    """
    parts = parts_of(problem)
    affine = all(part.problem.structure.affine for part in parts)
    numbers = sum(part.problem.structure.n**2 * len(part.places) for part in parts)
    if not affine or numbers > LARGEST:
        return np.empty((0, p), np.uint8)
    known: np.ndarray | None = None  # no more than there are bits, however many matrices there are
    for rows in _equations(parts, p):
        known = _independent(rows if known is None else np.concatenate([known, rows]))
    generators = _independent(_kernel(np.asarray(known))[:, :p])
    generators.setflags(write=False)
    return generators


def images(symmetries: Symmetries, r: np.ndarray) -> np.ndarray:
    """The parameters r [p] under all that the symmetries make, itself the first; [e, p]."""
    told = symmetries.signs[:MOST_TOLD].astype(int)
    chosen = (np.arange(2 ** len(told))[:, None] >> np.arange(len(told))) & 1
    signs = 1 - 2 * ((chosen @ told) % 2)
    orders = symmetries.orders[: 2**MOST_TOLD // len(signs)]
    return (signs * r[orders][:, None]).reshape(-1, len(r))


def alike(generators: np.ndarray, r: np.ndarray, others: np.ndarray, within: float) -> np.ndarray:
    """Which of the others [B, p] are r [p] under signs that the generators make; bool [B].

    Their sizes agree, and where they are not 0 the signs that differ fulfil the equations of the
    generators' sums.
    """
    if not len(generators):
        return np.abs(others - r).max(axis=-1, initial=0.0) <= within
    same = np.abs(np.abs(others) - np.abs(r)).max(axis=-1, initial=0.0) <= within
    told = np.abs(r) > within
    checks = _kernel(generators[:, told])
    differ = (np.sign(others[:, told]) != np.sign(r[told])).astype(int)
    return same & ~((differ @ checks.T.astype(int)) % 2).any(axis=-1)


def supported(generators: np.ndarray, allowed: np.ndarray, singled: np.ndarray) -> np.ndarray:
    """Sums of generators that change allowed signs alone, and of the singled ones one each.

    Args:
        generators: bits [g, p].
        allowed: which signs may change, bool [p].
        singled: of which of them each row may have one, bool [p]; no two rows have the same one.

    Returns:
        Bits [f, p].
    """
    sums = _kernel(generators[:, ~allowed].T)
    rows = (sums.astype(int) @ generators % 2).astype(np.uint8)
    order = np.argsort(~singled, kind="stable")  # the singled ones first
    reduced, pivots = _reduced(rows[:, order])
    found = np.zeros((len(pivots), len(allowed)), np.uint8)
    found[:, order] = reduced[: len(pivots)]
    return found[(found[:, singled] != 0).sum(axis=1) == 1]


def _equations(parts: Sequence[Part], p: int) -> Iterator[np.ndarray]:
    """Rows of equations, matrix by matrix, for the bits: c [p], and s [n] and one more per part."""
    sizes = [part.problem.structure.n + 1 for part in parts]
    width = p + sum(sizes)
    for number, part in enumerate(parts):
        structure, first = part.problem.structure, p + sum(sizes[:number])
        matrices = [structure.filled(np.zeros(len(part.places))), *structure.basis()]
        for place, A in zip([None, *part.places], matrices, strict=True):
            scale = np.abs(A).max()
            for imaginary, entries in enumerate((np.real(A), np.imag(A))):
                i, j = np.nonzero(np.triu(np.abs(entries) > 1e-14 * scale))
                rows, each = np.zeros((len(i), width), np.uint8), np.arange(len(i))
                rows[each, first + i] ^= 1
                rows[each, first + j] ^= 1
                rows[:, first + structure.n] = imaginary
                if place is not None:
                    rows[:, place] = 1
                yield rows


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
