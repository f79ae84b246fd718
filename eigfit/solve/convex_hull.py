"""A proof that a target cannot be reached, by the convex hull of the matrices that have it.

For Hermitian Y and A with eigenvalues y and λ, both ascending, ⟨Y, A⟩ ≤ Σ y_i λ_i. Where Y is
orthogonal to every A_k, ⟨Y, A(r)⟩ = ⟨Y, A₀⟩ whatever r, so that for all r

    ‖λ(A(r)) − t‖ ≥ (⟨Y, A₀⟩ − Σ y_i t_i) / ‖Y‖.

The trace, the theorem of Schur and the norm of the fixed entries are such Y. A stationary point
whose residuals do not decrease from one level to the next gives a Y that proves it the nearest; the
place where A(r) comes nearest to the convex hull of the matrices with the spectrum t, a convex
problem, gives the best. Several matrices are one of blocks.

Source: Horn and Johnson, Matrix Analysis (2nd ed. 2013), Theorem 4.3.53 (von Neumann's inequality).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from eigfit.problem.bounds import Bounds
from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Certificate
from eigfit.solve.residuals import eigenpairs

# What is proven must exceed roundings by far: a share of the numbers that are subtracted.
ROUNDING: Final = 1e-11
# The best that was found is certified to be the nearest within this share of its distance.
ATTAINED: Final = 1e-6
# Of Y so much must be left once it is orthogonal to the A_k: less is rounding.
LEAST_LEFT: Final = 1e-5
# Matrices A_k are independent above, dependent below these shares; between, nothing is claimed.
CLEAR: Final = 1e-7
DEPENDENT: Final = 1e-15
LARGEST: Final = 2**22  # numbers in all basis matrices
MOST_ITERATIONS: Final = 500


class Block(NamedTuple):
    """A matrix of an affine family whose eigenvalues are all told."""

    constant: np.ndarray  # [n, n]
    basis: np.ndarray  # [p, n, n], by all parameters
    target: np.ndarray  # [n], ascending


def unreachable(
    problem: Problem | Joint,
    looks: Sequence[np.ndarray],
    tolerance: float,
    best: np.ndarray | None = None,
) -> Certificate:
    """What proves that no parameters have the data, the strongest; nothing where nothing does.

    Args:
        problem: what was to be solved.
        looks: parameters [p] at which to look for a proof, as at those from which no step leads
            nearer; what comes nearest to the hull is looked at too.
        tolerance: a distance ‖λ − t‖ that counts as none.
        best: the nearest parameters that were found, [p], where something was searched for.
    """
    blocks = blocks_of(problem, problem.parameters)
    looks = [r for r in looks if np.isfinite(r).all()]
    if not blocks or not looks:
        return Certificate()
    basis = np.concatenate([_vectors(block.basis) for block in blocks], axis=-1)
    found = 0.0
    for r in (*looks, _nearest_to_hull(blocks, basis, looks[0], problem.bounds)):
        off = _distance(blocks, r)
        for hull in (False, True):
            pulls = [_pull(block, r, hull) for block in blocks]
            found = max(found, _proven(blocks, basis, pulls, r, off, problem.bounds))
    if found <= tolerance:
        return Certificate()
    attained, how = False, ""
    if best is not None:
        distance = _distance(blocks, best)
        # Of the nearest to all data it speaks where all of them take part.
        whole = len(blocks) == len(parts_of(problem))
        attained = whole and bool(found >= (1 - ATTAINED) * distance)
        near = "what was found is that near" if attained else f"{distance:.6g} was found"
        how = f", and {near}"
    return Certificate(
        f"No parameters bring the eigenvalues nearer to the target than {found:.6g} in ‖λ − t‖"
        f"{how}: every matrix of the family lies so far from the convex hull of those with the "
        "target's spectrum.",
        found,
        attained,
    )


def blocks_of(problem: Problem | Joint, p: int) -> list[Block]:
    """The matrices of affine families whose eigenvalues are all told."""
    blocks = []
    for part in parts_of(problem):
        structure, data = part.problem.structure, part.problem.data
        if not structure.affine or not data.complete or structure.n**2 * p > LARGEST:
            continue
        own = structure.basis()
        basis = np.zeros((p, *own.shape[1:]), own.dtype)
        basis[part.places] = own
        constant = structure.filled(np.zeros(len(own)))
        blocks.append(Block(constant, basis, np.sort(data.eigenvalues())))
    return blocks


class _Pull(NamedTuple):
    """From where A(r) is towards the target: Y = V diag(y) V*."""

    y: np.ndarray
    Y: np.ndarray


def _pull(block: Block, r: np.ndarray, hull: bool) -> _Pull:
    """Away from the target's own spectrum, or from the hull: λ minus its projection on it.

    Source: Lim and Wright, "Efficient Bregman projections onto the permutahedron" (2016), sec. 3.
    """
    values, V = eigenpairs(np.tensordot(r, block.basis, 1) + block.constant)
    y = values - block.target
    if hull:
        from scipy.optimize import isotonic_regression

        y = isotonic_regression(y).x
    return _Pull(y, (V * y) @ V.conj().T)


def _distance(blocks: Sequence[Block], r: np.ndarray) -> float:
    """‖λ(A(r)) − t‖ of all blocks."""
    return float(np.sqrt(sum(np.square(_pull(block, r, False).y).sum() for block in blocks)))


def _proven(
    blocks: Sequence[Block],
    basis: np.ndarray,
    pulls: Sequence[_Pull],
    r: np.ndarray,
    off: float,
    bounds: Bounds,
) -> float:
    """The distance that Y proves, once it is made orthogonal to the A_k of parameters that move.

    A parameter at an end of its range may only be pulled outwards. At r the distance is `off`.
    """
    Y = np.concatenate([_vectors(pull.Y) for pull in pulls])
    whole, lengths = float(np.linalg.norm(Y)), np.linalg.norm(basis, axis=1)
    # An inner product of Y and A_k is known to so much.
    blur = Y.size * np.finfo(float).eps * whole
    moving = (r > bounds.low) & (r < bounds.high)
    fixed = bounds.low == bounds.high
    while True:
        left, weakest = _orthogonal(Y, basis[moving])
        if left is None:
            return 0.0
        slopes = np.where(moving, 0.0, basis @ left)
        outwards = np.where(slopes > 0, bounds.low, bounds.high)
        unclear = ~np.isfinite(outwards) | (np.abs(slopes) <= blur * lengths)
        loose = ~moving & ~fixed & (slopes != 0) & unclear
        if not loose.any():
            break
        moving = moving | loose
    ends = np.where(slopes == 0, 0.0, outwards)
    least, most, start = float(slopes @ ends), 0.0, 0
    norm = float(np.linalg.norm(left))
    # What is subtracted is known to a rounding of these, however small the rest of Y has become.
    size = float(np.abs(slopes * ends).sum())
    # The blur of an inner product is multiplied by the parameter: the end of its range, or what it
    # can be at most, as ‖A(r)‖ > ‖t‖ + off need not be excluded: that is farther anyway.
    reach = float((lengths * np.abs(ends)).sum()) + off
    for block in blocks:
        n = len(block.target)
        part = _matrix(left[start : start + 2 * n * n], n)
        start += 2 * n * n
        least += float(np.real(np.vdot(part, block.constant)))
        most += float(np.linalg.eigvalsh(part) @ block.target)
        size += whole * float(np.linalg.norm(block.constant) + np.linalg.norm(block.target))
        reach += float(np.linalg.norm(block.constant) + np.linalg.norm(block.target))
    unsure = ROUNDING * size + blur * reach / weakest
    if norm <= LEAST_LEFT * whole or least - most <= unsure:
        return 0.0
    return (least - most - unsure) / norm


def _orthogonal(Y: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray | None, float]:
    """What of Y is orthogonal to the rows, and how nearly dependent these are.

    Returns:
        Y without its part in the span of the rows, None where rounding blurs what they span; and
        the least singular value of the rows at length 1.
    """
    if not len(rows):
        return Y, 1.0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units = rows / np.where(lengths > 0, lengths, 1)
    _, s, across = np.linalg.svd(units, full_matrices=False)
    spans, blurred = s > CLEAR * s[0], (s > DEPENDENT * s[0]) & (s <= CLEAR * s[0])
    if blurred.any():
        return None, 0.0
    Q = across[spans]
    left = Y - Q.T @ (Q @ Y)
    left -= Q.T @ (Q @ left)  # once more, as the first time leaves roundings of Y
    return left, float(s[spans].min(initial=1.0))


def _nearest_to_hull(
    blocks: Sequence[Block], basis: np.ndarray, start: np.ndarray, bounds: Bounds
) -> np.ndarray:
    """The parameters whose matrices lie nearest to the hull: a convex problem, ½ Σ ‖y‖²."""
    from scipy.optimize import minimize

    lengths = np.linalg.norm(basis, axis=1)
    units = np.where(lengths > 0, 1 / np.where(lengths > 0, lengths, 1), 1)

    def value(x: np.ndarray) -> tuple[float, np.ndarray]:
        pulls = [_pull(block, x * units, True) for block in blocks]
        Y = np.concatenate([_vectors(pull.Y) for pull in pulls])
        return 0.5 * float(Y @ Y), units * (basis @ Y)

    ends = list(zip(bounds.low / units, bounds.high / units, strict=True))
    found = minimize(
        value, start / units, jac=True, method="L-BFGS-B", bounds=ends,
        options={"maxiter": MOST_ITERATIONS, "ftol": 1e-16, "gtol": 1e-12},
    )  # fmt: skip
    return found.x * units


def _vectors(A: np.ndarray) -> np.ndarray:
    """Hermitian matrices [..., n, n] as real vectors [..., 2n²] with the same inner products."""
    flat = A.reshape(*A.shape[:-2], -1)
    return np.concatenate([np.real(flat), np.imag(flat)], axis=-1)


def _matrix(vector: np.ndarray, n: int) -> np.ndarray:
    real, imaginary = vector.reshape(2, n, n)
    return real + 1j * imaginary if imaginary.any() else real
